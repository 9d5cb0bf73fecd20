"""GET /jobs/{jobId}/matches/{profileId}: one match."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch import problems
from jobmatch.database import connect
from jobmatch.errors import NotFoundError
from jobmatch.http import RESOLVER_OPTIONS, allow, caller_of
from jobmatch.models import UserRole
from jobmatch.observability import logger
from jobmatch.parameters import JobId, ProfileId
from jobmatch.queries.job_matches import get_match_by_job_and_profile
from jobmatch.schemas.matches import Match

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/jobs/<jobId>/matches/<profileId>",
    operation_id="getMatchByJobAndProfile",
    summary="Read a match",
    tags=["matches"],
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def get(job_id: JobId, profile_id: ProfileId) -> Match:
    with connect() as connection:
        match = get_match_by_job_and_profile(connection, job_id, profile_id, viewer=caller_of(app))
    if match is None:
        raise NotFoundError("No such match.")
    return match


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
