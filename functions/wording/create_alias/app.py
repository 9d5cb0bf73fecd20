"""POST /admin/vocabulary/aliases: give a known term another name.

It holds from the next write, and for what is stored from the next schedule.
"""

from jobmatch.postgres import transaction
from jobmatch.web import routes
from jobmatch.wording.schemas import Alias, AliasCreate
from jobmatch.wording.service import create_alias

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/admin/vocabulary/aliases",
    operation_id="createAlias",
    summary="Give a known term another name",
    tags=["vocabulary"],
    status_code=201,
    responses=routes.answers(201, 409),
    middlewares=routes.allow(routes.ADMIN),
)
def post(data: routes.Body[AliasCreate]) -> routes.Response[Alias]:
    with transaction() as connection:
        alias = create_alias(connection, data, admin_id=routes.caller_of(app).user_id)
    return routes.Response(201, routes.JSON, alias)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
