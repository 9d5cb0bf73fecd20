"""GET /health: whether the service and its database answer."""

from jobmatch.operations.health import Health, read_health
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/health",
    operation_id="getHealth",
    summary="Read the health",
    tags=["platform"],
    openapi_extensions=routes.OPEN,
)
def get() -> Health:
    return read_health()


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
