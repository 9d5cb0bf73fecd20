"""Pages of matches and of jobs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import select

from benchmarks.floor import Floor
from benchmarks.matched import MATCHES, matched_job
from benchmarks.report import Case, milliseconds
from benchmarks.settings import environment
from benchmarks.stock import Stock
from jobmatch.careers.dates import this_month
from jobmatch.jobs.queries import get_jobs_by_employer
from jobmatch.matches.queries import get_matches_for_job
from jobmatch.models import Job
from jobmatch.postgres import connect, engine
from local.events import http_event
from tests.support.delay import delayed
from tests.support.functions import invoke
from tests.support.long_tables import an_employer, fill_matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from jobmatch.permissions import Caller
    from local.postgres import EmbeddedPostgres

PAGE = 100
CASE = "get_matches_for_job"
_GROUPED = "SELECT job_id, count(*) FROM job_matches GROUP BY job_id"
_COUNTED = "SELECT job_id, count(*) FROM job_matches WHERE job_id = ANY ($1) GROUP BY job_id"
JOBS, KEPT = 50, 500
"""How many jobs a page has, and how many matches a run keeps of each."""
RESTARTS = 5


def cases(employer: Caller, server: EmbeddedPostgres, *, rounds: int) -> Iterator[Case]:
    """The matches of a job with 1,000 of them, page by page, and a page of the employer's jobs."""
    url = os.environ["DATABASE_URL"]
    job_id = matched_job(employer)
    first, all_of_them = f"{CASE}, page of {PAGE}", f"{CASE}, {MATCHES:,} in ten pages"
    of = _matches(url, job_id, employer, rounds)
    yield Case(f"{first}, whole handler", of.first, of.stock_first, "stock handler", 0.25)
    yield Case(f"{first}, query function", of.query, of.bare, "floor: bare query", 3)
    yield Case(all_of_them, of.pages, of.stock_pages, "stock handler", 0.25)
    yield Case(all_of_them, of.pages, of.tenfold, "ten times the first", 1)
    with environment(DATABASE_PREPARED_STATEMENTS="off"):
        of = _matches(url, job_id, employer, rounds)
    yield Case(f"{first}, nothing prepared", of.first, of.stock_first, "stock handler")
    yield Case(f"{all_of_them}, nothing prepared", of.pages, of.stock_pages, "stock handler")
    with delayed(url) as far, environment(DATABASE_URL=far):
        of = _matches(far, job_id, employer, rounds)
    yield Case(f"{first}, 1 ms away", of.first, of.stock_first, "stock handler")
    yield Case(f"{all_of_them}, 1 ms away", of.pages, of.stock_pages, "stock handler")
    yield from _jobs(url, an_employer(2), server, rounds=rounds)


class _Times(NamedTuple):
    """Milliseconds of reading a job's matches."""

    first: float
    """The first page, by the whole handler."""
    stock_first: float
    pages: float
    """All pages, each with the cursor of the one before."""
    stock_pages: float
    tenfold: float
    """The first page, as often as there are pages."""
    query: float
    """The first page, by the query function alone."""
    bare: float


def _matches(url: str, job_id: UUID, employer: Caller, rounds: int) -> _Times:
    events, stock_events = _pages(job_id, employer), _offsets(job_id, employer)
    floor, stock = Floor(url), Stock(url)

    def query() -> None:
        with connect() as connection:
            get_matches_for_job(
                connection, job_id, viewer=employer, limit=PAGE, this_month=this_month()
            )

    try:
        return _Times(
            *milliseconds(
                lambda: invoke(CASE, events[0]),
                lambda: stock.get_matches_for_job(stock_events[0]),
                rounds=rounds,
            ),
            *milliseconds(
                lambda: [invoke(CASE, event) for event in events],
                lambda: [stock.get_matches_for_job(event) for event in stock_events],
                lambda: [invoke(CASE, events[0]) for _ in events],
                rounds=max(3, rounds // 5),
            ),
            *milliseconds(query, floor.same_as(query), rounds=rounds),
        )
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


def _jobs(url: str, employer: Caller, server: EmbeddedPostgres, *, rounds: int) -> Iterator[Case]:
    """A page of jobs that have as many matches as a run keeps, warm and after a restart."""
    fill_matches(employer, jobs=JOBS, each=KEPT)
    with connect() as connection:
        mine = select(Job.id).where(Job.employer_user_id == employer.user_id)
        newest = mine.order_by(Job.created_at.desc()).limit(JOBS)
        ids = [("{" + ",".join(map(str, connection.scalars(newest))) + "}").encode()]

    def jobs() -> None:
        with connect() as connection:
            get_jobs_by_employer(
                connection, employer.user_id, viewer=employer, limit=JOBS, this_month=this_month()
            )

    case = f"get_jobs_by_employer, page of {JOBS} with {KEPT} matches each"
    floor = Floor(url)
    counts = floor.prepared(_COUNTED, ids)
    page, counted, grouped = milliseconds(
        jobs, counts, lambda: floor.execute(_GROUPED), rounds=rounds
    )
    floor.close()
    yield Case(case, page, counted, "its counts alone", 4)
    yield Case(case, page, grouped, "group-by over the table")
    page, counted = _restarted(url, server, jobs, ids)
    yield Case(f"{case}, after a restart", page, counted, "its counts alone", 4)


def _restarted(
    url: str, server: EmbeddedPostgres, jobs: Callable[[], None], ids: list[bytes]
) -> list[float]:
    """The page and its counts, each when a server has just started, with few buffers.

    A quarter of what the matches and features take: the first reads find nothing in them.
    """
    size = "pg_total_relation_size('job_matches') + pg_total_relation_size('profile_features')"
    pages = int(server.query(f"SELECT ({size}) / 4 / 8192"))
    before = server.query("SHOW shared_buffers")
    server.query(f"ALTER SYSTEM SET shared_buffers = {max(pages, 16)}")
    floors: list[Floor] = []

    def restart() -> None:
        for floor in floors:
            floor.close()
        engine().dispose()
        server.stop()
        server.start()
        with connect() as connection:
            connection.execute(select(1))
        floors[:] = [Floor(url)]

    def counts() -> None:
        floors[0].prepared(_COUNTED, ids)()

    try:
        return milliseconds(
            jobs,
            counts,
            rounds=RESTARTS,
            before=restart,
        )
    finally:
        server.query(f"ALTER SYSTEM SET shared_buffers = '{before}'")
        restart()
        floors[0].close()
