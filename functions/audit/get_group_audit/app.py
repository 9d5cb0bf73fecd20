"""POST /admin/matching-audit: the same counts, for groups of candidates as well."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.audit.schemas import Groups, MatchingAudit, Period
from jobmatch.audit.service import MEDIA_TYPE, audit_matching, audit_table
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import FirstDay, LastDay
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, json_or

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
