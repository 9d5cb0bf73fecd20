"""On a schedule: queue one message for each open job that is due for matching."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.aws import queue_matching
from jobmatch.database import connect
from jobmatch.observability import logger
from jobmatch.queries.jobs import get_open_jobs_for_matching


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    with connect() as connection:
        due = get_open_jobs_for_matching(connection)
    queue_matching(*(job.id for job in due))
    logger.info("Queued the jobs that are due.", jobs=len(due))
    return {"queued": len(due)}
