"""GET /employers/{employerUserId}/notification-settings: when an employer gets mail."""

from jobmatch.notifications.preferences import get_notification_settings
from jobmatch.notifications.schemas import NotificationPreferences
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/employers/<employerUserId>/notification-settings",
    operation_id="getNotificationSettings",
    summary="Read an employer's notification settings",
    tags=["notifications"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def get(employer_user_id: routes.EmployerUserId) -> NotificationPreferences:
    with connect() as connection:
        return get_notification_settings(connection, employer_user_id, viewer=routes.caller_of(app))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
