"""GET /jobs/{jobId}/matches: a job's matches, best first, without the candidates' names."""

from jobmatch.candidates.queries import with_candidates
from jobmatch.candidates.schemas import ListedMatchPage
from jobmatch.matches.queries import MatchFilters, get_matches_for_job
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
    decision: routes.Decided = None,
    new_since: routes.NewSince = None,
    include: routes.Include = None,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
) -> routes.Response[ListedMatchPage]:
    filters = MatchFilters(min_score, decision, new_since)
    listing = routes.Listing(routes.BestFirst, "matches", job_id, *filters)
    month, viewer, after = routes.this_month(), routes.caller_of(app), listing.after(cursor)
    with connect() as connection:
        page = get_matches_for_job(
            connection, job_id, filters, viewer=viewer, this_month=month, limit=limit, after=after
        )
        if include:
            page = with_candidates(connection, job_id, page, viewer=viewer, this_month=month)
    return routes.written(page.text(listing))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
