"""Requests a second: our statements on 1, 8 and 32 connections, and a warm handler.

The connections are bare ones, in threads: libpq waits without holding Python's lock. They share the
machine with the server.
"""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from benchmarks.cases.lists import PAGE
from benchmarks.cases.reading import job_event
from benchmarks.floor import Floor
from benchmarks.matched import matched_job
from benchmarks.report import Throughput, timed
from jobmatch.careers.dates import this_month
from jobmatch.jobs.queries import require_job_by_id
from jobmatch.matches.queries import get_matches_for_job
from jobmatch.models import Job
from jobmatch.postgres import connect, engine
from tests.support.capture import captured
from tests.support.functions import invoke

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from uuid import UUID

    from jobmatch.permissions import Caller

CONNECTIONS = (1, 8, 32)
JOBS = 100
"""As many of the employer's jobs at most are asked for in turn."""

Statement = tuple[str, list[Any]]


def cases(employer: Caller, *, requests: int) -> Iterator[Throughput]:
    """So many requests for a job at each number of connections, a quarter as many for a page."""
    jobs, page_job = _jobs(employer), matched_job(employer)
    one = [_statement(partial(_ask_job, job, employer)) for job in jobs]
    page = [_statement(partial(_ask_page, page_job, employer))]
    for connections in CONNECTIONS:
        yield _measure("get_job_by_id", one, requests, connections)
        yield _measure(f"get_matches_for_job, page of {PAGE}", page, requests // 4, connections)
    events = cycle([job_event(job, employer) for job in jobs])
    invoke("get_job_by_id", next(events))
    times = timed(lambda: invoke("get_job_by_id", next(events)), requests // 4)
    yield Throughput.of("get_job_by_id, whole handler", "process", times, sum(times) / 1000)
    engine().dispose()


def _jobs(employer: Caller) -> Sequence[UUID]:
    mine = select(Job.id).where(Job.employer_user_id == employer.user_id)
    with connect() as connection:
        return connection.scalars(mine.order_by(Job.id).limit(JOBS)).all()


def _ask_job(job_id: UUID, caller: Caller) -> None:
    with connect() as connection:
        require_job_by_id(connection, job_id, viewer=caller)


def _ask_page(job_id: UUID, caller: Caller) -> None:
    with connect() as connection:
        get_matches_for_job(connection, job_id, viewer=caller, limit=PAGE, this_month=this_month())


def _statement(work: Callable[[], object]) -> Statement:
    (statement,) = captured(work)
    return statement


def _measure(
    what: str, statements: Sequence[Statement], requests: int, connections: int
) -> Throughput:
    """All connections start together, and each sends its share of the requests."""
    floors = [Floor(os.environ["DATABASE_URL"]) for _ in range(connections)]
    together = threading.Barrier(connections + 1, timeout=60)

    def send(floor: Floor) -> list[float]:
        ((sql, _), *_) = statements
        executions = cycle(floor.prepared_for(sql, [values for _, values in statements]))

        def execute() -> None:
            next(executions)()

        timed(execute, 10)  # PostgreSQL plans a statement anew the first five times
        together.wait()
        return timed(execute, requests // connections)

    try:
        with ThreadPoolExecutor(connections) as pool:
            sending = [pool.submit(send, floor) for floor in floors]
            together.wait()
            start = time.perf_counter()
            times = [taken for sender in sending for taken in sender.result()]
            seconds = time.perf_counter() - start
    finally:
        for floor in floors:
            floor.close()
    return Throughput.of(what, "database", times, seconds, connections=connections)
