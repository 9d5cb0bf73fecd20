"""GET /webhooks: an employer's subscriptions, or for admins all; newest first."""

from jobmatch.postgres import connect
from jobmatch.web import routes
from jobmatch.webhooks.queries import get_webhooks
from jobmatch.webhooks.schemas import WebhookPage

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/webhooks",
    operation_id="getWebhooks",
    summary="List webhooks",
    tags=["webhooks"],
    openapi_extensions=routes.extensions(ids={"webhookId": "$response.body#/items/0/id"}),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(
    whose: routes.OnlyOfEmployer = None,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
) -> WebhookPage:
    listing = routes.Listing(routes.NewestFirst, "webhooks", whose)
    with connect() as connection:
        rows = get_webhooks(
            connection,
            viewer=routes.caller_of(app),
            employer_user_id=whose,
            limit=limit + 1,
            after=listing.after(cursor),
        )
    return WebhookPage.of(rows, limit, listing)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
