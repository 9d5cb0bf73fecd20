"""GET /jobs/{jobId}/matches/{profileId}/candidate: the candidate, anonymised."""

from jobmatch.candidates.queries import get_match_candidate
from jobmatch.candidates.schemas import MatchedCandidate
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/jobs/<jobId>/matches/<profileId>/candidate",
    operation_id="getMatchCandidate",
    summary="Read the candidate of a match, without their identity",
    tags=["matches"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(job_id: routes.JobId, profile_id: routes.ProfileId) -> MatchedCandidate:
    with connect() as connection:
        return get_match_candidate(
            connection,
            job_id,
            profile_id,
            viewer=routes.caller_of(app),
            this_month=routes.this_month(),
        )


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
