"""DELETE /webhooks/{webhookId}: end a subscription; what is still due is not sent."""

from jobmatch.postgres import connect
from jobmatch.web import routes
from jobmatch.webhooks.service import delete_webhook

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.delete(
    "/webhooks/<webhookId>",
    operation_id="deleteWebhook",
    summary="End a subscription",
    tags=["webhooks"],
    status_code=204,
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def delete(webhook_id: routes.WebhookId) -> routes.Response[None]:
    with connect() as connection:
        delete_webhook(connection, webhook_id, viewer=routes.caller_of(app))
    return routes.Response(204)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
