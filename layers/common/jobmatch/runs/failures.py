"""How a matching run ends, other than completed: it failed, or its worker died."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, cast, func, update

from jobmatch.jobs.due import is_due, without_run
from jobmatch.models import Job, MatchingRun, MatchingStatus, RunOutcome

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.sql.dml import Update

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
    values = {"of_job": job_id, "outcome": outcome, "error": WORKER_DIED}
    return connection.execute(_end_unfinished(), values).rowcount


@cache
def _end_unfinished() -> Update:
    of_job = MatchingRun.job_id == bindparam("of_job")
    unfinished = update(MatchingRun).where(of_job, MatchingRun.outcome == RunOutcome.RUNNING)
    return unfinished.values(finished_at=func.now())


def end_run(connection: Connection, run: Run, outcome: RunOutcome, **counts: object) -> None:
    """Note in the history how a run ended."""
    connection.execute(_end_run(), {"run_id": run.run_id, "outcome": outcome, **counts})


@cache
def _end_run() -> Update:
    # A completed run stays so: if the answer to its completion was lost, it is reported as failed.
    is_this = and_(
        MatchingRun.id == bindparam("run_id"), MatchingRun.outcome != RunOutcome.COMPLETED
    )
    return update(MatchingRun).where(is_this).values(finished_at=func.clock_timestamp())
