"""PATCH /jobs/{jobId}: change a job; absent fields stay as they are.

A changed requirement deletes the matches and has the job matched again.
"""

from jobmatch.aws import try_queue_matching
from jobmatch.jobs.inputs import AdminChangedJob, ChangedJob, JobUpdate, changed
from jobmatch.jobs.service import update_job
from jobmatch.web import routes
from jobmatch.webhooks.announcing import announcing
from jobmatch.wording.checks import job_warnings

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.patch(
    "/jobs/<jobId>",
    operation_id="updateJob",
    summary="Change a job",
    tags=["jobs"],
    responses=routes.answers(200, 409, 412, ETag="Version of the job, for `If-Match`."),
    openapi_extensions=routes.extensions(ids={"jobId": "$request.path.jobId"}),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def patch(
    job_id: routes.JobId, changes: routes.Body[JobUpdate], if_match: routes.IfMatch = None
) -> routes.Response[AdminChangedJob | ChangedJob]:
    with announcing() as connection:
        job = update_job(
            connection,
            job_id,
            changes,
            viewer=routes.caller_of(app),
            maximum_age=routes.settings().matching_maximum_age,
            versions=routes.versions_in(if_match),
            scorer=routes.settings().match_scorer,
        )
        told = job_warnings(connection, job.employer_user_id, changes.sent)
    if job.waits_for_matching:
        try_queue_matching(job_id)
    headers = {"ETag": routes.etag(job.version)}
    return routes.Response(200, routes.JSON, changed(job, told), headers=headers)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
