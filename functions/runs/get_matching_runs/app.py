"""GET /jobs/{jobId}/matching-runs: the history of a job's matching, newest first."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.runs.queries import get_matching_runs
from jobmatch.runs.schemas import RunPage
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.pages import LatestFirst, Listing
from jobmatch.web.parameters import DEFAULT_LIMIT, Cursor, JobId, Limit
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, caller_of

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/jobs/<jobId>/matching-runs",
    operation_id="getMatchingRuns",
    summary="List a job's matching runs",
    tags=["matching"],
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def get(job_id: JobId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> RunPage:
    listing = Listing(LatestFirst, "runs", job_id)
    with connect() as connection:
        rows = get_matching_runs(
            connection,
            job_id,
            viewer=caller_of(app),
            limit=limit + 1,
            after=listing.after(cursor),
        )
    return RunPage.of(rows, limit, listing)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
