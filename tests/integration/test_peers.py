"""What ours is measured beside gives what ours gives: a peer that did less would be no peer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from sqlalchemy import create_engine, delete, select

from benchmarks.loop import match_one_at_a_time
from jobmatch.database import connect, transaction
from jobmatch.matching.employers import Employer
from jobmatch.matching.requirements import Requirements
from jobmatch.models import EmployerProfile, Job, JobMatch, Profile
from jobmatch.schemas.jobs import REQUIREMENTS
from tests.support.postings import post_job, put_bodies
from tests.support.running import run_matching
from tests.support.strategies import jobs, pools

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


def loop(job_id: UUID) -> None:
    job = select(*(getattr(Job, name) for name in REQUIREMENTS)).where(Job.id == job_id)
    company = (
        select(EmployerProfile.company_name, EmployerProfile.corporate_domains)
        .join(Job, Job.employer_user_id == EmployerProfile.user_id)
        .where(Job.id == job_id)
    )
    with connect() as connection:
        requirements = Requirements.of(connection.execute(job).one()._mapping)
        employer = Employer.of(*connection.execute(company).one())
    engine = create_engine(os.environ["DATABASE_URL"])
    match_one_at_a_time(engine, job_id, requirements, employer, candidates=100)
    engine.dispose()


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(job=jobs(least=1), profiles=pools())
def test_the_loop_stores_what_a_run_stores(
    people: People, queue: Queue, job: dict[str, Any], profiles: dict[str, Any]
) -> None:
    with transaction() as connection:
        connection.execute(delete(Profile))
        put_bodies(connection, profiles)
        job_id = post_job(connection, people.employer.id, **job)
    run_matching(job_id)
    by_run = stored(job_id)
    with transaction() as connection:
        connection.execute(delete(JobMatch).where(JobMatch.job_id == job_id))
    loop(job_id)
    assert stored(job_id) == by_run
