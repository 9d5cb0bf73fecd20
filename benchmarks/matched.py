"""A job with a thousand matches of a real run, so that texts are as long as users see them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.cases.matching import BROAD
from benchmarks.settings import environment
from jobmatch.matches.service import NewMatch
from jobmatch.models import JobMatch
from jobmatch.postgres import connect
from local.events import sqs_event
from tests.support.functions import invoke
from tests.support.long_tables import put_job

if TYPE_CHECKING:
    from uuid import UUID

    from jobmatch.permissions import Caller

MATCHES = 1_000


def matched_job(employer: Caller) -> UUID:
    """A broad job with its best 1,000 candidates; at least so many must pass."""
    job_id = put_job(BROAD, employer)
    with environment(MATCHING_LIMIT=str(MATCHES)):
        invoke("run_matching", sqs_event([json.dumps({"jobId": str(job_id)})]))
    assert len(matches_of(job_id)) == MATCHES  # noqa: S101 - a shorter list would be read faster
    return job_id


def matches_of(job_id: UUID) -> list[NewMatch]:
    """A job's matches, as they were handed to be stored."""
    stored = select(*(getattr(JobMatch, name) for name in NewMatch.__dataclass_fields__))
    with connect() as connection:
        return [
            NewMatch(*row) for row in connection.execute(stored.where(JobMatch.job_id == job_id))
        ]
