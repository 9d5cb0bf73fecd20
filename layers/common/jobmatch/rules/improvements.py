"""What would raise a candidate's overall score, dimension by dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.rules.explanations import Evidence, duration, enumerate_words
from jobmatch.rules.rubric import FULL, Dimension, asked_dimensions, overall_score
from jobmatch.wire import wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobmatch.rules.ranking import Candidate
    from jobmatch.rules.requirements import Entries, Requirements
    from jobmatch.vocabulary.terms import Met


_ANYHOW = "With the full score here"
"""Where a model or an admin has given less for reasons of their own."""


@wire
class Improvement:
    """What would raise the score of one dimension."""

    dimension: str
    message: str
    overall_score: int
    """The overall score in that case."""


def improvements(
    requirements: Requirements, candidate: Candidate, evidence: Evidence | None = None
) -> list[Improvement]:
    """How the total would rise with the full score in one dimension, for each dimension.

    Args:
        requirements: of the job.
        candidate: with the scores, whoever has given them.
        evidence: if it is at hand; else it is looked for.
    """
    found = evidence or Evidence.of(requirements, candidate)
    scores = {name: candidate.scores[name] for name in asked_dimensions(requirements)}
    totals = {dimension: overall_score({**scores, dimension: FULL}) for dimension in scores}
    return [
        Improvement(
            dimension,
            f"{need or _ANYHOW}: {totals[dimension]} instead of {candidate.overall_score}.",
            totals[dimension],
        )
        for dimension, need in _needs(requirements, candidate, found).items()
        # An admin may have put any total.
        if scores.get(dimension, FULL) < FULL and totals[dimension] >= candidate.overall_score
    ]


def _needs(
    required: Requirements, candidate: Candidate, evidence: Evidence
) -> dict[Dimension, str]:
    """What the candidate would need for the full score of each dimension, as far as rules tell."""
    specializations = [
        *_missing(required.required_specializations, evidence.required_specializations),
        *_missing(required.preferred_specializations, evidence.preferred_specializations),
    ]
    domains = _missing(required.required_technical_domains, evidence.technical_domains)
    return {
        Dimension.SPECIALIZATION: _also(list(dict.fromkeys(specializations))),
        Dimension.EXPERIENCE: _longer(required.minimum_experience, candidate.months),
        Dimension.TECHNICAL: _also(domains),
        Dimension.BAR: _also(_missing(required.required_bar, evidence.bars)),
        Dimension.LOCATION: f"In {required.preferred_location}",
    }


def _missing(entries: Entries, evidence: Sequence[Met | None]) -> list[str]:
    return [label for label, met in zip(entries, evidence, strict=True) if met is None]


def _also(missing: list[str]) -> str:
    return f"With {enumerate_words(missing)} as well" if missing else ""


def _longer(minimum: int | None, months: int | None) -> str:
    needed = 12 * (minimum or 0)
    if months is None:
        return f"With positions whose dates can be read, {duration(needed)} of them"
    return f"With {duration(needed - months)} more of experience" if months < needed else ""
