"""GET /jobs/{jobId}: one job, with its entity tag."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.jobs.job_posting import MEDIA_TYPE, posting_of
from jobmatch.jobs.queries import require_job_by_id
from jobmatch.jobs.schemas import AdminJobDetail, JobDetail
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import JobId, etag
from jobmatch.web.requests import JSON, RESOLVER_OPTIONS, allow, caller_of, prefers

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/jobs/<jobId>",
    operation_id="getJobById",
    summary="Read a job",
    tags=["jobs"],
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def get(job_id: JobId) -> Response[AdminJobDetail | JobDetail]:
    with connect() as connection:
        job = require_job_by_id(connection, job_id, viewer=caller_of(app))
    headers = {"ETag": etag(job.version), "Vary": "Accept"}
    if not prefers(app.current_event, MEDIA_TYPE):
        return Response(200, JSON, job, headers=headers)
    headers["ETag"] = etag(job.version, "-ld")
    posting: Any = json.dumps(posting_of(job), ensure_ascii=False)
    return Response(200, MEDIA_TYPE, posting, headers=headers)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
