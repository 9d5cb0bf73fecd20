"""The history of a job's matching runs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import case, select, tuple_

from jobmatch.models import Job, MatchingRun
from jobmatch.permissions import SYSTEM, Viewer
from jobmatch.permissions.predicates import is_admin, may_act_for, require_job, viewer_values
from jobmatch.runs.schemas import RunItem
from jobmatch.wire import columns_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from jobmatch.web.pages import LatestFirst


def get_matching_runs(
    connection: Connection,
    job_id: UUID,
    *,
    viewer: Viewer,
    limit: int | None = None,
    after: LatestFirst | None = None,
) -> list[RunItem]:
    """The history of a job's matching, newest first; why a run failed is for admins.

    Raises:
        NotFoundError: the job does not exist for the viewer.
    """
    run, system = MatchingRun, viewer is SYSTEM
    error = case((is_admin(system=system), run.error))
    statement = (
        select(*columns_of(run, RunItem, error=error))
        .join(Job, Job.id == run.job_id)
        .where(run.job_id == job_id, may_act_for(Job.employer_user_id, system=system))
    )
    if after is not None:
        statement = statement.where(tuple_(run.started_at, run.id) < tuple_(*after))
    statement = statement.order_by(run.started_at.desc(), run.id.desc()).limit(limit)
    runs = [RunItem(*row) for row in connection.execute(statement, viewer_values(viewer))]
    if not runs:
        require_job(connection, job_id, viewer)
    return runs
