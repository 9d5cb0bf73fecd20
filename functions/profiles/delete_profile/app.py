"""DELETE /admin/profiles/{profileId}: forget a candidate."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.models import UserRole
from jobmatch.postgres import transaction
from jobmatch.profiles.service import delete_profile
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import ProfileId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.delete(
    "/admin/profiles/<profileId>",
    operation_id="deleteProfile",
    summary="Delete a candidate and all that is held on them",
    tags=["profiles"],
    status_code=204,
    middlewares=allow(UserRole.ADMIN),
)
def delete(profile_id: ProfileId) -> Response[None]:
    with transaction() as connection:
        delete_profile(connection, profile_id)
    return Response(204)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
