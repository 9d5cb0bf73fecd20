"""PATCH /jobs/{jobId}: change a job; what is absent stays as it is."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.aws import try_queue_matching
from jobmatch.jobs.schemas import AdminJobDetail, JobDetail, JobUpdate
from jobmatch.jobs.service import update_job
from jobmatch.models import UserRole
from jobmatch.postgres import transaction
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import IfMatch, JobId, etag, versions_in
from jobmatch.web.requests import JSON, RESOLVER_OPTIONS, allow, caller_of

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.patch(
    "/jobs/<jobId>",
    operation_id="updateJob",
    summary="Change a job",
    tags=["jobs"],
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def patch(
    job_id: JobId, changes: Annotated[JobUpdate, Body()], if_match: IfMatch = None
) -> Response[AdminJobDetail | JobDetail]:
    with transaction() as connection:
        job = update_job(
            connection, job_id, changes, viewer=caller_of(app), versions=versions_in(if_match)
        )
    if job.waits_for_matching:
        try_queue_matching(job_id)
    return Response(200, JSON, job, headers={"ETag": etag(job.version)})


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
