"""POST /admin/matches/notified: note that the employer was told of these."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.matches.schemas import Marked, MatchIds
from jobmatch.matches.service import mark_matches_notified
from jobmatch.models import UserRole
from jobmatch.postgres import transaction
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.post(
    "/admin/matches/notified",
    operation_id="markMatchesNotified",
    summary="Note that the employer was told of these matches",
    tags=["matches"],
    middlewares=allow(UserRole.ADMIN),
)
def post(data: Annotated[MatchIds, Body()]) -> Marked:
    with transaction() as connection:
        return Marked(mark_matches_notified(connection, data.match_ids))


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
