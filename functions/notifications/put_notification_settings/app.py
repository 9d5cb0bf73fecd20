"""PUT /employers/{employerUserId}/notification-settings: choose when to get mail."""

from jobmatch.notifications.preferences import put_notification_settings
from jobmatch.notifications.schemas import NotificationPreferences
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.put(
    "/employers/<employerUserId>/notification-settings",
    operation_id="putNotificationSettings",
    summary="Replace an employer's notification settings",
    tags=["notifications"],
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def put(
    employer_user_id: routes.EmployerUserId, data: routes.Body[NotificationPreferences]
) -> NotificationPreferences:
    with connect() as connection:
        return put_notification_settings(
            connection, employer_user_id, data, viewer=routes.caller_of(app)
        )


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
