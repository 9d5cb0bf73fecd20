"""GET /jobs/{jobId}/matches/{profileId}/candidate: whom a match is about, without their name."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.profiles.queries import get_match_candidate
from jobmatch.profiles.schemas import AnonymousCandidate
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import JobId, ProfileId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, caller_of

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/jobs/<jobId>/matches/<profileId>/candidate",
    operation_id="getMatchCandidate",
    summary="Read the candidate of a match, without who they are",
    tags=["matches"],
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def get(job_id: JobId, profile_id: ProfileId) -> AnonymousCandidate:
    with connect() as connection:
        return get_match_candidate(
            connection, job_id, profile_id, viewer=caller_of(app), this_month=this_month()
        )


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
