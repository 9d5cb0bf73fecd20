"""GET /vocabulary: the known values and their aliases, for input forms."""

from jobmatch.permissions.predicates import require_role
from jobmatch.postgres import connect
from jobmatch.web import routes
from jobmatch.wording.queries import get_vocabulary
from jobmatch.wording.schemas import Vocabulary

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/vocabulary",
    operation_id="getVocabulary",
    summary="Read the known values",
    tags=["platform"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get() -> Vocabulary:
    with connect() as connection:
        require_role(connection, routes.caller_of(app), [routes.EMPLOYER, routes.ADMIN])
    return get_vocabulary()


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
