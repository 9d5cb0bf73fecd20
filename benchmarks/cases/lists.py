"""Pages of matches and of jobs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import func, select

from benchmarks.floor import Floor
from benchmarks.matched import MATCHES, matched_job
from benchmarks.report import Case, milliseconds
from benchmarks.settings import environment
from benchmarks.stock import Stock
from jobmatch.careers.dates import this_month
from jobmatch.jobs.queries import get_jobs_by_employer
from jobmatch.matches.queries import get_matches_for_job
from jobmatch.models import JobMatch
from jobmatch.postgres import connect, engine
from local.events import http_event
from tests.support.delay import delayed
from tests.support.functions import invoke
from tests.support.long_tables import an_employer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from jobmatch.permissions import Caller

PAGE = 100
CASE = "get_matches_for_job"
_GROUPED = "SELECT job_id, count(*) FROM job_matches GROUP BY job_id"


def cases(employer: Caller, *, rounds: int) -> Iterator[Case]:
    """The matches of a job with 1,000 of them, page by page, and a page of the employer's jobs."""
    url = os.environ["DATABASE_URL"]
    job_id = matched_job(employer)
    handler, stock, pages, stock_pages, query, bare = _matches(url, job_id, employer, rounds)
    first, all_of_them = f"{CASE}, page of {PAGE}", f"{CASE}, {MATCHES:,} in ten pages"
    yield Case(f"{first}, whole handler", handler, stock, "stock handler", 0.25)
    yield Case(f"{first}, query function", query, bare, "floor: bare query", 3)
    yield Case(all_of_them, pages, stock_pages, "stock handler", 0.25)
    with environment(DATABASE_PREPARED_STATEMENTS="off"):
        handler, stock, pages, stock_pages, *_ = _matches(url, job_id, employer, rounds)
    yield Case(f"{first}, nothing prepared", handler, stock, "stock handler")
    yield Case(f"{all_of_them}, nothing prepared", pages, stock_pages, "stock handler")
    with delayed(url) as far, environment(DATABASE_URL=far):
        handler, stock, pages, stock_pages, *_ = _matches(far, job_id, employer, rounds)
    yield Case(f"{first}, 1 ms away", handler, stock, "stock handler")
    yield Case(f"{all_of_them}, 1 ms away", pages, stock_pages, "stock handler")
    # Of an employer like others: the job above has a hundred times as many matches as theirs.
    yield _jobs(url, an_employer(2), rounds=rounds)


def _matches(url: str, job_id: UUID, employer: Caller, rounds: int) -> list[float]:
    """The first page by ours and by stock, all pages likewise, the query function and the floor."""
    events, stock_events = _pages(job_id, employer), _offsets(job_id, employer)
    floor, stock = Floor(url), Stock(url)

    def query() -> None:
        with connect() as connection:
            get_matches_for_job(
                connection, job_id, viewer=employer, limit=PAGE, this_month=this_month()
            )

    try:
        return [
            *milliseconds(
                lambda: invoke(CASE, events[0]),
                lambda: stock.get_matches_for_job(stock_events[0]),
                rounds=rounds,
            ),
            *milliseconds(
                lambda: [invoke(CASE, event) for event in events],
                lambda: [stock.get_matches_for_job(event) for event in stock_events],
                rounds=max(3, rounds // 5),
            ),
            *milliseconds(query, floor.same_as(query), rounds=rounds),
        ]
    finally:
        floor.close()
        stock.close()
        engine().dispose()


def _event(job_id: UUID, employer: Caller, **query: object) -> dict[str, Any]:
    return http_event(
        "GET",
        f"/jobs/{job_id}/matches",
        route="/jobs/{jobId}/matches",
        path_parameters={"jobId": str(job_id)},
        query=urlencode({"limit": PAGE, **query}),
        claims={"sub": str(employer.user_id), "cognito:groups": ["employer"]},
    )


def _pages(job_id: UUID, employer: Caller) -> list[dict[str, Any]]:
    """The requests that read the whole list, each with the cursor that the one before gave."""
    events = [_event(job_id, employer)]
    while cursor := json.loads(invoke(CASE, events[-1])["body"])["nextCursor"]:
        events.append(_event(job_id, employer, cursor=cursor))
    assert len(events) == MATCHES // PAGE  # noqa: S101 - fewer would be read sooner
    return events


def _offsets(job_id: UUID, employer: Caller) -> list[dict[str, Any]]:
    return [_event(job_id, employer, offset=start) for start in range(0, MATCHES, PAGE)]


def _jobs(url: str, employer: Caller, *, rounds: int) -> Case:
    floor = Floor(url)

    def jobs() -> None:
        with connect() as connection:
            get_jobs_by_employer(
                connection, employer.user_id, viewer=employer, limit=50, this_month=this_month()
            )

    page, grouped = milliseconds(jobs, lambda: floor.execute(_GROUPED), rounds=rounds)
    floor.close()
    engine().dispose()
    case = f"get_jobs_by_employer, page of 50, {round(_stored(), -4):,} matches"
    return Case(case, page, grouped, "group-by over the table", 0.02)


def _stored() -> int:
    with connect() as connection:
        return connection.scalar(select(func.count()).select_from(JobMatch)) or 0
