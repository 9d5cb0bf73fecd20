"""GET /admin/dead-letters: the messages that were given up.

While somebody retries or drops some, others may not be listed.
"""

from jobmatch.postgres import connect
from jobmatch.queues.dead_letters import Queues
from jobmatch.queues.queries import describe_letters
from jobmatch.queues.schemas import DeadLetters
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/dead-letters",
    operation_id="getDeadLetters",
    summary="List the dead letters",
    tags=["queues"],
    middlewares=routes.allow(routes.ADMIN),
)
def get() -> DeadLetters:
    found = Queues().letters()
    with connect() as connection:
        return describe_letters(connection, found)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
