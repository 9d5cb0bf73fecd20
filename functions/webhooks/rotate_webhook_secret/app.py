"""POST /webhooks/{webhookId}/secret: replace the secret; the one before signs too for a day.

The new secret is not shown again.
"""

from jobmatch.postgres import transaction
from jobmatch.web import routes
from jobmatch.webhooks.schemas import WebhookWithSecret
from jobmatch.webhooks.service import rotate_webhook_secret

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/webhooks/<webhookId>/secret",
    operation_id="rotateWebhookSecret",
    summary="Replace a webhook's secret",
    tags=["webhooks"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def post(webhook_id: routes.WebhookId) -> WebhookWithSecret:
    with transaction() as connection:
        return rotate_webhook_secret(connection, webhook_id, viewer=routes.caller_of(app))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
