"""Pairs of locations: whether the score of each is what its relation asks for."""

from __future__ import annotations

from dataclasses import dataclass

from jobmatch.places.keys import (
    FULL,
    PARTIAL,
    alternatives,
    candidate_keys,
    location_score,
    wanted_place,
)


@dataclass(frozen=True, slots=True)
class Row:
    """The score of a pair, and whether that is right."""

    score: int
    is_right: bool


def measure(job: str, candidate: str, relation: str) -> Row:
    """The score of a candidate's location for a job's.

    Right is 100 for the relation "same", at least 50 for "region", and for "no" at most 50, and 0
    where the countries differ.
    """
    wanted = wanted_place(job)
    score = FULL if wanted is None else location_score(candidate_keys(candidate), wanted)
    if relation == "same":
        return Row(score, score == FULL)
    if relation == "no":
        is_abroad = _countries(job).isdisjoint(_countries(candidate))
        return Row(score, score <= (0 if is_abroad else PARTIAL))
    return Row(score, score >= PARTIAL)


def _countries(location: str) -> set[str]:
    return {place.country for part in alternatives(location) for place in part.places}
