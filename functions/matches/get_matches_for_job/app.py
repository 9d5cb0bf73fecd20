"""GET /jobs/{jobId}/matches: a job's matches, best first, without the candidates' names."""

from jobmatch.matches.queries import get_matches_for_job
from jobmatch.matches.schemas import MatchPage
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/jobs/<jobId>/matches",
    operation_id="getMatchesForJob",
    summary="List a job's matches",
    tags=["matches"],
    openapi_extensions=routes.extensions(
        ids={"jobId": "$request.path.jobId", "profileId": "$response.body#/items/0/profileId"}
    ),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(
    job_id: routes.JobId,
    min_score: routes.MinScore = None,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
) -> routes.Response[MatchPage]:
    listing = routes.Listing(routes.BestFirst, "matches", job_id, min_score)
    with connect() as connection:
        page = get_matches_for_job(
            connection,
            job_id,
            viewer=routes.caller_of(app),
            min_score=min_score,
            limit=limit,
            after=listing.after(cursor),
            this_month=routes.this_month(),
        )
    return routes.written(page.text(listing))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
