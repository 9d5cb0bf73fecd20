"""Why a candidate has their scores, in sentences made from the facts. No names, no addresses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jobmatch.places.names import explain_location
from jobmatch.rules.rubric import Dimension, Recommendation, recommendation
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import Met, why_met
from jobmatch.wire import wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jobmatch.rules.ranking import Candidate
    from jobmatch.rules.requirements import Entries, Requirements

TEXT_VERSION = 3
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


@dataclass(frozen=True, slots=True)
class Evidence:
    """For each entry of the job's lists, the candidate's value that meets it, or `None`."""

    required_specializations: tuple[Met | None, ...]
    preferred_specializations: tuple[Met | None, ...]
    technical_domains: tuple[Met | None, ...]
    bars: tuple[Met | None, ...]

    @classmethod
    def of(cls, requirements: Requirements, candidate: Candidate) -> Evidence:
        """What of the candidate meets the job."""
        required, aliases = requirements, requirements.aliases

        def met(kind: Kind, entries: Entries, values: Sequence[str]) -> tuple[Met | None, ...]:
            # Sorted: in whichever order a candidate lists them, the same one is named.
            sorted_values = sorted(values)
            return tuple(why_met(kind, terms, sorted_values, aliases) for terms in entries.values())

        return cls(
            met(Kind.SPECIALIZATION, required.required_specializations, candidate.specializations),
            met(Kind.SPECIALIZATION, required.preferred_specializations, candidate.specializations),
            met(
                Kind.TECHNICAL_DOMAIN,
                required.required_technical_domains,
                candidate.technical_domains,
            ),
            met(Kind.BAR, required.required_bar, candidate.bars),
        )


def explain(
    requirements: Requirements, candidate: Candidate, evidence: Evidence
) -> dict[Dimension, str]:
    """One explanation per dimension; a dimension that the job does not ask for says so."""
    required = requirements
    specializations = (
        _share(
            "required specialization",
            required.required_specializations,
            evidence.required_specializations,
        ),
        _share(
            "preferred specialization",
            required.preferred_specializations,
            evidence.preferred_specializations,
        ),
    )
    domains = _share(
        "required technical domain", required.required_technical_domains, evidence.technical_domains
    )
    return {
        Dimension.SPECIALIZATION: " ".join(filter(None, specializations)) or NOT_ASKED,
        Dimension.EXPERIENCE: _experience(required.minimum_experience, candidate.months),
        Dimension.TECHNICAL: domains or NOT_ASKED,
        Dimension.BAR: _share("required bar", required.required_bar, evidence.bars) or NOT_ASKED,
        Dimension.LOCATION: _location(required, candidate),
    }


@wire
class Assessment:
    """What the rubric says of a candidate, in full."""

    overall_score: int
    recommendation: Recommendation
    subscores: dict[str, dict[str, int | str]]
    """By dimension: `score` and `explanation`."""
    summary: str


def assess(
    requirements: Requirements, candidate: Candidate, evidence: Evidence | None = None
) -> Assessment:
    """Scores with their explanations, label and summary.

    Args:
        requirements: of the job.
        candidate: with the scores.
        evidence: if it is at hand; else it is looked for.
    """
    found = evidence or Evidence.of(requirements, candidate)
    explanations = explain(requirements, candidate, found)
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


def _share(noun: str, entries: Entries, evidence: tuple[Met | None, ...]) -> str | None:
    return _share_of(noun, tuple(entries), evidence) if entries else None


# A job's five hundred candidates differ in little more than their months.
@lru_cache(maxsize=4096)
def _share_of(noun: str, labels: tuple[str, ...], evidence: tuple[Met | None, ...]) -> str:
    pairs = list(zip(labels, evidence, strict=True))
    found = tuple(label for label, met in pairs if met)
    missing = tuple(label for label, met in pairs if not met)
    facts = (_fact(label, met) for label, met in pairs if met)
    return " ".join([_share_in_words(noun, found, missing), *filter(None, facts)])


def _fact(label: str, met: Met) -> str | None:
    """Which value meets an entry, where it is worded otherwise than that."""
    if met.value is None or met.value == label:
        return None
    if not met.same:
        return f"Has {met.value}, which is {met.term}."
    return f"Has {met.value}, as {label} asks."


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


def _location(requirements: Requirements, candidate: Candidate) -> str:
    if requirements.place is None:
        return NOT_ASKED
    return explain_location(candidate.location, requirements.preferred_location)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def enumerate_words(words: Sequence[str]) -> str:
    """The words as a list in a sentence: "a, b and c"."""
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} and {words[-1]}"
