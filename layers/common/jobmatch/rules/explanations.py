"""Why a candidate has their scores, in sentences made from the facts. No names, no addresses."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from jobmatch.rules.rubric import Dimension, Recommendation, recommendation
from jobmatch.rules.vocabulary import canonical_location
from jobmatch.wire import wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jobmatch.rules.ranking import Candidate
    from jobmatch.rules.requirements import Requirements

TEXT_VERSION = 1
"""Moves when the wording changes, so that stored explanations are written anew."""
NOT_ASKED = "Not asked for."

_AREAS = {
    Dimension.SPECIALIZATION: "specialization",
    Dimension.EXPERIENCE: "experience",
    Dimension.TECHNICAL: "technical background",
    Dimension.BAR: "bar admissions",
    Dimension.LOCATION: "location",
}
_STRONG, _PARTIAL = 75, 25


def explain(requirements: Requirements, candidate: Candidate) -> dict[Dimension, str]:
    """One explanation per dimension; a dimension that the job does not ask for says so."""
    wanted = requirements
    specializations = (
        _share(
            "required specialization", wanted.required_specializations, candidate.specializations
        ),
        _share(
            "preferred specialization", wanted.preferred_specializations, candidate.specializations
        ),
    )
    domains = _share(
        "required technical domain", wanted.required_technical_domains, candidate.technical_domains
    )
    return {
        Dimension.SPECIALIZATION: " ".join(filter(None, specializations)) or NOT_ASKED,
        Dimension.EXPERIENCE: _experience(wanted.minimum_experience, candidate.months),
        Dimension.TECHNICAL: domains or NOT_ASKED,
        Dimension.BAR: _share("required bar", wanted.required_bar, candidate.bars) or NOT_ASKED,
        Dimension.LOCATION: _location(wanted, candidate),
    }


@wire
class Assessment:
    """What the rubric says of a candidate, in full."""

    overall_score: int
    recommendation: Recommendation
    subscores: dict[str, dict[str, int | str]]
    """By dimension: `score` and `explanation`."""
    summary: str


def assess(requirements: Requirements, candidate: Candidate) -> Assessment:
    """Scores with their explanations, label and summary."""
    explanations = explain(requirements, candidate)
    subscores: dict[str, dict[str, int | str]] = {
        dimension: {"score": candidate.scores[dimension], "explanation": explanations[dimension]}
        for dimension in Dimension
    }
    score = candidate.overall_score
    return Assessment(score, recommendation(score), subscores, summarize(candidate, explanations))


def summarize(candidate: Candidate, explanations: Mapping[Dimension, str]) -> str:
    """One sentence on where a candidate is strong and where not."""
    asked = [dimension for dimension in _AREAS if explanations[dimension] != NOT_ASKED]
    if not asked:
        return "The job asks for nothing in particular, so everybody suits it."
    scores = candidate.scores
    strong = [_AREAS[each] for each in asked if scores[each] >= _STRONG]
    partial = [_AREAS[each] for each in asked if _PARTIAL <= scores[each] < _STRONG]
    weak = [_AREAS[each] for each in asked if scores[each] < _PARTIAL]
    parts = [
        f"{word} {enumerate_words(areas)}"
        for word, areas in (("strong in", strong), ("partial in", partial), ("weak in", weak))
        if areas
    ]
    return f"{recommendation(candidate.overall_score)}: {'; '.join(parts)}."


def _share(noun: str, wanted: Mapping[str, str], present: frozenset[str]) -> str | None:
    if not wanted:
        return None
    found = tuple(label for form, label in wanted.items() if form in present)
    missing = tuple(label for form, label in wanted.items() if form not in present)
    return _share_in_words(noun, found, missing)


# A job's five hundred candidates differ in little more than their months.
@lru_cache(maxsize=1024)
def _share_in_words(noun: str, found: tuple[str, ...], missing: tuple[str, ...]) -> str:
    number = len(found) + len(missing)
    things = noun if number == 1 else f"{noun}s"
    quantity = {1: "the", 2: "both"}.get(number, f"all {number}")
    if not missing:
        return f"Has {quantity} {things}: {enumerate_words(found)}."
    if not found:
        return f"Lacks {quantity} {things}: {enumerate_words(missing)}."
    return (
        f"Has {len(found)} of {number} {things}: {enumerate_words(found)};"
        f" lacks {enumerate_words(missing)}."
    )


def _experience(minimum: int | None, months: int | None) -> str:
    if not minimum:
        return NOT_ASKED
    asked = f"{_count(minimum, 'year')} asked for."
    if months is None:
        return f"Experience unknown: no position with dates that can be read; {asked}"
    return f"{duration(months)} of experience; {asked}"


def duration(months: int) -> str:
    """A number of months as a person would say it: "8 years 3 months"."""
    years, rest = divmod(months, 12)
    parts = [_count(years, "year")] if years else []
    if rest or not years:
        parts.append(_count(rest, "month"))
    return " ".join(parts)


def _location(wanted: Requirements, candidate: Candidate) -> str:
    if wanted.location is None:
        return NOT_ASKED
    if wanted.remote:
        return "The job is remote."
    preferred = wanted.preferred_location
    match candidate.scores[Dimension.LOCATION]:
        case 100:
            return f"In {candidate.location}, as preferred."
        case 50:
            if canonical_location(candidate.location) is None:
                return f"Location unknown; the job prefers {preferred}."
            return (
                f"In {candidate.location}: the same state or country as the preferred {preferred}."
            )
        case _:
            return f"In {candidate.location}; the job prefers {preferred}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def enumerate_words(words: Sequence[str]) -> str:
    """The words as a list in a sentence: "a, b and c"."""
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} and {words[-1]}"
