"""Scores of pairs of a candidate and a job, where each job is a row; by the rubric of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Integer, Text, and_, any_, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.models import ProfileFeatures
from jobmatch.rules.rubric import (
    FULL,
    WEIGHTS,
    Dimension,
    JobCounts,
    dimension_scores,
    months_of_experience,
    overall_score,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Subquery
    from sqlalchemy.types import TypeEngine

    from jobmatch.rules.requirements import Requirements


_LISTS = {
    "required_specializations": ("specialization", ProfileFeatures.specializations),
    "preferred_specializations": ("preferred", ProfileFeatures.specializations),
    "technical_domains": ("technical", ProfileFeatures.technical_domains),
    "bars": ("bar", ProfileFeatures.bars),
}
"""The lists of `JobCounts`: how their columns begin, and with what of a candidate they compare."""
_REQUIRED = ("required_specializations", "technical_domains", "bars")
_PLACES = {"full_places": "full", "near_places": "near", "partial_places": "partial"}
_BEGINNINGS = [beginning for beginning, _ in _LISTS.values()]
_TEXTS, _NUMBERS = ARRAY(Text), ARRAY(Integer)

ASKED: dict[str, TypeEngine[Any]] = {
    **{f"{beginning}_terms": _TEXTS for beginning in _BEGINNINGS},
    **{f"{beginning}_entries": _NUMBERS for beginning in _BEGINNINGS},
    **dict.fromkeys(_PLACES, _TEXTS),
    "minimum_experience": Integer(),
    "states_place": Boolean(),
    "remote": Boolean(),
}
"""The columns that say what a job asks for."""


def asked(requirements: Requirements) -> dict[str, Any]:
    """What a job asks for, by the columns of `ASKED`.

    A list is its terms, and in parallel the numbers of the entries that they belong to.
    """
    place = requirements.place
    row: dict[str, Any] = {
        "minimum_experience": requirements.minimum_experience or 0,
        "states_place": place is not None,
        "remote": place is not None and place.remote,
        **{column: list(getattr(place, name, ())) for column, name in _PLACES.items()},
    }
    lists = (
        requirements.required_specializations,
        requirements.preferred_specializations,
        requirements.required_technical_domains,
        requirements.required_bar,
    )
    for beginning, entries in zip(_BEGINNINGS, lists, strict=True):
        numbered = [
            (term, number) for number, terms in enumerate(entries.values()) for term in terms
        ]
        row[f"{beginning}_terms"] = [term for term, _ in numbered]
        row[f"{beginning}_entries"] = [number for _, number in numbered]
    return row


def scored_pairs(
    pairs: Select[*tuple[Any, ...]],
    columns: Mapping[str, Any],
    this_month: int,
) -> Subquery:
    """Those of the pairs in which the candidate passes the job's lists, with their scores.

    Args:
        pairs: rows of `profile_features` and a job; its columns come back with the scores.
        columns: of these rows, by the names of `ASKED`.

    Returns:
        Rows with the columns of `pairs`, months, each dimension, null if the job does not ask for
        it, and overall_score.
    """
    names = [column.name for column in pairs.selected_columns]
    present = ("minimum_experience", "states_place", "remote", *_PLACES)
    counts = {
        name: _count(columns[f"{beginning}_entries"]) for name, (beginning, _) in _LISTS.items()
    }
    facts = (
        pairs.add_columns(
            *(
                _met(
                    counts[name],
                    columns[f"{beginning}_terms"],
                    columns[f"{beginning}_entries"],
                    values,
                ).label(name)
                for name, (beginning, values) in _LISTS.items()
            ),
            *(count.label(f"{name}_count") for name, count in counts.items()),
            months_of_experience(this_month).label("months"),
            ProfileFeatures.places.label("places"),
            *(columns[name].label(name) for name in present),
        )
        # A fence: without it the planner inlines the counts and repeats them at every use.
        .offset(0)
        .subquery("facts")
    )
    counted = [f"{name}_count" for name in _LISTS]
    scores = dimension_scores(JobCounts(*(facts.c[name] for name in (*counted, *present))), facts)
    passes = [or_(facts.c[f"{name}_count"] == 0, facts.c[name] > 0) for name in _REQUIRED]
    scored = (
        select(
            *(facts.c[name] for name in (*names, "months")),
            *(scores[dimension].label(dimension) for dimension in Dimension),
        )
        .where(*passes)
        .offset(0)
        .subquery("scored")
    )
    overall = _overall_score({dimension: scored.c[dimension] for dimension in Dimension})
    return select(scored, overall.label("overall_score")).subquery("ranked")


def _overall_score(scores: Mapping[Dimension, ColumnElement[Any]]) -> ColumnElement[int]:
    """The total of a row; the score of a dimension that its job does not require is null."""
    weights = {
        dimension: case((score.is_not(None), WEIGHTS[dimension]), else_=0)
        for dimension, score in scores.items()
    }
    known = {dimension: func.coalesce(score, 0) for dimension, score in scores.items()}
    requires_nothing = and_(*(score.is_(None) for score in scores.values()))
    total: ColumnElement[int] = overall_score(known, weights)
    return case((requires_nothing, FULL), else_=total)


def _count(entries: SQLColumnExpression[list[int]]) -> ColumnElement[int]:
    """How many entries a list has: they are numbered from 0, in their order."""
    return func.coalesce(entries[func.cardinality(entries)] + 1, 0)


def _met(
    count: ColumnElement[int],
    terms: SQLColumnExpression[list[str]],
    entries: SQLColumnExpression[list[int]],
    present: SQLColumnExpression[list[str]],
) -> ColumnElement[int]:
    """How many entries of a list, which has `count` of them, the candidate meets."""
    term = func.unnest(terms, entries).table_valued("term", "entry", name="required")
    row = term.render_derived()
    found = select(func.count(row.c.entry.distinct())).where(row.c.term == any_(present))
    # Most lists have one entry or none: these are told without looking at each term.
    return case(
        (count > 1, found.scalar_subquery()), else_=cast(terms.bool_op("&&")(present), Integer)
    )
