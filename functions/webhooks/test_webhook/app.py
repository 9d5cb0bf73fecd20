"""POST /webhooks/{webhookId}/test: send an event `webhook.test` to this webhook alone."""

from jobmatch.postgres import transaction
from jobmatch.web import routes
from jobmatch.webhooks.messages import try_queue_webhooks
from jobmatch.webhooks.schemas import TestSent
from jobmatch.webhooks.service import test_webhook

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/webhooks/<webhookId>/test",
    operation_id="testWebhook",
    summary="Send a test event",
    tags=["webhooks"],
    status_code=202,
    responses=routes.answers(202, 409),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def post(webhook_id: routes.WebhookId) -> routes.Response[TestSent]:
    with transaction() as connection:
        sent = test_webhook(connection, webhook_id, viewer=routes.caller_of(app))
    try_queue_webhooks([webhook_id])
    return routes.Response(202, routes.JSON, sent)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
