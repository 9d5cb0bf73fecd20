"""What makes a job due for matching and since when, and what returns it to the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select

from jobmatch import config
from jobmatch.models import Job, JobStatus, MatchingStatus

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, SQLColumnExpression


def is_due() -> ColumnElement[bool]:
    """Whether a job is to be matched now; the claim and the schedule go by the same rule."""
    return and_(
        Job.status == JobStatus.OPEN,
        or_(
            Job.matching_status == MatchingStatus.PENDING,
            and_(
                Job.matching_status == MatchingStatus.FAILED,
                _is_past(Job.matching_retry_at),
            ),
            and_(
                Job.matching_status == MatchingStatus.RUNNING,
                _is_past(Job.matching_lease_until),
            ),
            and_(
                Job.matching_status == MatchingStatus.COMPLETED,
                # Compared with the bare column, so that the index serves.
                _is_past(Job.matched_at, config.matching_maximum_age()),
            ),
        ),
    )


def _is_past(
    time: SQLColumnExpression[datetime | None], age: timedelta = timedelta()
) -> ColumnElement[bool]:
    return or_(time.is_(None), time <= func.now() - age)


def due_since() -> ColumnElement[datetime]:
    """Since when a job has been due; it says nothing of one that is not."""
    return case(
        (
            Job.matching_status == MatchingStatus.FAILED,
            func.coalesce(Job.matching_retry_at, Job.matching_due_since),
        ),
        (
            Job.matching_status == MatchingStatus.RUNNING,
            func.coalesce(Job.matching_lease_until, Job.matching_due_since),
        ),
        (
            Job.matching_status == MatchingStatus.COMPLETED,
            func.coalesce(Job.matched_at + config.matching_maximum_age(), Job.matching_due_since),
        ),
        else_=Job.matching_due_since,
    )


def due_from_now() -> ColumnElement[datetime]:
    """Since when a job is due that becomes so now: one that is due already, since it was."""
    return case((is_due(), due_since()), else_=func.now())


def get_oldest_due_job_age(connection: Connection) -> float:
    """How many seconds the job has been due that has been so for longest; 0 where none is.

    By the database's clock, from the moment at which the job became due.
    """
    age = func.extract("epoch", func.now() - func.min(due_since()))
    return float(connection.scalar(select(func.coalesce(age, 0)).where(is_due())) or 0)


def without_run() -> dict[str, Any]:
    """Column values that end a run: it may write nothing any more."""
    return {"matching_run_id": None, "matching_lease_until": None}


def pending_again() -> dict[str, Any]:
    """Column values that return a job to pending with a clean slate, ending any run."""
    return {
        **without_run(),
        "matching_status": MatchingStatus.PENDING,
        "matching_due_since": due_from_now(),
        "matching_demand": Job.matching_demand + 1,
        "matching_failures": 0,
        "matching_retry_at": None,
        "last_error": None,
    }
