"""GET /admin/decisions: the decision log, chain after chain."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.audit.queries import get_decisions
from jobmatch.audit.schemas import DecisionPage
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.pages import ByJob, Listing
from jobmatch.web.parameters import DEFAULT_LIMIT, Cursor, Limit, OfJob
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/admin/decisions",
    operation_id="getDecisions",
    summary="Read the decision log",
    tags=["audit"],
    middlewares=allow(UserRole.ADMIN),
)
def get(job_id: OfJob = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> DecisionPage:
    listing = Listing(ByJob, "decisions", job_id)
    with connect() as connection:
        rows = get_decisions(
            connection, job_id=job_id, limit=limit + 1, after=listing.after(cursor)
        )
    return DecisionPage.of(rows, limit, listing)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
