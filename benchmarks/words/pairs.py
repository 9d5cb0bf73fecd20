"""Recall and precision on pairs of phrases: how a job says it and how a candidate says it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.words import locations
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import closure, terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

HERE = Path(__file__).parent
FILES = {
    "pairs.jsonl": "given",
    "own_pairs.jsonl": "own",
    "own_location_pairs.jsonl": "own locations",
    "own_location_pairs_second.jsonl": "own locations, second",
    "fresh_pairs.jsonl": "fresh",
    "fresh_pairs_second.jsonl": "fresh, second",
}
"""The files of pairs, and what the document calls them."""
# The share that must be right, per relation; "no" is the share that does not meet.
FLOORS = {"same": 0.95, "broader": 0.90, "composite": 0.90, "region": 1.0, "no": 1.0}

# Says whether the pair came out right.
Judge: TypeAlias = "Callable[[Pair], bool]"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two phrases, how they are related, and whether the candidate's should meet the job's."""

    list: str
    job: str
    candidate: str
    relation: str
    meets: bool


@dataclass(slots=True)
class Tally:
    """How many pairs of a list and relation came out right, and which did not."""

    right: int = 0
    wrong: list[Pair] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many pairs there are."""
        return self.right + len(self.wrong)

    @property
    def share(self) -> float:
        """The share that came out right."""
        return self.right / self.asked


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file with one JSON object a line, without those that we find wrong."""
    wrong = {
        (row["list"], row["job"], row["candidate"])
        for row in json.loads((HERE / "wrong_pairs.json").read_text(encoding="utf-8"))
    }
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Pair(**row | {"meets": row["meets"] == "yes"})
        for row in rows
        if (row["list"], row["job"], row["candidate"]) not in wrong
    ]


def terms_are_right(pair: Pair) -> bool:
    """Whether the candidate's terms and everything broader meet the job's just when they should."""
    kind = Kind(pair.list)
    has = closure(kind, terms_of(kind, pair.candidate))
    return has.isdisjoint(terms_of(kind, pair.job)) != pair.meets


def location_is_right(pair: Pair) -> bool:
    """Whether the score of the two places is what the relation asks for."""
    return locations.measure(pair.job, pair.candidate, pair.relation).is_right


JUDGES: Mapping[str, Judge] = {
    **dict.fromkeys(Kind, terms_are_right),
    "locations": location_is_right,
}


def judged(pairs: Iterable[Pair]) -> dict[tuple[str, str], Tally]:
    """A tally for each list and relation."""
    tallies: dict[tuple[str, str], Tally] = {}
    for pair in pairs:
        tally = tallies.setdefault((pair.list, pair.relation), Tally())
        if JUDGES[pair.list](pair):
            tally.right += 1
        else:
            tally.wrong.append(pair)
    return tallies
