"""PATCH /webhooks/{webhookId}: change the address or the events, stop a webhook or go on.

Absent fields stay as they are.
"""

from jobmatch.postgres import transaction
from jobmatch.web import routes
from jobmatch.webhooks.messages import try_queue_webhooks
from jobmatch.webhooks.schemas import Webhook, WebhookUpdate
from jobmatch.webhooks.service import update_webhook

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.patch(
    "/webhooks/<webhookId>",
    operation_id="updateWebhook",
    summary="Change a webhook",
    tags=["webhooks"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def patch(webhook_id: routes.WebhookId, changes: routes.Body[WebhookUpdate]) -> Webhook:
    caller, anywhere = routes.caller_of(app), routes.settings().webhooks_to_anywhere
    with transaction() as connection:
        webhook = update_webhook(connection, webhook_id, changes, viewer=caller, anywhere=anywhere)
    if webhook.enabled:
        try_queue_webhooks([webhook_id])
    return webhook


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
