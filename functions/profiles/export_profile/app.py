"""GET /admin/profiles/{profileId}/export: all that is held on a candidate."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.profiles.export import ProfileExport, export_profile
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import ProfileId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/admin/profiles/<profileId>/export",
    operation_id="exportProfile",
    summary="Export all that is held on a candidate",
    tags=["profiles"],
    middlewares=allow(UserRole.ADMIN),
)
def get(profile_id: ProfileId) -> ProfileExport:
    with connect() as connection:
        return export_profile(connection, profile_id, this_month=this_month())


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
