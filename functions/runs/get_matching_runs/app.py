"""GET /jobs/{jobId}/matching-runs: the history of a job's matching, newest first."""

from jobmatch.postgres import connect
from jobmatch.runs.history import get_matching_runs
from jobmatch.runs.schemas import RunPage
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/jobs/<jobId>/matching-runs",
    operation_id="getMatchingRuns",
    summary="List a job's matching runs",
    tags=["matching"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(
    job_id: routes.JobId, limit: routes.Limit = routes.DEFAULT_LIMIT, cursor: routes.Cursor = None
) -> RunPage:
    listing = routes.Listing(routes.LatestFirst, "runs", job_id)
    with connect() as connection:
        rows = get_matching_runs(
            connection,
            job_id,
            viewer=routes.caller_of(app),
            limit=limit + 1,
            after=listing.after(cursor),
        )
    return RunPage.of(rows, limit, listing)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
