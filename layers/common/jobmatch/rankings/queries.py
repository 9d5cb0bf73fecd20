"""Shortlists in the decision log: a whole one, the base, and then only what each run changed.

The shortlist at any time is folded from its base through the changes after it. An entry of changes
holds scores of those who are new or score otherwise, and null for those who have left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, cast, func, select, text
from sqlalchemy.dialects.postgresql import JSONB

from jobmatch.audit.queries import add_entry, pseudonym
from jobmatch.models import CandidateKey, Decision, DecisionKind, JobMatch
from jobmatch.permissions.locks import ids

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, TextClause

_OF_A_RUN = {"runId", "passed"}
"""Facts that each entry tells."""
_TOLD_ANEW = {*_OF_A_RUN, "vocabularyVersion"}
"""Facts that may differ from those of the base; if another does, a new base is due."""
_SUBSCORES = (
    "specializationMatch",
    "experienceFit",
    "technicalBackground",
    "locationMatch",
    "barAdmissions",
)


class Place(NamedTuple):
    """What a shortlist tells of a candidate; `subscores` are `None` in old entries."""

    score: int
    subscores: list[int] | None


@dataclass(slots=True)
class Shortlist:
    """A shortlist as the log tells it: facts of the last ranking, and places by pseudonym."""

    facts: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    base_facts: dict[str, Any] = field(default_factory=dict)

    def add(self, entry: Mapping[str, Any]) -> None:
        """Go on to the next entry of kind `ranked`."""
        if entry.get("base") is None:
            self.base_facts, self.places = entry["facts"], {}
        # A change tells what differs from the base, not from the change before it.
        self.facts = self.base_facts | entry["facts"]
        subscores = entry.get("subscores") or [None] * len(entry["scores"])
        listed = zip(entry["candidates"], entry["scores"], subscores, strict=True)
        for name, score, parts in listed:
            if score is None:
                self.places.pop(name, None)
            else:
                self.places[name] = Place(score, parts)

    def best_first(self) -> list[tuple[str, Place]]:
        """The places, best first."""
        return sorted(self.places.items(), key=lambda item: -item[1].score)


def fold(entries: Iterable[str]) -> Shortlist:
    """The shortlist after the last of these entries, the texts of a base and all its changes."""
    shortlist = Shortlist()
    for entry in entries:
        shortlist.add(json.loads(entry))
    return shortlist


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranking to be logged, and what the log and the matches told before it."""

    job_id: UUID
    facts: Mapping[str, Any]
    scored: Sequence[UUID]
    number: int | None
    base: int | None
    """From which entry on it tells changes; `None` if it has to be a whole one."""
    told_facts: Mapping[str, Any]
    base_facts: Mapping[str, Any]
    listed: int
    """How many the log lists."""
    by_runs: int
    """How many matches of runs were stored."""
    by_hand: frozenset[UUID]
    before: Mapping[UUID, _Stored]


class _Stored(NamedTuple):
    pseudonym: str | None
    place: Place


def begin_ranking(
    connection: Connection, job_id: UUID, facts: Mapping[str, Any], scored: Sequence[UUID]
) -> Ranking:
    """Read what the log needs to know before a run changes the matches of a job.

    Within a transaction that has locked the job.

    Args:
        facts: the rules of the run, and how many candidates passed.
        scored: the candidates whose matches the run is going to store.
    """
    row = connection.execute(_last_ranking(), {"job_id": job_id}).one()
    base, base_facts, told_facts = row.base, row.base_facts or {}, {}
    if base is not None:
        told_facts = {**base_facts, **row.facts}
    stays = all(told_facts.get(name) == facts[name] for name in facts.keys() - _TOLD_ANEW)
    # The keys of pseudonyms stay where an employer came from, so their chain has other names.
    if row.is_old or row.is_foreign or not stays:
        base = None
    before = {} if base is None else _stored(connection, job_id, scored)
    by_hand = frozenset(map(UUID, row.by_hand))
    return Ranking(
        job_id,
        facts,
        scored,
        row.number,
        base,
        told_facts,
        base_facts,
        row.listed or 0,
        row.by_runs,
        by_hand,
        before,
    )


