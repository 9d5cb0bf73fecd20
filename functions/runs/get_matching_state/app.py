"""GET /admin/jobs/{jobId}/matching: why a job is or is not matched at present."""

from jobmatch.postgres import connect
from jobmatch.runs.schemas import MatchingState
from jobmatch.runs.state import get_matching_state
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/jobs/<jobId>/matching",
    operation_id="getMatchingState",
    summary="Explain why a job is or is not matched",
    tags=["matching"],
    middlewares=routes.allow(routes.ADMIN),
)
def get(job_id: routes.JobId) -> MatchingState:
    with connect() as connection:
        return get_matching_state(
            connection, job_id, maximum_age=routes.settings().matching_maximum_age
        )


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
