"""DELETE /admin/jobs/{jobId}/matches: forget a job's matches."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.jobs.service import invalidate_matches_for_job
from jobmatch.matches.schemas import Deleted
from jobmatch.models import UserRole
from jobmatch.postgres import transaction
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import JobId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.delete(
    "/admin/jobs/<jobId>/matches",
    operation_id="invalidateMatchesForJob",
    summary="Delete a job's matches and have it matched again",
    tags=["matches"],
    middlewares=allow(UserRole.ADMIN),
)
def delete(job_id: JobId) -> Deleted:
    with transaction() as connection:
        return Deleted(invalidate_matches_for_job(connection, job_id))


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
