"""GET /jobs/{jobId}/matches/{profileId}: one match, with the five scores and their explanations."""

from jobmatch.errors import NotFoundError
from jobmatch.matches.queries import get_match_by_job_and_profile
from jobmatch.matches.schemas import Match
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/jobs/<jobId>/matches/<profileId>",
    operation_id="getMatchByJobAndProfile",
    summary="Read a match",
    tags=["matches"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(job_id: routes.JobId, profile_id: routes.ProfileId) -> Match:
    with connect() as connection:
        match = get_match_by_job_and_profile(
            connection,
            job_id,
            profile_id,
            viewer=routes.caller_of(app),
            this_month=routes.this_month(),
        )
    if match is None:
        raise NotFoundError("No such match.")
    return match


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
