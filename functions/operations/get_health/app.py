"""GET /health: whether the service and its database answer."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.operations.health import Health, get_health
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.requests import RESOLVER_OPTIONS

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get("/health", operation_id="getHealth", summary="Read the health", tags=["platform"])
def get() -> Health:
    with connect() as connection:
        return get_health(connection)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
