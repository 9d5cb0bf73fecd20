"""GET /admin/jobs/{jobId}/candidates/{profileId}/explanation: why they match or not.

It names what would raise the score.
"""

from jobmatch.insights.explanation import explain_candidate
from jobmatch.insights.schemas import CandidateExplanation
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/jobs/<jobId>/candidates/<profileId>/explanation",
    operation_id="explainCandidate",
    summary="Explain why a candidate is or is not among a job's matches",
    tags=["matching"],
    middlewares=routes.allow(routes.ADMIN),
)
def get(job_id: routes.JobId, profile_id: routes.ProfileId) -> CandidateExplanation:
    with connect() as connection:
        return explain_candidate(
            connection,
            job_id,
            profile_id,
            limit=routes.settings().matching_limit,
            this_month=routes.this_month(),
        )


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
