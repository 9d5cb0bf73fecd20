"""Whole advertisements, each with a suitable candidate in natural words.

A candidate passes the pre-filter when each required list is met by at least one entry.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.words.pairs import HERE
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import closure, terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR = 24
_REQUIRED = {
    Kind.SPECIALIZATION: "requiredSpecializations",
    Kind.TECHNICAL_DOMAIN: "requiredTechnicalDomains",
    Kind.BAR: "requiredBar",
}


@dataclass(frozen=True, slots=True)
class Advertisement:
    """A job's requirements and a candidate's values, by list."""

    title: str
    job: Mapping[str, list[str]]
    candidate: Mapping[str, list[str]]

    def share(self, kind: Kind) -> float | None:
        """The share of the list's entries that the candidate meets; `None` where none is asked."""
        entries = self.job.get(_REQUIRED[kind], [])
        values = self.candidate.get(kind, [])
        has = closure(kind, [key for value in values for key in terms_of(kind, value)])
        met = [not has.isdisjoint(terms_of(kind, entry)) for entry in entries]
        return sum(met) / len(met) if met else None

    def passes(self) -> bool:
        """Whether the candidate passes the pre-filter."""
        return all(self.share(kind) != 0 for kind in Kind)


def advertisements() -> list[Advertisement]:
    """The advertisements of `advertisements.json`."""
    path = HERE / "advertisements.json"
    return [Advertisement(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
