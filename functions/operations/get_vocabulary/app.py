"""GET /vocabulary: the known values and their aliases, for forms."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.models import UserRole
from jobmatch.permissions.predicates import require_role
from jobmatch.postgres import connect
from jobmatch.rules.vocabulary import Vocabulary, vocabulary
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, caller_of

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/vocabulary",
    operation_id="getVocabulary",
    summary="Read the known values",
    tags=["platform"],
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def get() -> Vocabulary:
    with connect() as connection:
        require_role(connection, caller_of(app), [UserRole.EMPLOYER, UserRole.ADMIN])
    return vocabulary()


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
