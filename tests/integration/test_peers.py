"""What ours is measured beside gives what ours gives: a peer that did less would be no peer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hypothesis import given
from sqlalchemy import create_engine, select

from jobmatch.models import JobMatch
from jobmatch.postgres import connect, transaction
from tests.support.due import claim_job, invalidate_matches_for_job
from tests.support.loop import match_one_at_a_time
from tests.support.postings import post_alone
from tests.support.running import run_matching
from tests.support.strategies import in_the_database, jobs, pools

if TYPE_CHECKING:
    from uuid import UUID

    from tests.support.cloud import Queue
    from tests.support.people import People

WHAT = (
    JobMatch.profile_id,
    JobMatch.overall_score,
    JobMatch.subscores,
    JobMatch.summary,
    JobMatch.recommendation,
    JobMatch.fingerprint,
)


def stored(job_id: UUID) -> list[tuple[Any, ...]]:
    with connect() as connection:
        rows = connection.execute(
            select(*WHAT).where(JobMatch.job_id == job_id).order_by(JobMatch.profile_id)
        )
        return [tuple(row) for row in rows]


@in_the_database(30)
@given(job=jobs(least=1), profiles=pools())
def test_the_loop_stores_what_a_run_stores(
    people: People, queue: Queue, job: dict[str, Any], profiles: dict[str, Any]
) -> None:
    job_id = post_alone(people.employer.id, job, profiles)
    with transaction() as connection:
        claimed = claim_job(connection, job_id)
    assert claimed
    engine = create_engine(os.environ["DATABASE_URL"])
    match_one_at_a_time(engine, job_id, claimed.requirements, claimed.employer, candidates=100)
    engine.dispose()
    by_loop = stored(job_id)
    with transaction() as connection:
        invalidate_matches_for_job(connection, job_id)
    run_matching(job_id)
    assert stored(job_id) == by_loop
