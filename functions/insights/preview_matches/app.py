"""POST /jobs/preview-matches: what a job would find, before it is posted."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.insights.preview import preview_matches
from jobmatch.insights.schemas import MatchPreview
from jobmatch.jobs.schemas import JobCreate
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.rules.work_history import this_month
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.requests import RESOLVER_OPTIONS, allow, caller_of

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.post(
    "/jobs/preview-matches",
    operation_id="previewMatches",
    summary="See what a job would find, without posting it",
    tags=["matching"],
    middlewares=allow(UserRole.EMPLOYER, UserRole.ADMIN),
)
def post(data: Annotated[JobCreate, Body()]) -> MatchPreview:
    with connect() as connection:
        return preview_matches(connection, data, viewer=caller_of(app), this_month=this_month())


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
