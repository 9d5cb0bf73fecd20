"""GET /admin/queues: how many messages wait, are being handled, or were given up."""

from jobmatch.queues.dead_letters import Queues
from jobmatch.queues.schemas import QueueDepths
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/queues",
    operation_id="getQueues",
    summary="Count the messages in the queues",
    tags=["queues"],
    middlewares=routes.allow(routes.ADMIN),
)
def get() -> QueueDepths:
    return QueueDepths(Queues().depths())


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
