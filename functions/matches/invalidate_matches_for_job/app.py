"""DELETE /admin/jobs/{jobId}/matches: delete a job's matches and make the job due."""

from jobmatch.jobs.service import invalidate_matches_for_job
from jobmatch.matches.schemas import Deleted
from jobmatch.postgres import transaction
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.delete(
    "/admin/jobs/<jobId>/matches",
    operation_id="invalidateMatchesForJob",
    summary="Delete a job's matches and have it matched again",
    tags=["matches"],
    middlewares=routes.allow(routes.ADMIN),
)
def delete(job_id: routes.JobId) -> Deleted:
    with transaction() as connection:
        deleted = invalidate_matches_for_job(
            connection, job_id, maximum_age=routes.settings().matching_maximum_age
        )
    return Deleted(deleted)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
