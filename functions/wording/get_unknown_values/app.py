"""GET /admin/vocabulary/unknown: values in use that are not known."""

from jobmatch.postgres import connect
from jobmatch.web import routes
from jobmatch.wording.schemas import UnknownValues
from jobmatch.wording.service import get_unknown_values

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/vocabulary/unknown",
    operation_id="getUnknownValues",
    summary="List the values in use that are not known",
    tags=["vocabulary"],
    middlewares=routes.allow(routes.ADMIN),
)
def get(
    kind: routes.OfList = None,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
) -> UnknownValues:
    with connect() as connection:
        return get_unknown_values(connection, kind, limit=limit)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
