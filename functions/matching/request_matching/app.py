"""POST /jobs/{jobId}/matching-runs: have a job matched now."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch import problems
from jobmatch.aws import try_queue_matching
from jobmatch.database import connect
from jobmatch.http import RESOLVER_OPTIONS, allow, caller_of
from jobmatch.models import UserRole
from jobmatch.observability import logger
from jobmatch.parameters import JobId
from jobmatch.queries.runs import request_matching
from jobmatch.schemas.jobs import MatchingRequested

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
