"""GET /admin/jobs/{jobId}/unnotified-matches: those the employer was not told of."""

from jobmatch.careers.dates import this_month
from jobmatch.matches.queries import get_unnotified_matches
from jobmatch.matches.schemas import MatchPage
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/jobs/<jobId>/unnotified-matches",
    operation_id="getUnnotifiedMatches",
    summary="List the matches that the employer was not told of",
    tags=["matches"],
    middlewares=routes.allow(routes.ADMIN),
)
def get(
    job_id: routes.JobId,
    min_score: routes.MinScore = None,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
) -> routes.Response[MatchPage]:
    listing = routes.Listing(routes.BestFirst, "unnotified", job_id, min_score)
    with connect() as connection:
        page = get_unnotified_matches(
            connection,
            job_id,
            min_score,
            limit=limit,
            after=listing.after(cursor),
            this_month=this_month(),
        )
    return routes.written(page.text(listing))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
