"""GET /jobs/{jobId}/matches/{profileId}: one match."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.errors import NotFoundError
from jobmatch.matches.queries import get_match_by_job_and_profile
from jobmatch.matches.schemas import Match
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import JobId, ProfileId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, caller_of

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
        match = get_match_by_job_and_profile(
            connection, job_id, profile_id, viewer=caller_of(app), this_month=this_month()
        )
    if match is None:
        raise NotFoundError("No such match.")
    return match


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
