"""On a schedule: apply changed aliases and profiles, then queue what is due."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.aws import queue_matching, queue_notifications
from jobmatch.careers.dates import this_month
from jobmatch.changes.months import turn_month
from jobmatch.changes.service import try_take_up_changes
from jobmatch.config import settings
from jobmatch.deliveries.schedule import queue_due_webhooks
from jobmatch.jobs.due import get_oldest_due_job_age
from jobmatch.jobs.queries import get_open_jobs_for_matching
from jobmatch.notifications.queries import get_due_notifications
from jobmatch.operations.aliases import apply_aliases
from jobmatch.operations.reindex import index_waiting_profiles
from jobmatch.operations.users import index_employers
from jobmatch.postgres import connect, transaction
from jobmatch.telemetry import Metric, emit, logger, observed

SECONDS_OF_INDEXING, SECONDS_OF_CHANGES = 25, 20


@observed
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    maximum_age = settings().matching_maximum_age
    with transaction() as connection:
        index_employers(connection, maximum_age=maximum_age)
    with transaction() as connection:
        applied = apply_aliases(connection, maximum_age=maximum_age)
    if applied.aliases:
        logger.info("Aliases are applied.", profiles=applied.profiles, jobs=applied.jobs)
    indexing = index_waiting_profiles(SECONDS_OF_INDEXING, maximum_age=maximum_age)
    with transaction() as connection:
        turn_month(connection, this_month=this_month(), maximum_age=maximum_age)
    try_take_up_changes(SECONDS_OF_CHANGES)
    with connect() as connection:
        due = get_open_jobs_for_matching(connection, maximum_age=maximum_age)
        age = get_oldest_due_job_age(connection, maximum_age=maximum_age) if due else 0
        mails = get_due_notifications(connection)
    emit({Metric.OLDEST_DUE_JOB_AGE: age})
    jobs = [job.id for job in due]
    if indexing.waiting:
        # A run would rank by what older rules or aliases have made of the profiles.
        logger.warning("Jobs wait until all profiles are indexed.", profiles=indexing.waiting)
        jobs = []
    elif indexing.unreadable:
        logger.warning(
            "Profiles can't be indexed; call reindex_profiles.", profiles=indexing.unreadable
        )
    queue_matching(*jobs)
    queue_notifications(*mails)
    webhooks = queue_due_webhooks()
    logger.info("Queued what is due.", jobs=len(jobs), mails=len(mails), webhooks=webhooks)
    return {"queued": len(jobs), "mails": len(mails), "webhooks": webhooks}
