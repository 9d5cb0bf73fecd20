"""GET /admin/matching-audit: the counts that a bias audit needs."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.audit.schemas import MatchingAudit, Period
from jobmatch.audit.service import MEDIA_TYPE, audit_matching, audit_table
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import FirstDay, LastDay
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, json_or

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/admin/matching-audit",
    operation_id="getMatchingAudit",
    summary="Count what became of the candidates",
    tags=["audit"],
    middlewares=allow(UserRole.ADMIN),
)
def get(first: FirstDay = None, last: LastDay = None) -> Response[MatchingAudit]:
    period = Period.of(first, last)
    with connect() as connection:
        audit = audit_matching(connection, period)
    return json_or(MEDIA_TYPE, audit_table, audit, app.current_event)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
