"""GET /employers/{employerUserId}/jobs: one employer's jobs, newest first."""

from jobmatch.jobs.queries import get_jobs_by_employer
from jobmatch.jobs.schemas import JobPage
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/employers/<employerUserId>/jobs",
    operation_id="getJobsByEmployer",
    summary="List an employer's jobs",
    tags=["jobs"],
    openapi_extensions=routes.extensions(ids={"jobId": "$response.body#/items/0/id"}),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(
    employer_user_id: routes.EmployerUserId,
    status: routes.Status = None,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
    new_since: routes.NewSince = None,
) -> JobPage:
    listing = routes.Listing(routes.NewestFirst, "employer", employer_user_id, status)
    with connect() as connection:
        rows = get_jobs_by_employer(
            connection,
            employer_user_id,
            viewer=routes.caller_of(app),
            status=status,
            limit=limit + 1,
            after=listing.after(cursor),
            this_month=routes.this_month(),
            new_since=new_since,
        )
    return JobPage.of(rows, limit, listing)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
