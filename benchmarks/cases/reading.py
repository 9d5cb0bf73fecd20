"""A warm get_job_by_id, from event to response."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from benchmarks.floor import Floor
from benchmarks.report import Case, milliseconds
from benchmarks.settings import environment
from benchmarks.stock import Stock
from jobmatch.jobs.queries import require_job_by_id
from jobmatch.postgres import connect, engine
from local.events import http_event
from tests.support.delay import delayed
from tests.support.functions import invoke

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from jobmatch.permissions import Caller

CASE = "get_job_by_id, whole handler"


def cases(job_id: UUID, caller: Caller, *, rounds: int = 300) -> Iterator[Case]:
    """Beside the bare query and the stock handler: here, at a distance, and without preparing."""
    url = os.environ["DATABASE_URL"]
    ours, floor, stock = _measure(url, job_id, caller, rounds=rounds)
    yield Case(CASE, ours, floor, "floor: bare query", 8)
    yield Case(CASE, ours, stock, "stock handler", 0.36)
    with environment(DATABASE_PREPARED_STATEMENTS="off"):
        unprepared, floor, stock = _measure(url, job_id, caller, rounds=rounds)
    yield Case(f"{CASE}, nothing prepared", unprepared, stock, "stock handler")
    with delayed(url) as far, environment(DATABASE_URL=far):
        ours, floor, stock = _measure(far, job_id, caller, rounds=rounds)
        yield Case(f"{CASE}, 1 ms away", ours, stock, "stock handler", 0.2)
        yield Case(f"{CASE}, 1 ms away", ours, floor, "floor: bare query")


def job_event(job_id: UUID, caller: Caller) -> dict[str, Any]:
    """The request for an employer's job."""
    claims = {"sub": str(caller.user_id), "cognito:groups": ["employer"]}
    path = {"jobId": str(job_id)}
    return http_event(
        "GET", f"/jobs/{job_id}", route="/jobs/{jobId}", path_parameters=path, claims=claims
    )


def _measure(url: str, job_id: UUID, caller: Caller, *, rounds: int) -> list[float]:
    event = job_event(job_id, caller)

    def query() -> None:
        with connect() as connection:
            require_job_by_id(connection, job_id, viewer=caller)

    floor, stock = Floor(url), Stock(url)
    try:
        return milliseconds(
            lambda: invoke("get_job_by_id", event),
            floor.same_as(query),
            lambda: stock.get_job_by_id(event),
            rounds=rounds,
        )
    finally:
        floor.close()
        stock.close()
        engine().dispose()
