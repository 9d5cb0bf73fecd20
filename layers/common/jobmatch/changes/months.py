"""What a new month changes though nothing was written: experience grows, and suppression ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer, column, exists, func, insert, or_, select, update

from jobmatch.jobs.due import return_jobs
from jobmatch.models import Job, JobBound, JobStatus, MatchingStatus, ProfileChange, ProfileFeatures
from jobmatch.permissions.locks import ids, lock_jobs

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy import Connection


def turn_month(connection: Connection, *, this_month: int, maximum_age: timedelta) -> int:
    """Bring what was matched in an earlier month into this one; within a transaction.

    Open jobs that ask for experience become due. Candidates who are with an employer no more are
    noted as changed. The bounds remember the month, so that this happens once.

    Returns:
        How many jobs became due.
    """
    matched = (MatchingStatus.RUNNING, MatchingStatus.COMPLETED)
    earlier = (
        select(JobBound.job_id, JobBound.month, Job.minimum_experience)
        .join(Job, Job.id == JobBound.job_id)
        .where(
            Job.status == JobStatus.OPEN,
            Job.matching_status.in_(matched),
            JobBound.month < this_month,
        )
    )
    jobs = connection.execute(earlier).all()
    if not jobs:
        return 0
    locked = ids(sorted(job.job_id for job in jobs))
    lock_jobs(connection, locked)
    since = min(job.month for job in jobs)
    until = (
        func.unnest(ProfileFeatures.employed_until)
        .table_valued(column("month", Integer))
        .render_derived()
    )
    has_left = exists().where(until.c.month >= since, until.c.month < this_month)
    left = select(ProfileFeatures.profile_id).where(has_left)
    connection.execute(insert(ProfileChange).from_select(["profile_id"], left))
    growing = ids([job.job_id for job in jobs if job.minimum_experience])
    due = return_jobs(
        connection,
        or_(Job.id.in_(growing), Job.matching_status == MatchingStatus.RUNNING),
        maximum_age,
    )
    months = update(JobBound).where(JobBound.job_id.in_(locked), JobBound.month < this_month)
    connection.execute(months.values(month=this_month))
    return due
