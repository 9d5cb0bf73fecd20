"""POST /webhooks/{webhookId}/replay: send settled events once more, from one on.

They go out under the ids that they had.
"""

from jobmatch.postgres import transaction
from jobmatch.web import routes
from jobmatch.webhooks.messages import try_queue_webhooks
from jobmatch.webhooks.schemas import Replay, Replayed
from jobmatch.webhooks.service import replay_webhook

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/webhooks/<webhookId>/replay",
    operation_id="replayWebhook",
    summary="Send events once more",
    tags=["webhooks"],
    status_code=202,
    responses=routes.answers(202, 409),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def post(webhook_id: routes.WebhookId, data: routes.Body[Replay]) -> routes.Response[Replayed]:
    with transaction() as connection:
        viewer = routes.caller_of(app)
        events = replay_webhook(connection, webhook_id, data.from_sequence, viewer=viewer)
    try_queue_webhooks([webhook_id])
    return routes.Response(202, routes.JSON, Replayed(events))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
