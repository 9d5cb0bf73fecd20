"""POST /admin/matching-audit: the same counts, for groups of candidates as well."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body
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
from jobmatch.schemas.audits import Groups, MatchingAudit, Period

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.post(
    "/admin/matching-audit",
    operation_id="getGroupAudit",
    summary="Count what became of groups of candidates",
    tags=["audit"],
    middlewares=allow(UserRole.ADMIN),
)
def post(
    data: Annotated[Groups, Body()], first: FirstDay = None, last: LastDay = None
) -> Response[MatchingAudit]:
    period = Period.of(first, last)
    with connect() as connection:
        audit = audit_matching(connection, period, data.groups)
    return json_or(MEDIA_TYPE, audit_table, audit, app.current_event)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
