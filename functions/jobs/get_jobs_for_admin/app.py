"""GET /admin/jobs: all employers' jobs, newest first."""

from jobmatch.jobs.queries import get_jobs_for_admin
from jobmatch.jobs.schemas import AdminJobPage
from jobmatch.postgres import connect
from jobmatch.runs.schemas import JobMatchingPage
from jobmatch.runs.state import with_matching
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
    matching_statuses: routes.MatchingStatuses = [],  # noqa: B006 - never changed
    include: routes.IncludeMatching = None,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
) -> JobMatchingPage | AdminJobPage:
    listing = routes.Listing(routes.NewestFirst, "admin", status, *sorted(matching_statuses))
    with connect() as connection:
        rows = get_jobs_for_admin(
            connection,
            status=status,
            matching_statuses=matching_statuses,
            limit=limit + 1,
            after=listing.after(cursor),
            this_month=routes.this_month(),
        )
        page = AdminJobPage.of(rows, limit, listing)
        if include is None:
            return page
        return with_matching(connection, page, maximum_age=routes.settings().matching_maximum_age)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
