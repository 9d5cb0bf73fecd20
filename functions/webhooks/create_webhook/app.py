"""POST /webhooks: have events posted to an address of yours, signed by the secret of the answer.

The secret is not shown again. An admin hears of one employer, or of all.
"""

from jobmatch.postgres import transaction
from jobmatch.web import routes
from jobmatch.webhooks.schemas import WebhookCreate, WebhookWithSecret
from jobmatch.webhooks.service import create_webhook

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/webhooks",
    operation_id="createWebhook",
    summary="Subscribe to events",
    tags=["webhooks"],
    status_code=201,
    responses=routes.answers(201, 409),
    openapi_extensions=routes.extensions(ids={"webhookId": "$response.body#/webhook/id"}),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def post(data: routes.Body[WebhookCreate]) -> routes.Response[WebhookWithSecret]:
    anywhere = routes.settings().webhooks_to_anywhere
    with transaction() as connection:
        made = create_webhook(connection, data, caller=routes.caller_of(app), anywhere=anywhere)
    return routes.Response(201, routes.JSON, made)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
