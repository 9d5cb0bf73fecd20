"""What an employer waits for who varies the requirements of a job that is not posted yet."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.cases.matching import BROAD, NARROW
from benchmarks.floor import Floor
from benchmarks.report import Case, milliseconds
from jobmatch.careers.dates import this_month
from jobmatch.insights.preview import preview_matches
from jobmatch.postgres import connect
from local.events import http_event
from tests.support.capture import captured
from tests.support.functions import invoke

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jobmatch.jobs.inputs import JobCreate
    from jobmatch.permissions import Caller

_MOST = 60
"""Milliseconds that a preview may take."""
_MANY = 1_000_000
"""So many profiles that the statements decide."""


def cases(profiles: int, employer: Caller, *, rounds: int = 10) -> Iterator[Case]:
    """The whole handler, for a broad and a narrow job, beside its statements alone."""
    claims = {"sub": str(employer.user_id), "cognito:groups": ["employer"]}
    for name, job in (("broad", BROAD), ("narrow", NARROW)):
        body = job.model_dump_json(by_alias=True, exclude_none=True)
        event = http_event("POST", "/jobs/preview-matches", claims=claims, body=body)
        preview = partial(_preview, job, employer)
        floor = Floor(os.environ["DATABASE_URL"])
        bare = [floor.once(sql, values) for sql, values in captured(preview)]
        ours, alone = milliseconds(
            partial(invoke, "preview_matches", event), partial(_all, bare), rounds=rounds
        )
        floor.close()
        case = f"preview_matches, {name} job, {profiles:,} profiles, whole handler"
        target = 1.2 if profiles >= _MANY else None
        yield Case(case, ours, alone, "floor: its statements", target)
        if profiles < _MANY:
            yield Case(case, ours, _MOST, f"{_MOST} ms", 1)


def _preview(job: JobCreate, employer: Caller) -> None:
    with connect() as connection:
        preview_matches(connection, job, viewer=employer, this_month=this_month())


def _all(statements: Sequence[Callable[[], object]]) -> None:
    for execute in statements:
        execute()
