"""Rubric version 2: how a candidate is scored, as SQL expressions over the facts about them.

The arithmetic is on integers and so exact; every division rounds half up. This is the only
place that computes a score: the explanations are written from the facts and the scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Integer, Text, any_, case, func, literal, null, select
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.models import ProfileFeatures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, FromClause
    from sqlalchemy.orm import InstrumentedAttribute

    from jobmatch.rules.requirements import Entries, Requirements

    Count = int | ColumnElement[int]
    Flag = bool | ColumnElement[bool]

VERSION = 2
"""Raise it when you change a weight, a label or a formula: stored matches are then made anew."""
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
class CandidateFacts:
    """What a candidate's scores are made from, as expressions over `profile_features`."""

    required_specializations: ColumnElement[int]
    preferred_specializations: ColumnElement[int]
    technical_domains: ColumnElement[int]
    bars: ColumnElement[int]
    months: ColumnElement[int | None]

    @classmethod
    def of(cls, requirements: Requirements, this_month: int) -> CandidateFacts:
        """How many of the required entries a candidate meets, and their months of experience."""
        features = ProfileFeatures
        return cls(
            _met(features.specializations, requirements.required_specializations),
            _met(features.specializations, requirements.preferred_specializations),
            _met(features.technical_domains, requirements.required_technical_domains),
            _met(features.bars, requirements.required_bar),
            months_of_experience(this_month),
        )


def meets_any(column: Any, terms: Sequence[str]) -> ColumnElement[bool]:
    """Whether a candidate's terms, or what is broader, hold one of these.

    Args:
        column: a text array of `profile_features`.
        terms: the keys of an entry, or of a whole list.
    """
    if len(terms) == 1:
        # One comparison: an overlap of arrays takes longer.
        return literal(terms[0], Text) == any_(column)
    overlaps: ColumnElement[bool] = column.overlap(literal(list(terms), ARRAY(Text)))
    return overlaps


def _met(column: InstrumentedAttribute[list[str]], entries: Entries) -> ColumnElement[int]:
    """How many of the entries the candidate meets."""
    met = [meets_any(column, terms).cast(Integer) for terms in entries.values()]
    return sum(met[1:], met[0]) if met else literal(0)


@lru_cache(maxsize=2)
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


def score_of_years(years: int, minimum: int) -> int:
    """The experience score of so many whole years, where `minimum` are asked for."""
    score: int = FULL if years >= minimum else _half_up(FULL * years, minimum)
    return score


def score_of_months(months: int, minimum: int) -> int:
    """The experience score of so many months, where `minimum` years are asked for."""
    return score_of_years(months, 12 * minimum)


def _half_up(numerator: Any, denominator: Any) -> Any:
    return (2 * numerator + denominator) // (2 * denominator)


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How much a job asks for: values where one job is scored, columns where each row is a job."""

    required_specializations: Count
    preferred_specializations: Count
    technical_domains: Count
    bars: Count
    minimum_experience: Count
    """Years."""
    states_place: Flag
    remote: Flag
    full: Any
    """Keys of places, an array: of which a candidate who has one scores 100, or 75, or 50."""
    near: Any
    partial: Any

    @classmethod
    def of(cls, requirements: Requirements) -> JobCounts:
        """What one job asks for."""
        place = requirements.place
        return cls(
            len(requirements.required_specializations),
            len(requirements.preferred_specializations),
            len(requirements.required_technical_domains),
            len(requirements.required_bar),
            requirements.minimum_experience or 0,
            place is not None,
            place is not None and place.remote,
            literal(place.full if place else (), ARRAY(Text)),
            literal(place.near if place else (), ARRAY(Text)),
            literal(place.partial if place else (), ARRAY(Text)),
        )


def asked_dimensions(requirements: Requirements) -> set[Dimension]:
    """The dimensions that one job asks for."""
    required = requirements
    asked = {
        Dimension.SPECIALIZATION: (
            required.required_specializations or required.preferred_specializations
        ),
        Dimension.EXPERIENCE: required.minimum_experience,
        Dimension.TECHNICAL: required.required_technical_domains,
        Dimension.BAR: required.required_bar,
        Dimension.LOCATION: required.place,
    }
    return {dimension for dimension, value in asked.items() if value}


def dimension_scores(counts: JobCounts, facts: FromClause) -> dict[Dimension, ColumnElement[Any]]:
    """The score of each dimension that the job asks for; where jobs are rows, null for the others.

    Args:
        counts: how much the job asks for.
        facts: rows with the columns of `CandidateFacts`, and the candidate's `places`.
    """
    scores = {
        Dimension.SPECIALIZATION: _specialization(counts, facts),
        Dimension.EXPERIENCE: _experience(counts.minimum_experience, facts),
        Dimension.TECHNICAL: _share(facts.c.technical_domains, counts.technical_domains),
        Dimension.BAR: _share(facts.c.bars, counts.bars),
        Dimension.LOCATION: _location(counts, facts),
    }
    return {dimension: score for dimension, score in scores.items() if score is not None}


def overall_score(
    scores: Mapping[Dimension, Any], weights: Mapping[Dimension, Any] = WEIGHTS
) -> Any:
    """The weighted mean of the dimensions that the job asks for, from their rounded scores.

    The one place that makes a total. It takes whole numbers and gives one, or SQL expressions and
    gives one: the arithmetic is the same.

    Args:
        scores: of these dimensions; without any the total is 100.
        weights: of each; where each row is a job, 0 for a dimension that it does not ask for.
    """
    if not scores:
        return FULL
    weighted = sum(weights[dimension] * score for dimension, score in scores.items())
    return _half_up(weighted, sum(weights[dimension] for dimension in scores))


def _choose(*branches: tuple[ColumnElement[bool] | bool, ColumnElement[int]]) -> Any:
    """The first whose condition holds, or none: decided here if that is known, else by SQL."""
    open_ones: list[tuple[Any, ColumnElement[int]]] = []
    for condition, score in branches:
        if condition is True and not open_ones:
            return score
        if condition is not False:
            open_ones.append((condition, score))
    return case(*open_ones) if open_ones else None


def _share(shared: ColumnElement[int], wanted: Count) -> Any:
    return _choose((wanted > 0, _half_up(FULL * shared, wanted)))


def _specialization(counts: JobCounts, facts: FromClause) -> Any:
    required: Any = counts.required_specializations
    preferred: Any = counts.preferred_specializations
    weighted = (
        80 * preferred * facts.c.required_specializations
        + 20 * required * facts.c.preferred_specializations
    )
    return _choose(
        ((required > 0) & (preferred > 0), _half_up(weighted, required * preferred)),
        (required > 0, _half_up(FULL * facts.c.required_specializations, required)),
        (preferred > 0, _half_up(FULL * facts.c.preferred_specializations, preferred)),
    )


def _experience(minimum_years: Count, facts: FromClause) -> Any:
    minimum_months = 12 * minimum_years
    score = case(
        (facts.c.months.is_(None), UNKNOWN),
        (facts.c.months >= minimum_months, FULL),
        else_=_half_up(FULL * facts.c.months, minimum_months),
    )
    return _choose((minimum_years > 0, score))


def _location(counts: JobCounts, facts: FromClause) -> Any:
    places: Any = facts.c.places
    score = case(
        (func.cardinality(places) == 0, UNKNOWN),
        (places.overlap(counts.full), FULL),
        (places.overlap(counts.near), 75),
        (places.overlap(counts.partial), 50),
        else_=0,
    )
    return _choose((counts.remote, literal(FULL)), (counts.states_place, score))
