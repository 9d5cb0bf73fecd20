"""PUT /admin/jobs/{jobId}/matching-status: set it by hand."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.jobs.schemas import MatchingStatusUpdate
from jobmatch.jobs.service import update_job_matching_status
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import JobId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.put(
    "/admin/jobs/<jobId>/matching-status",
    operation_id="updateJobMatchingStatus",
    summary="Set a job's matching status",
    tags=["matching"],
    status_code=204,
    middlewares=allow(UserRole.ADMIN),
)
def put(job_id: JobId, data: Annotated[MatchingStatusUpdate, Body()]) -> Response[None]:
    with connect() as connection:
        update_job_matching_status(connection, job_id, data.matching_status)
    return Response(204)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
