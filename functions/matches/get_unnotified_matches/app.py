"""GET /admin/jobs/{jobId}/unnotified-matches: matches the employer was not told of."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.matches.queries import get_unnotified_matches
from jobmatch.matches.schemas import MatchPage
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.pages import BestFirst, Listing
from jobmatch.web.parameters import DEFAULT_LIMIT, Cursor, JobId, Limit, MinScore
from jobmatch.web.requests import JSON, RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/admin/jobs/<jobId>/unnotified-matches",
    operation_id="getUnnotifiedMatches",
    summary="List the matches that the employer was not told of",
    tags=["matches"],
    middlewares=allow(UserRole.ADMIN),
)
def get(
    job_id: JobId,
    min_score: MinScore = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response[MatchPage]:
    listing = Listing(BestFirst, "unnotified", job_id, min_score)
    with connect() as connection:
        page = get_unnotified_matches(
            connection,
            job_id,
            min_score,
            limit=limit,
            after=listing.after(cursor),
            this_month=this_month(),
        )
    body: Any = page.text(listing)
    return Response(200, JSON, body)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
