"""Matching runs: who may match a job, and the fence that keeps everybody else out.

A claim writes a run id and a lease on the job. Storing and completing are conditional on that
id, in one transaction, and whatever overtakes the run (a changed or closed job, a take-over
after the lease) removes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, Uuid, all_, and_, case, cast, delete, func, literal, select, update

from jobmatch import config
from jobmatch.errors import ConflictError
from jobmatch.matching.requirements import Requirements
from jobmatch.models import Job, JobMatch, JobStatus, MatchingStatus
from jobmatch.queries.access import may_act_for, require_job
from jobmatch.queries.causes import is_due, without_run
from jobmatch.queries.job_matches import store_matches
from jobmatch.schemas.jobs import REQUIREMENTS, MatchingRequested

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Connection

    from jobmatch.queries.job_matches import NewMatch
    from jobmatch.viewer import Viewer

_PENDING = cast(MatchingStatus.PENDING, Job.matching_status.type)
_COMPLETED = cast(MatchingStatus.COMPLETED, Job.matching_status.type)
_FIRST_RETRY = timedelta(minutes=1)
_LAST_RETRY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Run:
    """A claimed job: what it asked for when it was claimed."""

    run_id: UUID
    job_id: UUID
    requirements: Requirements


def request_matching(connection: Connection, job_id: UUID, *, viewer: Viewer) -> MatchingRequested:
    """Return an open job to pending; while a run is going, let another one follow it.

    Raises:
        NotFoundError: the job does not exist for the viewer.
        ConflictError: the job is not open.
    """
    # Judged by the row as it is when it is locked: a run that ends meanwhile is no run.
    is_running = and_(
        Job.matching_status == MatchingStatus.RUNNING, Job.matching_lease_until > func.now()
    )
    status = connection.scalar(
        update(Job)
        .where(
            Job.id == job_id,
            Job.status == JobStatus.OPEN,
            may_act_for(viewer, Job.employer_user_id),
        )
        .values(
            matching_status=case((is_running, Job.matching_status), else_=_PENDING),
            matching_run_id=case((is_running, Job.matching_run_id)),
            matching_lease_until=case((is_running, Job.matching_lease_until)),
            matching_demand=Job.matching_demand + 1,
            matching_failures=0,
            matching_retry_at=None,
        )
        .returning(Job.matching_status)
    )
    if status is None:
        require_job(connection, job_id, viewer)
        raise ConflictError("Only an open job is matched.")
    return MatchingRequested(job_id, status)


def claim_job(connection: Connection, job_id: UUID) -> Run | None:
    """Claim a job that is due, or none: it was claimed, matched or closed meanwhile."""
    row = connection.execute(
        update(Job)
        .where(Job.id == job_id, is_due())
        .values(
            matching_status=MatchingStatus.RUNNING,
            matching_run_id=func.gen_random_uuid(),
            matching_lease_until=func.now() + config.matching_lease(),
            matching_claimed_demand=Job.matching_demand,
        )
        .returning(Job.matching_run_id, *(getattr(Job, name) for name in REQUIREMENTS))
    ).one_or_none()
    if row is None:
        return None
    return Run(row.matching_run_id, job_id, Requirements.of(row._mapping))


def complete_run(connection: Connection, run: Run, matches: Sequence[NewMatch]) -> bool:
    """Store the matches of a run and complete it; within a transaction.

    Matches of earlier runs that are not among them are deleted. The job ends completed, or
    pending where a cause came up during the run.

    Returns:
        False where the run was overtaken: then nothing was written.
    """
    is_mine = and_(Job.id == run.job_id, Job.matching_run_id == run.run_id)
    if connection.scalar(select(1).where(is_mine).with_for_update(of=Job)) is None:
        return False
    kept = literal([match.profile_id for match in matches], ARRAY(Uuid))
    connection.execute(
        delete(JobMatch).where(JobMatch.job_id == run.job_id, JobMatch.profile_id != all_(kept))
    )
    if matches:
        store_matches(connection, matches)
    connection.execute(
        update(Job)
        .where(is_mine)
        .values(
            **without_run(),
            matching_status=case(
                (Job.matching_demand == Job.matching_claimed_demand, _COMPLETED),
                else_=_PENDING,
            ),
            matched_at=func.now(),
            matching_failures=0,
            matching_retry_at=None,
            last_error=None,
        )
    )
    return True


def fail_run(connection: Connection, run: Run, reason: str) -> None:
    """Set the job failed and due again after 1 minute x 2^(failures in a row), at most an hour."""
    delay = func.least(_FIRST_RETRY * func.power(2, Job.matching_failures), _LAST_RETRY)
    connection.execute(
        update(Job)
        .where(Job.id == run.job_id, Job.matching_run_id == run.run_id)
        .values(
            **without_run(),
            matching_status=MatchingStatus.FAILED,
            matching_failures=Job.matching_failures + 1,
            matching_retry_at=func.now() + delay,
            last_error=reason,
        )
    )
