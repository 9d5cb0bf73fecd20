"""DELETE /admin/vocabulary/aliases/{aliasId}: end an operator's alias."""

from jobmatch.postgres import transaction
from jobmatch.web import routes
from jobmatch.wording.service import delete_alias

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.delete(
    "/admin/vocabulary/aliases/<aliasId>",
    operation_id="deleteAlias",
    summary="End an operator's alias",
    tags=["vocabulary"],
    status_code=204,
    middlewares=routes.allow(routes.ADMIN),
)
def delete(alias_id: routes.AliasId) -> routes.Response[None]:
    with transaction() as connection:
        delete_alias(connection, alias_id, admin_id=routes.caller_of(app).user_id)
    return routes.Response(204)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
