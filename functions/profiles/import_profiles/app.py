"""POST /admin/profiles/import: create or replace up to 500 profiles, all or none."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.jobs.due import try_apply_profile_changes
from jobmatch.models import UserRole
from jobmatch.postgres import transaction
from jobmatch.profiles.schemas import Imported, ImportedResumes, ProfileImport
from jobmatch.profiles.service import put_profiles
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.post(
    "/admin/profiles/import",
    operation_id="importProfiles",
    summary="Create or replace candidate profiles, all or none",
    tags=["profiles"],
    middlewares=allow(UserRole.ADMIN),
)
def post(data: Annotated[ProfileImport, Body()]) -> Imported | ImportedResumes:
    with transaction() as connection:
        put_profiles(
            connection, {profile.id: profile for profile in data.profiles}, this_month=this_month()
        )
    try_apply_profile_changes()
    if data.format:
        return ImportedResumes(len(data.profiles), data.unmapped)
    return Imported(len(data.profiles))


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
