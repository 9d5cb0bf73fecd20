"""Many due jobs at once: dispatched, queued, matched and completed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sqlalchemy import delete, func, select, update

from benchmarks.cases.matching import BROAD, NARROW, bare_run
from benchmarks.floor import Floor
from benchmarks.report import Case
from benchmarks.settings import environment
from jobmatch import aws
from jobmatch.models import Job, JobMatch, MatchingStatus
from jobmatch.postgres import connect
from local.events import schedule_event, sqs_event
from tests.support.functions import invoke
from tests.support.long_tables import put_job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from jobmatch.jobs.inputs import JobCreate
    from jobmatch.permissions import Caller

KEPT = 100
PLACES = ("San Francisco, California", "Chicago, Illinois", "Munich, Germany", "remote")


class _Queue:
    """SQS, without the way there: what is sent to it is what its function is given."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message_batch(self, *, Entries: list[dict[str, Any]], **_: object) -> dict[str, Any]:  # noqa: N803 - SQS's own names
        self.bodies += [entry["MessageBody"] for entry in Entries]
        return {}


def cases(profiles: int, employer: Caller, *, jobs: int) -> Iterator[Case]:
    """Through both handlers, beside one statement for each job that does the same."""
    postings = [_posting(number) for number in range(jobs)]
    with connect() as connection:
        # What is due already is due to others.
        connection.execute(update(Job).values(matching_status=MatchingStatus.COMPLETED))
    ids = [put_job(posting, employer) for posting in postings]
    queue = _Queue()
    variables = {
        "MATCHING_LIMIT": str(KEPT),
        "MATCHING_QUEUE_URL": "queue",
        "NOTIFICATION_QUEUE_URL": "mails",  # nobody here wants any
        "WEBHOOK_DISPATCH_QUEUE_URL": "webhooks",  # and there are none
    }
    with environment(**variables), patch.object(aws, "_client", lambda *_, **__: queue):
        start = time.perf_counter()
        invoke("dispatch_matching", schedule_event("dispatch_matching"))
        dispatched = 1000 * (time.perf_counter() - start)
        for first in range(0, len(queue.bodies), 5):  # as many as a batch of the queue's has
            invoke("run_matching", sqs_event(queue.bodies[first : first + 5]))
        ours = 1000 * (time.perf_counter() - start)
        _check(ids)
        floor = Floor(os.environ["DATABASE_URL"])
        works = [
            bare_run(posting, job_id, floor) for posting, job_id in zip(postings, ids, strict=True)
        ]
    _forget(ids)
    start = time.perf_counter()
    for work in works:
        work()
    bare = 1000 * (time.perf_counter() - start)
    _forget(ids)
    floor.close()
    case = f"{jobs:,} due jobs, {profiles:,} profiles, best {KEPT} each"
    yield Case(case, ours, bare, "one bare statement a job", 2)
    yield Case(f"{case}, dispatching alone", dispatched, ours, "all of it")


def _posting(number: int) -> JobCreate:
    """Every other one narrow; no two neighbours ask for the same."""
    basis = (BROAD, NARROW)[number % 2]
    varied = {"minimum_experience": number % 12, "preferred_location": PLACES[number // 2 % 4]}
    return basis.model_copy(update=varied)


def _check(ids: list[UUID]) -> None:
    completed = select(func.count()).where(
        Job.id.in_(ids), Job.matching_status == MatchingStatus.COMPLETED
    )
    with connect() as connection:
        assert connection.scalar(completed) == len(ids)  # noqa: S101 - else it was not all done


def _forget(ids: list[UUID]) -> None:
    with connect() as connection:
        connection.execute(delete(JobMatch).where(JobMatch.job_id.in_(ids)))
