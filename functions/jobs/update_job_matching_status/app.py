"""PUT /admin/jobs/{jobId}/matching-status: set the status by hand.

It ends the run that is going; `pending` makes an open job due.
"""

from jobmatch.jobs.inputs import MatchingStatusUpdate
from jobmatch.jobs.service import update_job_matching_status
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.put(
    "/admin/jobs/<jobId>/matching-status",
    operation_id="updateJobMatchingStatus",
    summary="Set a job's matching status",
    tags=["matching"],
    status_code=204,
    middlewares=routes.allow(routes.ADMIN),
)
def put(job_id: routes.JobId, data: routes.Body[MatchingStatusUpdate]) -> routes.Response[None]:
    with connect() as connection:
        update_job_matching_status(
            connection,
            job_id,
            data.matching_status,
            maximum_age=routes.settings().matching_maximum_age,
        )
    return routes.Response(204)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
