"""Pages of matches and of jobs, and the storing of matches."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from benchmarks.floor import Floor
from benchmarks.report import Case, milliseconds
from benchmarks.stock import Stock
from jobmatch.database import connect, engine
from jobmatch.models import Job, JobMatch, UserRole
from jobmatch.queries.job_matches import get_matches_for_job
from jobmatch.queries.jobs import get_jobs_by_employer
from jobmatch.viewer import Caller
from local.events import http_event
from tests.support.functions import invoke

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

_GROUPED = "SELECT job_id, count(*) FROM job_matches GROUP BY job_id"


def cases(page_owner: Caller, *, rounds: int = 50) -> Iterator[Case]:
    """A page of matches of the job that has the most, and of the jobs of `page_owner`."""
    url = os.environ["DATABASE_URL"]
    job_id, employer = _job_with_most_matches()
    floor, stock = Floor(url), Stock(url)
    claims = {"sub": str(employer.user_id), "cognito:groups": ["employer"]}
    event = http_event(
        "GET",
        f"/jobs/{job_id}/matches",
        route="/jobs/{jobId}/matches",
        path_parameters={"jobId": str(job_id)},
        query="limit=100",
        claims=claims,
    )

    def matches() -> None:
        with connect() as connection:
            get_matches_for_job(connection, job_id, viewer=employer, limit=100)

    def jobs() -> None:
        with connect() as connection:
            get_jobs_by_employer(connection, page_owner.user_id, viewer=page_owner, limit=50)

    handler, query, bare, peer = milliseconds(
        lambda: invoke("get_matches_for_job", event),
        matches,
        floor.same_as(matches),
        lambda: stock.get_matches_for_job(event),
        rounds=rounds,
    )
    case = "get_matches_for_job, page of 100"
    yield Case(f"{case}, whole handler", handler, peer, "stock handler", 0.25)
    yield Case(f"{case}, query function", query, bare, "floor: bare query", 3)
    page, grouped = milliseconds(jobs, lambda: floor.execute(_GROUPED), rounds=max(3, rounds // 10))
    stored = _matches()
    case = f"get_jobs_by_employer, page of 50, {stored:,} matches"
    yield Case(case, page, grouped, "group-by over the table", 0.02)
    floor.close()
    stock.close()
    engine().dispose()


def _matches() -> int:
    with connect() as connection:
        return connection.scalar(select(func.count()).select_from(JobMatch)) or 0


def _job_with_most_matches() -> tuple[UUID, Caller]:
    """A job whose list is long, and its employer."""
    most = (
        select(Job.id, Job.employer_user_id)
        .join(JobMatch, JobMatch.job_id == Job.id)
        .group_by(Job.id)
        .order_by(func.count().desc())
        .limit(1)
    )
    with connect() as connection:
        row = connection.execute(most).one()
    return row.id, Caller(row.employer_user_id, frozenset({UserRole.EMPLOYER}))
