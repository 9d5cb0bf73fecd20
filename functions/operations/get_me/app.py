"""GET /me: who the caller is. For every active user, whatever groups the token has."""

from jobmatch.operations.me import Me, get_me
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/me",
    operation_id="getMe",
    summary="Read who you are",
    tags=["platform"],
    middlewares=routes.allow(routes.CANDIDATE, routes.EMPLOYER, routes.ADMIN),
)
def get() -> Me:
    with connect() as connection:
        return get_me(connection, routes.caller_of(app))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
