"""GET /admin/matching-audit: the counts that a bias audit needs."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch import problems
from jobmatch.database import connect
from jobmatch.documents.audit_table import MEDIA_TYPE, audit_table
from jobmatch.http import RESOLVER_OPTIONS, allow, json_or
from jobmatch.models import UserRole
from jobmatch.observability import logger
from jobmatch.parameters import FirstDay, LastDay
from jobmatch.queries.audits import audit_matching
from jobmatch.schemas.audits import MatchingAudit, Period

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
