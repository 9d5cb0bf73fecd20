"""POST /admin/dead-letters/drop: delete dead letters."""

from jobmatch.queues.dead_letters import Queues
from jobmatch.queues.schemas import LetterIds, LetterResults
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/admin/dead-letters/drop",
    operation_id="dropDeadLetters",
    summary="Drop dead letters",
    tags=["queues"],
    middlewares=routes.allow(routes.ADMIN),
)
def post(data: routes.Body[LetterIds]) -> LetterResults:
    return LetterResults(Queues().drop(data.ids))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
