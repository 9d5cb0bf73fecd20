"""GET /jobs/{jobId}: one job, with its entity tag."""

import json

from jobmatch.jobs.queries import require_job_by_id
from jobmatch.jobs.schemas import AdminJobDetail, JobDetail
from jobmatch.postgres import connect
from jobmatch.postings.posting_names import MEDIA_TYPE
from jobmatch.postings.posting_writer import posting_of
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/jobs/<jobId>",
    operation_id="getJobById",
    summary="Read a job",
    tags=["jobs"],
    responses=routes.answers(
        200, ETag="Version of the job, for `If-Match`.", Vary="The answer depends on `Accept`."
    ),
    openapi_extensions=routes.extensions(
        ids={"employerUserId": "$response.body#/employerUserId"},
        writes={MEDIA_TYPE: {"$ref": "#/components/schemas/JobPosting"}},
    ),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(job_id: routes.JobId) -> routes.Response[AdminJobDetail | JobDetail]:
    with connect() as connection:
        job = require_job_by_id(connection, job_id, viewer=routes.caller_of(app))
    headers = {"ETag": routes.etag(job.version), "Vary": "Accept"}
    if routes.prefers(app.current_event, MEDIA_TYPE):
        headers["ETag"] = routes.etag(job.version, "-ld")
        return routes.written(json.dumps(posting_of(job), ensure_ascii=False), MEDIA_TYPE, headers)
    return routes.Response(200, routes.JSON, job, headers=headers)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
