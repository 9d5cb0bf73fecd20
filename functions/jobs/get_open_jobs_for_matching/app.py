"""GET /admin/jobs/due-for-matching: the jobs that wait for matching, oldest first."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.jobs.queries import get_open_jobs_for_matching
from jobmatch.jobs.schemas import DueJobPage
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.pages import Listing, OldestFirst
from jobmatch.web.parameters import DEFAULT_LIMIT, Cursor, Limit
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/admin/jobs/due-for-matching",
    operation_id="getOpenJobsForMatching",
    summary="List the jobs that are due for matching",
    tags=["matching"],
    middlewares=allow(UserRole.ADMIN),
)
def get(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> DueJobPage:
    listing = Listing(OldestFirst, "due")
    with connect() as connection:
        rows = get_open_jobs_for_matching(connection, limit=limit + 1, after=listing.after(cursor))
    return DueJobPage.of(rows, limit, listing)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
