"""GET /admin/jobs: all employers' jobs, newest first."""

from jobmatch.careers.dates import this_month
from jobmatch.jobs.queries import get_jobs_for_admin
from jobmatch.jobs.schemas import AdminJobPage
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/jobs",
    operation_id="getJobsForAdmin",
    summary="List all jobs",
    tags=["jobs"],
    openapi_extensions=routes.extensions(ids={"jobId": "$response.body#/items/0/id"}),
    middlewares=routes.allow(routes.ADMIN),
)
def get(
    status: routes.Status = None,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
) -> AdminJobPage:
    listing = routes.Listing(routes.NewestFirst, "admin", status)
    with connect() as connection:
        rows = get_jobs_for_admin(
            connection,
            status=status,
            limit=limit + 1,
            after=listing.after(cursor),
            this_month=this_month(),
        )
    return AdminJobPage.of(rows, limit, listing)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