def log_ranking(connection: Connection, ranking: Ranking, removed: Sequence[UUID]) -> int:
    """Log what a run has changed, if it has; in the transaction of `begin_ranking`.

    Candidates without a key are left out.

    Args:
        removed: the candidates whose matches the run has deleted.

    Returns:
        The number of the entry after which the log tells the shortlist.
    """
    if ranking.base is None or ranking.number is None:
        kind, scored = DecisionKind.RANKED, [*ranking.scored]
        return add_entry(connection, ranking.job_id, kind, ranking.facts, scored=scored)
    # A match may have gone without a run: with its candidate, or replaced by hand.
    is_as_told = ranking.listed == ranking.by_runs
    compare = _changes if is_as_told else _differences
    changed, left, listed = compare(connection, ranking, removed)
    others = ranking.facts.keys() - _OF_A_RUN
    facts_stay = all(ranking.told_facts.get(name) == ranking.facts[name] for name in others)
    if not changed and not left and facts_stay:
        return ranking.number
    facts = {
        name: value
        for name, value in ranking.facts.items()
        if name in _OF_A_RUN or ranking.base_facts.get(name) != value
    }
    rows = [
        {"pseudonym": name, "score": place.score, "subscores": place.subscores}
        for name, place in changed.items()
    ]
    rows += [{"pseudonym": name} for name in left]
    return add_entry(
        connection,
        ranking.job_id,
        DecisionKind.RANKED,
        facts,
        rows,
        base=ranking.base,
        listed=listed,
    )


_Compared = tuple[dict[str, Place], list[str], int]
"""Places that are new or other, who has left, and how many are listed now."""


def _changes(connection: Connection, ranking: Ranking, removed: Sequence[UUID]) -> _Compared:
    """What a run has changed where the log told before it what was stored."""
    before = {id_: one for id_, one in ranking.before.items() if id_ not in ranking.by_hand}
    gone = [id_ for id_ in removed if id_ not in ranking.by_hand]
    now = _stored(connection, ranking.job_id, ranking.scored)
    changed = {
        one.pseudonym: one.place
        for id_, one in now.items()
        if one.pseudonym and (id_ not in before or before[id_].place != one.place)
    }
    listed = ranking.listed - len(before) - len(gone) + sum(1 for one in now.values() if one[0])
    return changed, _names(connection, gone), listed


def _differences(connection: Connection, ranking: Ranking, _: Sequence[UUID]) -> _Compared:
    """What differs between the whole list of the log and the matches."""
    base, last = ranking.base or 0, ranking.number or 0
    told = get_shortlist(connection, ranking.job_id, base, last).places
    of_runs = select(JobMatch.profile_id).where(
        JobMatch.job_id == ranking.job_id,
        JobMatch.fingerprint.is_not(None) | JobMatch.profile_id.in_(ids([*ranking.scored])),
    )
    stored = _stored(connection, ranking.job_id, [*connection.scalars(of_runs)])
    now = {one.pseudonym: one.place for one in stored.values() if one.pseudonym}
    changed = {name: place for name, place in now.items() if told.get(name) != place}
    return changed, sorted(told.keys() - now.keys()), len(now)


def get_shortlist(connection: Connection, job_id: UUID, base: int, last: int) -> Shortlist:
    """A job's shortlist after an entry of its chain, folded from its base."""
    entries = connection.scalars(
        select(Decision.entry)
        .where(
            Decision.job_id == job_id,
            Decision.number.between(base, last),
            Decision.kind == DecisionKind.RANKED,
        )
        .order_by(Decision.number)
    )
    return fold(entries)


def _stored(
    connection: Connection, job_id: UUID, profile_ids: Sequence[UUID]
) -> dict[UUID, _Stored]:
    """What is stored of some candidates, by their ids."""
    if not profile_ids:
        return {}
    subscores = cast(JobMatch.subscores, JSONB)
    scores: ColumnElement[Any] = func.json_build_array(
        *(subscores[(name, "score")] for name in _SUBSCORES)
    )
    rows = connection.execute(
        select(JobMatch.profile_id, pseudonym(), JobMatch.overall_score, scores)
        .outerjoin(CandidateKey, CandidateKey.profile_id == JobMatch.profile_id)
        .where(JobMatch.job_id == job_id, JobMatch.profile_id.in_(ids([*profile_ids])))
    )
    return {id_: _Stored(name, Place(score, parts)) for id_, name, score, parts in rows}


def _names(connection: Connection, profile_ids: Sequence[UUID]) -> list[str]:
    if not profile_ids:
        return []
    with_key = CandidateKey.profile_id.in_(ids([*profile_ids]))
    return [*connection.scalars(select(pseudonym()).where(with_key))]


@cache
def _last_ranking() -> TextClause:
    sql = Path(__file__).with_name("last_ranking.sql").read_text(encoding="utf-8")
    return text(sql).bindparams(bindparam("job_id", type_=Uuid))
