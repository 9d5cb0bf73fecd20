"""GET /jobs/{jobId}/matches/{profileId}/decision: what the employer has decided, and why."""

from jobmatch.matches.decisions import get_decision
from jobmatch.matches.schemas import DecisionDetail
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/jobs/<jobId>/matches/<profileId>/decision",
    operation_id="getDecision",
    summary="Read the decision about the candidate of a match",
    tags=["matches"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(job_id: routes.JobId, profile_id: routes.ProfileId) -> DecisionDetail:
    with connect() as connection:
        return get_decision(
            connection,
            job_id,
            profile_id,
            viewer=routes.caller_of(app),
            this_month=routes.this_month(),
        )


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
