"""GET /admin/jobs: all employers' jobs, newest first."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.jobs.queries import get_jobs_for_admin
from jobmatch.jobs.schemas import AdminJobPage
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.pages import Listing, NewestFirst
from jobmatch.web.parameters import DEFAULT_LIMIT, Cursor, Limit, Status
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/admin/jobs",
    operation_id="getJobsForAdmin",
    summary="List all jobs",
    tags=["jobs"],
    middlewares=allow(UserRole.ADMIN),
)
def get(status: Status = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> AdminJobPage:
    listing = Listing(NewestFirst, "admin", status)
    with connect() as connection:
        rows = get_jobs_for_admin(
            connection,
            status=status,
            limit=limit + 1,
            after=listing.after(cursor),
            this_month=this_month(),
        )
    return AdminJobPage.of(rows, limit, listing)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
