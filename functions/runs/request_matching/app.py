"""POST /jobs/{jobId}/matching-runs: have a job matched now.

While the job is being matched, another run follows that one.
"""

from jobmatch.aws import try_queue_matching
from jobmatch.jobs.due import request_matching
from jobmatch.jobs.schemas import MatchingRequested
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/jobs/<jobId>/matching-runs",
    operation_id="requestMatching",
    summary="Have a job matched now",
    tags=["matching"],
    status_code=202,
    responses=routes.answers(202, 409),
    openapi_extensions=routes.extensions(ids={"jobId": "$request.path.jobId"}),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def post(job_id: routes.JobId) -> MatchingRequested:
    with connect() as connection:
        requested = request_matching(
            connection,
            job_id,
            viewer=routes.caller_of(app),
            maximum_age=routes.settings().matching_maximum_age,
        )
    try_queue_matching(job_id)
    return requested


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
