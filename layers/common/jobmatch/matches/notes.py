"""What is noted about a candidate and a job beside the match, and outlives it, as predicates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import DateTime, Uuid, bindparam, exists, literal_column, select

from jobmatch.models import FoundMatch, JobMatch, MatchDecision

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, ScalarSelect

NEW_SINCE = bindparam("new_since", type_=DateTime(timezone=True))
"""A time, as a parameter of statements with `is_new`."""


def decision_about() -> ScalarSelect[str]:
    """What the employer has decided about the candidate of a match, or null."""
    # By name: SQLAlchemy does not correlate a subquery with the table of an INSERT's RETURNING.
    job_id, profile_id = (
        literal_column(f"job_matches.{n}", Uuid) for n in ("job_id", "profile_id")
    )
    return (
        select(MatchDecision.decision)
        .where(MatchDecision.job_id == job_id, MatchDecision.profile_id == profile_id)
        .scalar_subquery()
    )


def is_declined() -> ColumnElement[bool]:
    """Whether the employer has declined the candidate of a match."""
    return decision_about().is_not_distinct_from("declined")


def is_new(since: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether the candidate of a match was found for its job after a time, and not before."""
    return exists().where(
        FoundMatch.job_id == JobMatch.job_id,
        FoundMatch.profile_id == JobMatch.profile_id,
        FoundMatch.found_at > since,
    )
