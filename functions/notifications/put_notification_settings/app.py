"""PUT /employers/{employerUserId}/notification-settings: choose what to get mails about."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.models import UserRole
from jobmatch.notifications.queries import put_notification_settings
from jobmatch.notifications.schemas import NotificationPreferences
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import EmployerUserId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, caller_of

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.put(
    "/employers/<employerUserId>/notification-settings",
    operation_id="putNotificationSettings",
    summary="Replace an employer's notification settings",
    tags=["notifications"],
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def put(
    employer_user_id: EmployerUserId, data: Annotated[NotificationPreferences, Body()]
) -> NotificationPreferences:
    with connect() as connection:
        put_notification_settings(connection, employer_user_id, data, viewer=caller_of(app))
    return data


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
