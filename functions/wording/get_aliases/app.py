"""GET /admin/vocabulary/aliases: the operator's own names for known terms."""

from jobmatch.postgres import connect
from jobmatch.web import routes
from jobmatch.wording.schemas import AliasList
from jobmatch.wording.service import list_aliases

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/vocabulary/aliases",
    operation_id="getAliases",
    summary="List the operator's aliases",
    tags=["vocabulary"],
    middlewares=routes.allow(routes.ADMIN),
)
def get() -> AliasList:
    with connect() as connection:
        return list_aliases(connection)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
