"""Why a job is or is not matched at present: what an operator asks first."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.exc import DBAPIError

from jobmatch.errors import NotFoundError, describe, sqlstate
from jobmatch.jobs.due import is_due
from jobmatch.jobs.schemas import AdminJobListItem
from jobmatch.models import (
    Job,
    JobStatus,
    MatchingRun,
    MatchingStatus,
    Notification,
    NotificationStatus,
    RunOutcome,
)
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.locks import ids
from jobmatch.profiles.queries import count_not_indexed
from jobmatch.runs.failures import MOST_FAILURES
from jobmatch.runs.history import get_matching_runs
from jobmatch.runs.schemas import (
    JobMatching,
    JobMatchingPage,
    JobWithMatching,
    MailState,
    MatchingState,
    RunItem,
)
from jobmatch.wire import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, Connection, Row

    from jobmatch.jobs.schemas import AdminJobPage

T = TypeVar("T")
_BROKEN_SCHEMA = "42"
"""The class of SQLSTATEs for what is missing or not permitted."""
_WAITING = "It waits for a worker: for its message in the queue, or for the next schedule."
_TAKEN_OVER = "The run did not end within its lease, so its worker has probably died."
_ON_DEMAND = "It is matched again only when it is changed or requested."


def get_matching_state(
    connection: Connection, job_id: UUID, *, maximum_age: timedelta
) -> MatchingState:
    """The state of a job's matching; for admins.

    Raises:
        NotFoundError: the job does not exist.
    """
    columns = (
        Job.id,
        Job.status,
        Job.matching_status,
        Job.matching_run_id,
        Job.matching_lease_until,
        Job.matching_due_since,
        Job.matching_failures,
        Job.matched_at,
        Job.last_error,
        is_due(maximum_age).label("is_due"),
        _is_given_up().label("is_given_up"),
        _next_try_at(maximum_age).label("next_try_at"),
    )
    job = connection.execute(select(*columns).where(Job.id == job_id)).one_or_none()
    if job is None:
        raise NotFoundError("No such job.")
    unread: list[str] = []
    last_run = _unless_broken(unread, lambda: _last_run(connection, job_id))
    not_indexed = _unless_broken(unread, lambda: count_not_indexed(connection))
    return MatchingState(
        job_id=job.id,
        status=job.status,
        matching_status=job.matching_status,
        is_due=job.is_due,
        is_given_up=job.is_given_up,
        explanation=_explanation(job, not_indexed),
        since=_since(job, last_run),
        next_try_at=job.next_try_at,
        lease_until=job.matching_lease_until,
        failures=job.matching_failures,
        last_error=job.last_error,
        profiles_not_indexed=not_indexed,
        last_run=last_run,
        last_mail=_unless_broken(unread, lambda: _last_mail(connection, job_id)),
        unread=unread,
    )


def with_matching(
    connection: Connection, page: AdminJobPage, *, maximum_age: timedelta
) -> JobMatchingPage:
    """A page, each job with where its matching stands; without those deleted meanwhile."""
    columns = (
        is_due(maximum_age),
        _is_given_up(),
        Job.matching_failures,
        Job.last_error,
        _next_try_at(maximum_age),
    )
    rows = connection.execute(
        select(Job.id, *columns).where(Job.id.in_(ids([job.id for job in page.items])))
    )
    found: dict[UUID, tuple[Any, ...]] = {row.id: tuple(row)[1:] for row in rows}
    listed = [field.name for field in fields(AdminJobListItem)]
    items = [
        JobWithMatching(
            **{name: getattr(job, name) for name in listed}, matching=JobMatching(*found[job.id])
        )
        for job in page.items
        if job.id in found
    ]
    return JobMatchingPage(items, page.next_cursor)


def _is_given_up() -> ColumnElement[bool]:
    """Whether so many attempts have failed that there is no other by itself."""
    retry = Job.matching_retry_at
    failed = Job.matching_status == MatchingStatus.FAILED
    return func.coalesce(and_(failed, retry.is_not(None), ~func.isfinite(retry)), False)


def _next_try_at(maximum_age: timedelta) -> ColumnElement[datetime]:
    return case(
        (or_(Job.status != JobStatus.OPEN, _is_given_up()), None),
        (Job.matching_status == MatchingStatus.FAILED, Job.matching_retry_at),
        (Job.matching_status == MatchingStatus.RUNNING, Job.matching_lease_until),
        (Job.matching_status == MatchingStatus.COMPLETED, Job.matched_at + maximum_age),
        else_=Job.matching_due_since,
    )


def _unless_broken(unread: list[str], read: Callable[[], T]) -> T | None:
    """What `read` returns; `None` if a table is missing or may not be read, which is then noted.

    The question is asked when something is broken, so the rest is worth having.
    """
    try:
        return read()
    except DBAPIError as error:
        if not (sqlstate(error) or "").startswith(_BROKEN_SCHEMA):
            raise
        unread.append(describe(error))
        return None


def _last_run(connection: Connection, job_id: UUID) -> RunItem | None:
    return next(iter(get_matching_runs(connection, job_id, viewer=SYSTEM, limit=1)), None)


def _since(job: Row[*tuple[object, ...]], last_run: RunItem | None) -> datetime | None:
    match job.matching_status:
        case _ if job.status != JobStatus.OPEN:
            return None
        case MatchingStatus.PENDING:
            since: datetime = job.matching_due_since
            return since
        case MatchingStatus.COMPLETED:
            matched_at: datetime | None = job.matched_at
            return matched_at
        case MatchingStatus.RUNNING if last_run and last_run.id == job.matching_run_id:
            return last_run.started_at
        case MatchingStatus.FAILED if last_run:
            return last_run.finished_at
    return None


def _explanation(job: Row[*tuple[object, ...]], not_indexed: int | None) -> str:
    if job.status != JobStatus.OPEN:
        return f"The job is {job.status}; only an open job is matched."
    match job.matching_status:
        case MatchingStatus.RUNNING:
            sentences = ["A run is going."] if not job.is_due else [_TAKEN_OVER, _WAITING]
        case MatchingStatus.FAILED if job.is_given_up:
            sentences = [f"{job.matching_failures} attempts in a row have failed.", _ON_DEMAND]
        case MatchingStatus.FAILED:
            sentences = [f"{job.matching_failures} of {MOST_FAILURES} attempts have failed."]
            sentences += [_WAITING] if job.is_due else ["The next one waits for its time."]
        case MatchingStatus.COMPLETED if not job.is_due:
            sentences = ["It is matched."]
        case MatchingStatus.COMPLETED:
            sentences = ["It is matched, and due again because of its age.", _WAITING]
        case _:
            sentences = [_WAITING]
            if job.last_error:
                sentences.append("A run could not begin.")
    if job.is_due and not_indexed:
        sentences.append("The schedule queues no job before the profiles are indexed that can be.")
    return " ".join(sentences)


def _last_mail(connection: Connection, job_id: UUID) -> MailState | None:
    """The mail that is due, or else the one of the last completed run."""
    mail = select(*columns_of(Notification, MailState)).where(Notification.job_id == job_id)
    row = connection.execute(
        mail.where(Notification.status == NotificationStatus.DUE)
    ).one_or_none()
    if row is None:
        completed = (MatchingRun.job_id == job_id, MatchingRun.outcome == RunOutcome.COMPLETED)
        run = connection.execute(
            select(MatchingRun.id, MatchingRun.started_at, MatchingRun.finished_at)
            .where(*completed)
            .order_by(MatchingRun.started_at.desc(), MatchingRun.id.desc())
            .limit(1)
        ).one_or_none()
        if run is None:
            return None
        # By time, because the index of mails is by time.
        meanwhile = Notification.created_at.between(run.started_at, run.finished_at)
        row = connection.execute(mail.where(meanwhile, Notification.run_id == run.id)).one_or_none()
    return None if row is None else MailState(*row)
