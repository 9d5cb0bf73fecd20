"""GET /vocabulary/suggestions: known values for what somebody types, for input forms."""

from jobmatch.permissions.predicates import require_role
from jobmatch.postgres import connect
from jobmatch.web import routes
from jobmatch.wording.queries import get_suggestions
from jobmatch.wording.schemas import Suggestions

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/vocabulary/suggestions",
    operation_id="suggestTerms",
    summary="Suggest known values while somebody types",
    tags=["platform"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(
    kind: routes.VocabularyList, typed: routes.Typed, limit: routes.MostSuggestions = 5
) -> Suggestions:
    with connect() as connection:
        require_role(connection, routes.caller_of(app), [routes.EMPLOYER, routes.ADMIN])
    return get_suggestions(kind, typed, limit)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
