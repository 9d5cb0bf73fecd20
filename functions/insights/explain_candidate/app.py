"""GET /admin/jobs/{jobId}/candidates/{profileId}/explanation: why somebody is listed or not."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.insights.explanation import explain_candidate
from jobmatch.insights.schemas import CandidateExplanation
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import JobId, ProfileId
from jobmatch.web.requests import RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.get(
    "/admin/jobs/<jobId>/candidates/<profileId>/explanation",
    operation_id="explainCandidate",
    summary="Explain why a candidate is or is not among a job's matches",
    tags=["matching"],
    middlewares=allow(UserRole.ADMIN),
)
def get(job_id: JobId, profile_id: ProfileId) -> CandidateExplanation:
    with connect() as connection:
        return explain_candidate(connection, job_id, profile_id, this_month=this_month())


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
