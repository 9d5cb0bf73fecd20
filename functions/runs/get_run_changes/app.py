"""GET /jobs/{jobId}/matching-runs/{runId}/changes: who came, went and moved since another run.

Ranks and scores are those of the runs. Only candidates who may be shown now are listed and ranked;
equal scores have one rank.
"""

from jobmatch.comparison.queries import get_run_changes
from jobmatch.comparison.schemas import RunChanges
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/jobs/<jobId>/matching-runs/<runId>/changes",
    operation_id="getRunChanges",
    summary="Compare two runs of a job's matching",
    tags=["matching"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(job_id: routes.JobId, run_id: routes.RunId, since: routes.SinceRun) -> RunChanges:
    with connect() as connection:
        return get_run_changes(
            connection,
            job_id,
            run_id,
            since,
            viewer=routes.caller_of(app),
            this_month=routes.this_month(),
        )


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
