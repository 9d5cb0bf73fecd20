"""GET /employers/{employerUserId}/notification-settings: what an employer wants mails about."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.models import UserRole
from jobmatch.notifications.queries import get_notification_settings
from jobmatch.notifications.schemas import NotificationPreferences
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import EmployerUserId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, caller_of

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/employers/<employerUserId>/notification-settings",
    operation_id="getNotificationSettings",
    summary="Read an employer's notification settings",
    tags=["notifications"],
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def get(employer_user_id: EmployerUserId) -> NotificationPreferences:
    with connect() as connection:
        return get_notification_settings(connection, employer_user_id, viewer=caller_of(app))


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
