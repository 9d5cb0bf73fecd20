"""POST /jobs: an employer posts a job, or an admin posts one for `employerUserId`."""

from uuid import uuid4

from jobmatch.aws import try_queue_matching
from jobmatch.boards.board_jobs import SCHEMAS, all_readers
from jobmatch.jobs.inputs import Created, JobCreate
from jobmatch.models import JobStatus
from jobmatch.postings.posting_names import MEDIA_TYPE
from jobmatch.postings.service import post_job
from jobmatch.telemetry import Metric, emit
from jobmatch.web import routes
from jobmatch.webhooks.announcing import announcing

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/jobs",
    operation_id="createJob",
    summary="Post a job",
    tags=["jobs"],
    status_code=201,
    responses=routes.answers(201, 409, Location="Path of the new job."),
    openapi_extensions=routes.extensions(
        ids={"jobId": "$response.body#/id"},
        reads={MEDIA_TYPE: {"$ref": "#/components/schemas/JobPosting"}, **SCHEMAS},
    ),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN, readers=all_readers(app.context)),
)
def post(
    data: routes.Body[JobCreate], key: routes.IdempotencyKey = None, whose: routes.OfEmployer = None
) -> routes.Response[Created]:
    caller, new_id = routes.caller_of(app), uuid4()
    with announcing() as connection:
        job_id, told = post_job(
            connection, data, app.context, whose, viewer=caller, key=key, new_id=new_id
        )
    if job_id == new_id:
        routes.logger.info("The job is created.", job_id=job_id)
        emit({Metric.JOBS_CREATED: 1})
    if data.status is JobStatus.OPEN:
        try_queue_matching(job_id)
    location = {"Location": f"/jobs/{job_id}"}
    return routes.Response(201, routes.JSON, Created(job_id, *told), headers=location)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
