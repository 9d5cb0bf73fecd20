"""What makes a job due for matching, since when, and which jobs a changed candidate concerns.

`maximum_age` is here and elsewhere the age at which a completed matching is due again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, case, cast, func, or_, select, update

from jobmatch.errors import ConflictError
from jobmatch.jobs.schemas import MatchingRequested
from jobmatch.models import (
    Job,
    JobStatus,
    MatchingStatus,
)
from jobmatch.permissions import SYSTEM, Viewer
from jobmatch.permissions.predicates import may_act_for, require_job, viewer_values

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, SQLColumnExpression


def is_due(maximum_age: timedelta) -> ColumnElement[bool]:
    """Whether a job is due for matching; the claim and the schedule use this one rule."""
    past = {
        MatchingStatus.FAILED: _is_past(Job.matching_retry_at),
        MatchingStatus.RUNNING: _is_past(Job.matching_lease_until),
        # Compared with the bare column, so that the index serves.
        MatchingStatus.COMPLETED: _is_past(Job.matched_at, maximum_age),
    }
    again = (and_(Job.matching_status == status, is_past) for status, is_past in past.items())
    pending = Job.matching_status == MatchingStatus.PENDING
    return and_(Job.status == JobStatus.OPEN, or_(pending, *again))


def _is_past(
    time: SQLColumnExpression[datetime | None], age: timedelta = timedelta()
) -> ColumnElement[bool]:
    return or_(time.is_(None), time <= func.now() - age)


def due_since(maximum_age: timedelta) -> ColumnElement[datetime]:
    """Since when a due job has been due; meaningless for a job that is not due."""
    times = {
        MatchingStatus.FAILED: Job.matching_retry_at,
        MatchingStatus.RUNNING: Job.matching_lease_until,
        MatchingStatus.COMPLETED: Job.matched_at + maximum_age,
    }
    pending = Job.matching_due_since
    whens = [(Job.matching_status == key, func.coalesce(times[key], pending)) for key in times]
    return case(*whens, else_=pending)


def due_from_now(maximum_age: timedelta) -> ColumnElement[datetime]:
    """Since when a job is due that is made due now: a job that is due already stays so."""
    return case((is_due(maximum_age), due_since(maximum_age)), else_=func.now())


def get_oldest_due_job_age(connection: Connection, *, maximum_age: timedelta) -> float:
    """How many seconds the oldest due job has been due by the database's clock; 0 if none is."""
    age = func.extract("epoch", func.now() - func.min(due_since(maximum_age)))
    oldest = select(func.coalesce(age, 0)).where(is_due(maximum_age))
    return float(connection.scalar(oldest) or 0)


def without_run() -> dict[str, Any]:
    """Column values that end a run, which may write nothing any more."""
    return {"matching_run_id": None, "matching_lease_until": None}


def due_again(maximum_age: timedelta) -> dict[str, Any]:
    """Column values that make a job due, forget its failures, and end any run."""
    return {
        **without_run(),
        "matching_status": MatchingStatus.PENDING,
        "matching_due_since": due_from_now(maximum_age),
        "matching_demand": Job.matching_demand + 1,
        "matching_failures": 0,
        "matching_retry_at": None,
        "last_error": None,
    }


def request_matching(
    connection: Connection, job_id: UUID, *, viewer: Viewer, maximum_age: timedelta
) -> MatchingRequested:
    """Make an open job due; while it is running, let another run follow.

    Raises:
        NotFoundError: the job does not exist for the viewer.
        ConflictError: the job is not open.
    """
    pending = cast(MatchingStatus.PENDING, Job.matching_status.type)
    # Evaluated on the locked row: a run that has ended meanwhile does not count.
    is_running = and_(
        Job.matching_status == MatchingStatus.RUNNING, Job.matching_lease_until > func.now()
    )
    status = connection.scalar(
        update(Job)
        .where(
            Job.id == job_id,
            Job.status == JobStatus.OPEN,
            may_act_for(Job.employer_user_id, system=viewer is SYSTEM),
        )
        .values(
            matching_status=case((is_running, Job.matching_status), else_=pending),
            matching_run_id=case((is_running, Job.matching_run_id)),
            matching_lease_until=case((is_running, Job.matching_lease_until)),
            matching_demand=Job.matching_demand + 1,
            matching_due_since=due_from_now(maximum_age),
            matching_failures=0,
            matching_retry_at=None,
        )
        .returning(Job.matching_status),
        viewer_values(viewer),
    )
    if status is None:
        require_job(connection, job_id, viewer)
        raise ConflictError("Only an open job is matched.")
    return MatchingRequested(job_id, status)


def return_jobs(connection: Connection, which: ColumnElement[bool], maximum_age: timedelta) -> int:
    """Make these open jobs due, or once more after their run; gives how many. In a transaction."""
    # Locked in one statement and one order: two callers wait for each other and never deadlock.
    locked = select(Job.id).where(Job.status == JobStatus.OPEN, which).order_by(Job.id)
    completed = Job.matching_status == MatchingStatus.COMPLETED
    pending = cast(MatchingStatus.PENDING, Job.matching_status.type)
    returned = connection.execute(
        update(Job)
        .where(Job.id.in_(locked.with_for_update(of=Job)))
        .values(
            matching_demand=Job.matching_demand + 1,
            matching_status=case((completed, pending), else_=Job.matching_status),
            matching_due_since=case(
                (completed, due_from_now(maximum_age)), else_=Job.matching_due_since
            ),
        )
    )
    return returned.rowcount
