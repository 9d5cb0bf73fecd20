"""Matches stored: one through the API, and a thousand as a run stores them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, delete

from benchmarks.matched import matched_job, matches_of
from benchmarks.report import Case, milliseconds
from benchmarks.settings import environment
from benchmarks.stock import MatchIn, Stock
from jobmatch.matches.service import insert_match, store_matches
from jobmatch.models import JobMatch
from jobmatch.postgres import connect, engine, transaction
from local.events import http_event
from tests.support.delay import delayed
from tests.support.functions import invoke
from tests.support.long_tables import an_admin
from tests.support.loop import store_one_at_a_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from jobmatch.matches.service import NewMatch
    from jobmatch.permissions import Caller

LOOPED = 100
"""How many matches the loop is given; its time for each does not depend on their number."""


def cases(employer: Caller, *, rounds: int) -> Iterator[Case]:
    """Beside stock and beside the loop: here, at a distance, and without preparing."""
    url = os.environ["DATABASE_URL"]
    matches = matches_of(matched_job(employer))
    yield from _cases(url, matches, rounds, targets=(0.6, 15))
    with environment(DATABASE_PREPARED_STATEMENTS="off"):
        yield from _cases(url, matches, rounds, where=", nothing prepared")
    with delayed(url) as far, environment(DATABASE_URL=far):
        yield from _cases(far, matches, rounds // 2, where=", 1 ms away")


def _cases(
    url: str,
    matches: Sequence[NewMatch],
    rounds: int,
    *,
    targets: tuple[float | None, float | None] = (None, None),
    where: str = "",
) -> Iterator[Case]:
    fraction, times = targets
    handler, stock_handler, query, stock = _one(url, matches[0], rounds)
    yield Case(
        f"insert_match, whole handler{where}", handler, stock_handler, "stock handler", fraction
    )
    yield Case(f"insert_match, query function{where}", query, stock, "stock query", fraction)
    ours, loop = _many(url, matches, max(3, rounds // 20))
    case = f"{len(matches):,} matches stored{where}"
    yield Case(case, ours, loop, "loop", times, at_least=True)


def _one(url: str, match: NewMatch, rounds: int) -> list[float]:
    """One match that is replaced again and again, by handlers and without them."""
    stock = Stock(url)
    event = _event(match, an_admin())
    body = MatchIn.model_validate_json(event["body"])

    def insert() -> None:
        with connect() as connection:
            insert_match(connection, match)

    try:
        return milliseconds(
            lambda: invoke("insert_match", event),
            lambda: stock.put_match(event),
            insert,
            lambda: stock.insert_match(match.job_id, match.profile_id, body),
            rounds=rounds,
        )
    finally:
        stock.close()
        engine().dispose()


def _event(match: NewMatch, admin: Caller) -> dict[str, Any]:
    path = {"jobId": str(match.job_id), "profileId": str(match.profile_id)}
    body = {
        "overallScore": match.overall_score,
        "subscores": json.loads(match.subscores),
        "summary": match.summary,
        "recommendation": match.recommendation,
    }
    return http_event(
        "PUT",
        "/admin/jobs/{jobId}/matches/{profileId}".format(**path),
        route="/admin/jobs/{jobId}/matches/{profileId}",
        path_parameters=path,
        headers={"content-type": "application/json"},
        body=json.dumps(body),
        claims={"sub": str(admin.user_id), "cognito:groups": ["admin"]},
    )


def _many(url: str, matches: Sequence[NewMatch], rounds: int) -> list[float]:
    """All of a job's matches, none of which is there before."""
    stock = create_engine(url)

    def store() -> None:
        with transaction() as connection:
            store_matches(connection, matches)

    try:
        ours, looped = milliseconds(
            store,
            lambda: store_one_at_a_time(stock, matches[:LOOPED]),
            rounds=rounds,
            before=lambda: _forget(matches[0].job_id),
        )
        return [ours, looped * len(matches) / LOOPED]
    finally:
        stock.dispose()
        engine().dispose()


def _forget(job_id: UUID) -> None:
    with connect() as connection:
        connection.execute(delete(JobMatch).where(JobMatch.job_id == job_id))
