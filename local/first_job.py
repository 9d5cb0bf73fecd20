"""The sample data's first job, its first run, alias and webhook, under the ids that events/ name.

The API gives new ids to what it makes, so these are made with the functions that it calls.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from local.examples import (
    ALIAS_ID,
    EMPLOYER_ID,
    JOB_ID,
    MATCH_ID,
    PROFILE_ID,
    RUN_ID,
    WEBHOOK_ID,
)


def name_alias(made: str) -> None:
    """Give an alias the id of the events, unless one has had it."""
    from sqlalchemy import select, update  # noqa: PLC0415 - as below

    from jobmatch.models import VocabularyAlias  # noqa: PLC0415
    from jobmatch.postgres import transaction  # noqa: PLC0415

    alias = VocabularyAlias
    with transaction() as connection:
        if connection.scalar(select(alias.id).where(alias.id == UUID(ALIAS_ID))) is None:
            renamed = update(alias).where(alias.id == UUID(made)).values(id=UUID(ALIAS_ID))
            connection.execute(renamed)


def post_first_job(job: Mapping[str, Any]) -> None:
    """Post the job of the events for its employer, match it once, and subscribe to its end."""
    # Imported here because it takes a second, and most starts do not need it.
    from sqlalchemy import insert, update  # noqa: PLC0415

    from jobmatch.careers.dates import this_month  # noqa: PLC0415
    from jobmatch.config import settings  # noqa: PLC0415
    from jobmatch.jobs.inputs import JobCreate  # noqa: PLC0415
    from jobmatch.jobs.service import create_job  # noqa: PLC0415
    from jobmatch.models import Job, JobMatch, MatchingRun, UserRole, Webhook  # noqa: PLC0415
    from jobmatch.permissions import Caller  # noqa: PLC0415
    from jobmatch.postgres import transaction  # noqa: PLC0415
    from jobmatch.runs.queries import claim_job, complete_run  # noqa: PLC0415
    from jobmatch.runs.service import find_matches  # noqa: PLC0415
    from jobmatch.webhooks.signatures import new_secret  # noqa: PLC0415

    employer = Caller(UUID(EMPLOYER_ID), frozenset({UserRole.EMPLOYER}))
    lease, maximum_age = settings().matching_lease, settings().matching_maximum_age
    owner = {"employer_user_id": employer.user_id, "created_by": employer.user_id}
    heard = {"url": "https://hooks.harrowgate-lyle.example/jobmatch", "events": ["job.closed"]}
    webhook = {"id": UUID(WEBHOOK_ID), **owner, **heard, "secret": new_secret()}
    with transaction() as connection:
        connection.execute(insert(Webhook).values(webhook))
        valid = JobCreate.model_validate_json(json.dumps(job))
        create_job(connection, valid, viewer=employer, new_id=UUID(JOB_ID))
        run = claim_job(connection, UUID(JOB_ID), lease=lease, maximum_age=maximum_age)
        if run is None:
            return  # it is not open: nothing to match
        connection.execute(
            update(Job).where(Job.id == run.job_id).values(matching_run_id=UUID(RUN_ID))
        )
        connection.execute(
            update(MatchingRun).where(MatchingRun.id == run.run_id).values(id=UUID(RUN_ID))
        )
    run = replace(run, run_id=UUID(RUN_ID))
    result = find_matches(run)
    with transaction() as connection:
        complete_run(connection, run, result, this_month=this_month())
        is_of_events = (JobMatch.job_id == run.job_id) & (JobMatch.profile_id == UUID(PROFILE_ID))
        connection.execute(update(JobMatch).where(is_of_events).values(id=UUID(MATCH_ID)))
