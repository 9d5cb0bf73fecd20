"""What would change a candidate's score for a job: each dimension by itself, made full.

The scores are the rubric's, over facts that are not but could be; only the sentences are made here.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Text, column, literal, select, values

from jobmatch.rules.explanations import duration, enumerate_words
from jobmatch.rules.rubric import FULL, Asked, Dimension, dimension_scores, overall_score
from jobmatch.rules.vocabulary import canonical_location, region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnClause, Select

    from jobmatch.rules.ranking import Candidate
    from jobmatch.rules.requirements import Requirements


@dataclass(frozen=True, slots=True)
class _Facts:
    """The columns that the rubric scores, by its own names and in this order."""

    required_specializations: int
    preferred_specializations: int
    technical_domains: int
    bars: int
    months: int | None
    location: str | None
    region: str | None


_TYPES = (Integer, Integer, Integer, Integer, Integer, Text, Text)


def wanting(requirements: Requirements, candidate: Candidate) -> dict[Dimension, str]:
    """For each dimension that has not its full score: what the candidate would need."""
    wanted, scores = requirements, candidate.scores
    specializations = wanted.required_specializations | wanted.preferred_specializations
    needs = {
        Dimension.SPECIALIZATION: _as_well(specializations, candidate.specializations),
        Dimension.EXPERIENCE: _longer(wanted.minimum_experience, candidate.months),
        Dimension.TECHNICAL: _as_well(
            wanted.required_technical_domains, candidate.technical_domains
        ),
        Dimension.BAR: _as_well(wanted.required_bar, candidate.bars),
        Dimension.LOCATION: f"In {wanted.preferred_location}",
    }
    return {dimension: need for dimension, need in needs.items() if scores[dimension] < FULL}


def scores_with(
    requirements: Requirements, candidate: Candidate, dimensions: list[Dimension]
) -> Select[int]:
    """The statement: the overall score with each of these dimensions full, in their order."""
    facts = _facts(requirements, candidate)
    full: Mapping[Dimension, dict[str, Any]] = {
        Dimension.SPECIALIZATION: {
            "required_specializations": len(requirements.required_specializations),
            "preferred_specializations": len(requirements.preferred_specializations),
        },
        Dimension.EXPERIENCE: {"months": 12 * (requirements.minimum_experience or 0)},
        Dimension.TECHNICAL: {"technical_domains": len(requirements.required_technical_domains)},
        Dimension.BAR: {"bars": len(requirements.required_bar)},
        Dimension.LOCATION: {"location": requirements.location, "region": requirements.region},
    }
    names = [*_Facts.__dataclass_fields__]
    columns: list[ColumnClause[Any]] = [
        column(name, type_) for name, type_ in zip(names, _TYPES, strict=True)
    ]
    rows = [
        (number, *(literal(value, type_) for value, type_ in zip(facts_, _TYPES, strict=True)))
        for number, facts_ in enumerate(
            astuple(replace(facts, **full[dimension])) for dimension in dimensions
        )
    ]
    supposed = values(column("number", Integer), *columns, name="supposed").data(rows)
    scores = dimension_scores(Asked.of(requirements), supposed)
    return select(overall_score(scores)).select_from(supposed).order_by(supposed.c.number)


def _facts(requirements: Requirements, candidate: Candidate) -> _Facts:
    location = canonical_location(candidate.location)
    return _Facts(
        _shared(requirements.required_specializations, candidate.specializations),
        _shared(requirements.preferred_specializations, candidate.specializations),
        _shared(requirements.required_technical_domains, candidate.technical_domains),
        _shared(requirements.required_bar, candidate.bars),
        candidate.months,
        location,
        region(location),
    )


def _shared(wanted: Mapping[str, str], present: frozenset[str]) -> int:
    return len(wanted.keys() & present)


def _as_well(wanted: Mapping[str, str], present: frozenset[str]) -> str:
    missing = [label for form, label in wanted.items() if form not in present]
    return f"With {enumerate_words(missing)} as well" if missing else ""


def _longer(minimum: int | None, months: int | None) -> str:
    needed = 12 * (minimum or 0)
    if months is None:
        return f"With positions whose dates can be read, {duration(needed)} of them"
    return f"With {duration(needed - months)} more of experience"
