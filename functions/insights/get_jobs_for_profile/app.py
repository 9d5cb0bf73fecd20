"""GET /admin/profiles/{profileId}/matches: the open jobs that suit a candidate, best first."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.insights.schemas import SuitableJobPage
from jobmatch.insights.suitable_jobs import get_jobs_for_profile
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.pages import BestJobFirst, Listing
from jobmatch.web.parameters import DEFAULT_LIMIT, Cursor, Limit, ProfileId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/admin/profiles/<profileId>/matches",
    operation_id="getJobsForProfile",
    summary="List the open jobs that suit a candidate",
    tags=["profiles"],
    middlewares=allow(UserRole.ADMIN),
)
def get(
    profile_id: ProfileId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> SuitableJobPage:
    listing = Listing(BestJobFirst, "suitable jobs", profile_id)
    after = listing.after(cursor)
    with connect() as connection:
        jobs = get_jobs_for_profile(
            connection, profile_id, limit=limit + 1, after=after, this_month=this_month()
        )
    return SuitableJobPage.of(jobs, limit, listing)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
