"""POST /jobs/{jobId}/matching-runs: have a job matched now."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.aws import try_queue_matching
from jobmatch.jobs.schemas import MatchingRequested
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.runs.queries import request_matching
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import JobId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, caller_of

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.post(
    "/jobs/<jobId>/matching-runs",
    operation_id="requestMatching",
    summary="Have a job matched now",
    tags=["matching"],
    status_code=202,
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def post(job_id: JobId) -> MatchingRequested:
    with connect() as connection:
        requested = request_matching(connection, job_id, viewer=caller_of(app))
    try_queue_matching(job_id)
    return requested


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
