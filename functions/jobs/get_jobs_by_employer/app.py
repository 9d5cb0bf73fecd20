"""GET /employers/{employerUserId}/jobs: one employer's jobs, newest first."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.jobs.queries import get_jobs_by_employer
from jobmatch.jobs.schemas import JobPage
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.pages import Listing, NewestFirst
from jobmatch.web.parameters import DEFAULT_LIMIT, Cursor, EmployerUserId, Limit, Status
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, caller_of

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/employers/<employerUserId>/jobs",
    operation_id="getJobsByEmployer",
    summary="List an employer's jobs",
    tags=["jobs"],
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def get(
    employer_user_id: EmployerUserId,
    status: Status = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> JobPage:
    listing = Listing(NewestFirst, "employer", employer_user_id, status)
    with connect() as connection:
        rows = get_jobs_by_employer(
            connection,
            employer_user_id,
            viewer=caller_of(app),
            status=status,
            limit=limit + 1,
            after=listing.after(cursor),
            this_month=this_month(),
        )
    return JobPage.of(rows, limit, listing)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
