"""GET /webhooks/{webhookId}/events: what a webhook was sent, and what became of it."""

from jobmatch.postgres import connect
from jobmatch.web import routes
from jobmatch.webhooks.queries import get_webhook_events
from jobmatch.webhooks.schemas import WebhookEventPage

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/webhooks/<webhookId>/events",
    operation_id="getWebhookEvents",
    summary="List a webhook's events",
    tags=["webhooks"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(
    webhook_id: routes.WebhookId,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
) -> WebhookEventPage:
    listing = routes.Listing(routes.BySequence, "webhook events", webhook_id)
    with connect() as connection:
        rows = get_webhook_events(
            connection,
            webhook_id,
            viewer=routes.caller_of(app),
            limit=limit + 1,
            after=listing.after(cursor),
        )
    return WebhookEventPage.of(rows, limit, listing)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
