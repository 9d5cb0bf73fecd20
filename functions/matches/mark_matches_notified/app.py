"""POST /admin/matches/notified: record that the employer was told of matches."""

from jobmatch.matches.schemas import Marked, NotifiedMatches
from jobmatch.matches.service import mark_matches_notified
from jobmatch.postgres import transaction
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/admin/matches/notified",
    operation_id="markMatchesNotified",
    summary="Record that the employer was told of these matches",
    tags=["matches"],
    middlewares=routes.allow(routes.ADMIN),
)
def post(data: routes.Body[NotifiedMatches]) -> Marked:
    with transaction() as connection:
        return Marked(mark_matches_notified(connection, data.match_ids))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
