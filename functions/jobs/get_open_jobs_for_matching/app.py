"""GET /admin/jobs/due-for-matching: the jobs that are due, oldest first."""

from jobmatch.jobs.queries import get_open_jobs_for_matching
from jobmatch.jobs.schemas import DueJobPage
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/jobs/due-for-matching",
    operation_id="getOpenJobsForMatching",
    summary="List the jobs that are due for matching",
    tags=["matching"],
    middlewares=routes.allow(routes.ADMIN),
)
def get(limit: routes.Limit = routes.DEFAULT_LIMIT, cursor: routes.Cursor = None) -> DueJobPage:
    listing = routes.Listing(routes.OldestFirst, "due")
    with connect() as connection:
        rows = get_open_jobs_for_matching(
            connection,
            maximum_age=routes.settings().matching_maximum_age,
            limit=limit + 1,
            after=listing.after(cursor),
        )
    return DueJobPage.of(rows, limit, listing)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
