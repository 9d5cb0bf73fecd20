"""POST /jobs: an employer posts a job, or an admin for an employer."""

from typing import Annotated, Any
from uuid import uuid4

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.aws import try_queue_matching
from jobmatch.jobs import job_posting
from jobmatch.jobs.schemas import Created, JobCreate
from jobmatch.jobs.service import create_job
from jobmatch.models import JobStatus, UserRole
from jobmatch.postgres import transaction
from jobmatch.telemetry import logger
from jobmatch.telemetry.metrics import Metric, emit
from jobmatch.web import problems
from jobmatch.web.parameters import IdempotencyKey
from jobmatch.web.requests import JSON, RESOLVER_OPTIONS, allow, caller_of

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.post(
    "/jobs",
    operation_id="createJob",
    summary="Post a job",
    tags=["jobs"],
    status_code=201,
    middlewares=allow(
        UserRole.EMPLOYER, UserRole.ADMIN, forms={job_posting.MEDIA_TYPE: job_posting.job_of}
    ),
)
def post(
    data: Annotated[JobCreate, Body()], idempotency_key: IdempotencyKey = None
) -> Response[Created]:
    caller, new_id = caller_of(app), uuid4()
    with transaction() as connection:
        job_id = create_job(
            connection, data, viewer=caller, idempotency_key=idempotency_key, new_id=new_id
        )
    if job_id == new_id:
        logger.info("The job is created.", job_id=job_id)
        emit({Metric.JOBS_CREATED: 1})
    if data.status is JobStatus.OPEN:
        try_queue_matching(job_id)
    return Response(201, JSON, Created(job_id), headers={"Location": f"/jobs/{job_id}"})


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
