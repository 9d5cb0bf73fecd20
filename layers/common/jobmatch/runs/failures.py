"""How a matching run ends, other than completed: it failed, or its worker died."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, case, cast, func, update

from jobmatch.jobs.due import is_due, without_run
from jobmatch.models import Job, MatchingRun, MatchingStatus, RunOutcome

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from jobmatch.shortlists.storing import Run


_FIRST_RETRY = timedelta(minutes=1)
MOST_FAILURES = 5
"""Attempts that may fail in a row; then the job goes to the dead-letter queue."""
WORKER_DIED = "The worker died."
"""The reason of a run that never ended."""


def worker_died() -> ColumnElement[bool]:
    """Whether the last run of a due job never ended: it still holds the job."""
    return and_(
        Job.matching_status == MatchingStatus.RUNNING,
        Job.matching_run_id.is_not(None),
    )


def note_failed_claim(
    connection: Connection, job_id: UUID, reason: str, *, maximum_age: timedelta
) -> None:
    """Note on a due job why it could not be claimed; within a transaction. It stays due."""
    is_this = and_(Job.id == job_id, is_due(maximum_age))
    connection.execute(update(Job).where(is_this).values(last_error=reason))


def fail_run(connection: Connection, run: Run, reason: str) -> int | None:
    """Set the job failed, to be due again later; within a transaction.

    It is due again after 1, 2, 4 and 8 minutes; after the fifth failure in a row only when it is
    edited or requested.

    Returns:
        How many attempts have failed in a row, or `None` if the run was overtaken.
    """
    failures: int | None = connection.scalar(
        update(Job)
        .where(Job.id == run.job_id, Job.matching_run_id == run.run_id)
        .values(**_failed(reason))
        .returning(Job.matching_failures)
    )
    outcome = RunOutcome.OVERTAKEN if failures is None else RunOutcome.FAILED
    end_run(connection, run, outcome, error=reason)
    return failures


def fail_dead_run(connection: Connection, job_id: UUID, *, maximum_age: timedelta) -> int | None:
    """Set a job failed whose worker has died, when it may not fail once more; in a transaction.

    Returns:
        How many attempts have failed in a row, or `None` if there is no such job.
    """
    failures: int | None = connection.scalar(
        update(Job)
        .where(
            Job.id == job_id,
            is_due(maximum_age),
            worker_died(),
            Job.matching_failures + 1 >= MOST_FAILURES,
        )
        .values(**_failed(WORKER_DIED))
        .returning(Job.matching_failures)
    )
    if failures is not None:
        end_unfinished(connection, job_id, RunOutcome.FAILED)
    return failures


def _failed(reason: str) -> dict[str, Any]:
    """Column values of a job whose attempt has failed."""
    delay = _FIRST_RETRY * func.power(2, Job.matching_failures)
    return {
        **without_run(),
        "matching_status": MatchingStatus.FAILED,
        "matching_failures": Job.matching_failures + 1,
        "matching_retry_at": case(
            (Job.matching_failures + 1 < MOST_FAILURES, func.now() + delay),
            else_=cast("infinity", Job.matching_retry_at.type),
        ),
        "last_error": reason,
    }


def end_unfinished(connection: Connection, job_id: UUID, outcome: RunOutcome) -> int:
    """Note how the runs of a job ended whose workers have died; return how many there were."""
    ended = connection.execute(
        update(MatchingRun)
        .where(MatchingRun.job_id == job_id, MatchingRun.outcome == RunOutcome.RUNNING)
        .values(outcome=outcome, finished_at=func.now(), error=WORKER_DIED)
    )
    return ended.rowcount


def end_run(connection: Connection, run: Run, outcome: RunOutcome, **counts: object) -> None:
    """Note in the history how a run ended."""
    # A completed run stays so: if the answer to its completion was lost, it is reported as failed.
    connection.execute(
        update(MatchingRun)
        .where(MatchingRun.id == run.run_id, MatchingRun.outcome != RunOutcome.COMPLETED)
        .values(outcome=outcome, finished_at=func.clock_timestamp(), **counts)
    )
