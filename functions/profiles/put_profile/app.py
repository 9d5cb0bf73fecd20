"""PUT /admin/profiles/{profileId}: create or wholly replace a profile."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.jobs.due import try_apply_profile_changes
from jobmatch.models import UserRole
from jobmatch.postgres import transaction
from jobmatch.profiles.queries import require_profile
from jobmatch.profiles.schemas import Profile, ProfileDetail
from jobmatch.profiles.service import put_profiles
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import ProfileId
from jobmatch.web.requests import JSON, RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.put(
    "/admin/profiles/<profileId>",
    operation_id="putProfile",
    summary="Create or replace a candidate profile",
    tags=["profiles"],
    middlewares=allow(UserRole.ADMIN),
)
def put(profile_id: ProfileId, data: Annotated[Profile, Body()]) -> Response[ProfileDetail]:
    with transaction() as connection:
        new = put_profiles(
            connection, {profile_id: data}, user_pointer="/userId", this_month=this_month()
        )
        stored = require_profile(connection, profile_id)
    try_apply_profile_changes()
    return Response(201 if profile_id in new else 200, JSON, stored)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
