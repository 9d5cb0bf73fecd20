"""PUT /jobs/{jobId}/matches/{profileId}/decision: shortlist, hold or decline a candidate, or undo.

It outlives the match, and changes no score. A declined candidate is not mailed again for this job.
"""

from jobmatch.matches.decisions import put_decision
from jobmatch.matches.schemas import DecisionPut, Match
from jobmatch.web import routes
from jobmatch.webhooks.announcing import announcing

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.put(
    "/jobs/<jobId>/matches/<profileId>/decision",
    operation_id="putDecision",
    summary="Decide about the candidate of a match",
    tags=["matches"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def put(
    job_id: routes.JobId, profile_id: routes.ProfileId, data: routes.Body[DecisionPut]
) -> Match:
    with announcing() as connection:
        return put_decision(
            connection,
            job_id,
            profile_id,
            data,
            viewer=routes.caller_of(app),
            this_month=routes.this_month(),
        )


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
