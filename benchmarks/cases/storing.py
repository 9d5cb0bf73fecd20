"""Storing matches: one, as an admin puts it, and a thousand at once, as a run does."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sqlalchemy import create_engine, delete, select

from benchmarks.data import an_admin
from benchmarks.delay import delayed
from benchmarks.loop import store_one_at_a_time
from benchmarks.report import Case, milliseconds
from benchmarks.stock import Stock
from jobmatch.database import connect, engine, transaction
from jobmatch.models import JobMatch, Profile
from jobmatch.queries.job_matches import NewMatch, store_matches
from local.events import http_event
from scripts.generate_events import MATCH
from tests.support.functions import invoke

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

STORED = 1_000


def cases(job_id: UUID, *, rounds: int = 100) -> Iterator[Case]:
    """Beside the stock handler and the loop's upsert and commit for each match; here and far."""
    with connect() as connection:
        profiles = list(connection.scalars(select(Profile.id).order_by(Profile.id).limit(STORED)))
    here = os.environ["DATABASE_URL"]
    yield from _cases(here, job_id, profiles, "", rounds=rounds, targets=(0.6, 15))
    with delayed(here) as far, patch.dict(os.environ, DATABASE_URL=far):
        yield from _cases(far, job_id, profiles, ", 1 ms away", rounds=rounds // 2)
    with connect() as connection:
        connection.execute(delete(JobMatch).where(JobMatch.job_id == job_id))


def _cases(
    url: str,
    job_id: UUID,
    profiles: list[UUID],
    where: str,
    *,
    rounds: int,
    targets: tuple[float | None, float | None] = (None, None),
) -> Iterator[Case]:
    stock, looping = Stock(url), create_engine(url)
    event = _put(job_id, profiles[0])
    one, peer = milliseconds(
        lambda: invoke("insert_match", event),
        lambda: stock.insert_match(job_id, profiles[1], MATCH),
        rounds=rounds,
    )
    yield Case(f"insert_match, whole handler{where}", one, peer, "stock handler", targets[0])
    matches = [_match(job_id, profile) for profile in profiles]

    def store() -> None:
        with transaction() as connection:
            store_matches(connection, matches)

    many, loop = milliseconds(
        store, lambda: store_one_at_a_time(looping, matches), rounds=max(2, rounds // 30)
    )
    case = f"{len(matches):,} matches stored{where}"
    yield Case(case, many, loop, "loop", targets[1], at_least=True)
    stock.close()
    looping.dispose()
    engine().dispose()


def _put(job_id: UUID, profile_id: UUID) -> dict[str, Any]:
    route = "/admin/jobs/{jobId}/matches/{profileId}"
    return http_event(
        "PUT",
        route.format(jobId=job_id, profileId=profile_id),
        route=route,
        path_parameters={"jobId": str(job_id), "profileId": str(profile_id)},
        headers={"content-type": "application/json"},
        body=json.dumps(MATCH),
        claims={"sub": str(an_admin().user_id), "cognito:groups": ["admin"]},
    )


def _match(job_id: UUID, profile_id: UUID) -> NewMatch:
    subscores = json.dumps(MATCH["subscores"])
    return NewMatch(job_id, profile_id, 80, subscores, str(MATCH["summary"]), "Strong Match")
