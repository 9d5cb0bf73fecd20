"""Rubric version 1: how a candidate is scored, as SQL expressions over the facts about them.

The arithmetic is on integers and so exact; every division rounds half up. This is the only
place that computes a score: the explanations are written from the facts and the scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Integer, Text, any_, case, func, literal, null, select

from jobmatch.models import ProfileFeatures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, FromClause
    from sqlalchemy.orm import InstrumentedAttribute

    from jobmatch.matching.requirements import Requirements

VERSION = 1
Recommendation = Literal["Strong Match", "Good Match", "Partial Match", "Weak Match"]
FULL = 100
UNKNOWN = 50


class Dimension(StrEnum):
    """The five dimensions, by their names on the wire."""

    SPECIALIZATION = "specializationMatch"
    EXPERIENCE = "experienceFit"
    TECHNICAL = "technicalBackground"
    LOCATION = "locationMatch"
    BAR = "barAdmissions"


WEIGHTS: dict[Dimension, int] = {
    Dimension.SPECIALIZATION: 30,
    Dimension.EXPERIENCE: 25,
    Dimension.TECHNICAL: 20,
    Dimension.BAR: 15,
    Dimension.LOCATION: 10,
}


def recommendation(score: int) -> Recommendation:
    """The label of an overall score."""
    if score >= 75:  # noqa: PLR2004 - the rubric's own numbers, said once
        return "Strong Match"
    if score >= 50:  # noqa: PLR2004
        return "Good Match"
    return "Partial Match" if score >= 25 else "Weak Match"  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Facts:
    """What a candidate's scores are made from, as expressions over `profile_features`."""

    required_specializations: ColumnElement[int]
    preferred_specializations: ColumnElement[int]
    technical_domains: ColumnElement[int]
    bars: ColumnElement[int]
    months: ColumnElement[int | None]

    @classmethod
    def of(cls, requirements: Requirements, this_month: int) -> Facts:
        """How many of the wanted values a candidate has, and their months of experience."""
        features = ProfileFeatures
        return cls(
            _shared(features.specializations, requirements.required_specializations),
            _shared(features.specializations, requirements.preferred_specializations),
            _shared(features.technical_domains, requirements.required_technical_domains),
            _shared(features.bars, requirements.required_bar),
            months_of_experience(this_month),
        )


def _shared(
    column: InstrumentedAttribute[list[str]], wanted: Mapping[str, str]
) -> ColumnElement[int]:
    # One comparison per value: to unnest the candidate's values takes several times longer.
    found = [(literal(form, Text) == any_(column)).cast(Integer) for form in wanted]
    return sum(found[1:], found[0]) if found else literal(0)


def months_of_experience(this_month: int) -> ColumnElement[int | None]:
    """Months that a candidate of `profile_features` has worked up to `this_month`, or null."""
    experience, gaps = ProfileFeatures.experience, ProfileFeatures.gap_months
    end = literal(this_month + 1, Integer)
    until_now = func.int4multirange(func.int4range(null(), end))
    span: Any = func.unnest(experience.op("*")(until_now)).column_valued()
    total = func.coalesce(func.sum(func.upper(span) - func.lower(span)), 0).cast(Integer)
    # The upper bound of what goes on is null, and `least` ignores that.
    at_once: Any = func.least(func.upper(experience), end) - func.lower(experience) - gaps
    return case(
        (experience.is_(None), null()),
        (gaps.is_not(None), at_once),
        else_=select(total).scalar_subquery(),
    )


def _half_up(numerator: ColumnElement[int], denominator: int) -> ColumnElement[int]:
    return (2 * numerator + denominator) // (2 * denominator)


def dimension_scores(
    requirements: Requirements, facts: FromClause
) -> dict[Dimension, ColumnElement[int]]:
    """The score of each dimension that the job asks for.

    Args:
        requirements: what the job asks for.
        facts: rows with the columns of `Facts`, and `location` and `region` of the candidate.
    """
    scores = {
        Dimension.SPECIALIZATION: _specialization(requirements, facts),
        Dimension.EXPERIENCE: _experience(requirements, facts),
        Dimension.TECHNICAL: _share(
            facts.c.technical_domains, requirements.required_technical_domains
        ),
        Dimension.BAR: _share(facts.c.bars, requirements.required_bar),
        Dimension.LOCATION: _location(requirements, facts),
    }
    return {dimension: score for dimension, score in scores.items() if score is not None}


def overall_score(scores: Mapping[Dimension, ColumnElement[int]]) -> ColumnElement[int]:
    """The weighted mean of the dimensions asked for, from their rounded scores."""
    if not scores:
        return literal(FULL)
    weighted: ColumnElement[int] = sum(
        (WEIGHTS[dimension] * score for dimension, score in scores.items()), literal(0)
    )
    return _half_up(weighted, sum(WEIGHTS[dimension] for dimension in scores))


def _share(shared: ColumnElement[int], wanted: Mapping[str, str]) -> ColumnElement[int] | None:
    return _half_up(FULL * shared, len(wanted)) if wanted else None


def _specialization(requirements: Requirements, facts: FromClause) -> ColumnElement[int] | None:
    required = len(requirements.required_specializations)
    preferred = len(requirements.preferred_specializations)
    if not (required and preferred):
        return (
            _share(facts.c.required_specializations, requirements.required_specializations)
            if required
            else _share(facts.c.preferred_specializations, requirements.preferred_specializations)
        )
    weighted = (
        80 * preferred * facts.c.required_specializations
        + 20 * required * facts.c.preferred_specializations
    )
    return _half_up(weighted, required * preferred)


def _experience(requirements: Requirements, facts: FromClause) -> ColumnElement[int] | None:
    if not requirements.minimum_experience:
        return None
    minimum_months = 12 * requirements.minimum_experience
    return case(
        (facts.c.months.is_(None), UNKNOWN),
        (facts.c.months >= minimum_months, FULL),
        else_=_half_up(FULL * facts.c.months, minimum_months),
    )


def _location(requirements: Requirements, facts: FromClause) -> ColumnElement[int] | None:
    if requirements.location is None:
        return None
    if requirements.remote:
        return literal(FULL)
    return case(
        (facts.c.location.is_(None), UNKNOWN),
        (facts.c.location == requirements.location, FULL),
        (facts.c.region == requirements.region, 50),
        else_=0,
    )
