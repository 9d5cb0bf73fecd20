"""GET /admin/profiles/{profileId}/matches: the open jobs that suit a candidate, best first."""

from jobmatch.careers.dates import this_month
from jobmatch.insights.schemas import SuitableJobPage
from jobmatch.insights.suitable_jobs import get_jobs_for_profile
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/profiles/<profileId>/matches",
    operation_id="getJobsForProfile",
    summary="List the open jobs that suit a candidate",
    tags=["profiles"],
    middlewares=routes.allow(routes.ADMIN),
)
def get(
    profile_id: routes.ProfileId,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
) -> SuitableJobPage:
    listing = routes.Listing(routes.BestJobFirst, "suitable jobs", profile_id)
    after = listing.after(cursor)
    with connect() as connection:
        jobs = get_jobs_for_profile(
            connection, profile_id, limit=limit + 1, after=after, this_month=this_month()
        )
    return SuitableJobPage.of(jobs, limit, listing)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
