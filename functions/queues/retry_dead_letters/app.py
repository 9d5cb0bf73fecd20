"""POST /admin/dead-letters/retry: have the work of dead letters done again.

A job, or the job of a mail that was given up, is requested. Any other mail is queued again.
"""

from jobmatch.postgres import connect
from jobmatch.queues.dead_letters import Queues
from jobmatch.queues.schemas import LetterIds, LetterResults
from jobmatch.queues.service import retry_dead_letters
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/admin/dead-letters/retry",
    operation_id="retryDeadLetters",
    summary="Retry dead letters",
    tags=["queues"],
    middlewares=routes.allow(routes.ADMIN),
)
def post(data: routes.Body[LetterIds]) -> LetterResults:
    with connect() as connection:
        results = retry_dead_letters(
            connection,
            Queues(),
            data.ids,
            viewer=routes.caller_of(app),
            maximum_age=routes.settings().matching_maximum_age,
        )
    return LetterResults(results)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
