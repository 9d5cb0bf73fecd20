"""PUT /admin/jobs/{jobId}/matches/{profileId}: store a match made elsewhere."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.matches.schemas import Match, MatchPut
from jobmatch.matches.service import NewMatch, insert_match
from jobmatch.models import UserRole
from jobmatch.postgres import connect
from jobmatch.telemetry import logger
from jobmatch.web import problems
from jobmatch.web.parameters import JobId, ProfileId
from jobmatch.web.requests import JSON, RESOLVER_OPTIONS, allow

app = APIGatewayHttpResolver(**RESOLVER_OPTIONS)
app.include_router(problems.router)


@app.put(
    "/admin/jobs/<jobId>/matches/<profileId>",
    operation_id="insertMatch",
    summary="Store a match",
    tags=["matches"],
    middlewares=allow(UserRole.ADMIN),
)
def put(job_id: JobId, profile_id: ProfileId, data: Annotated[MatchPut, Body()]) -> Response[Match]:
    new = NewMatch(
        job_id,
        profile_id,
        data.overall_score,
        data.subscores.model_dump_json(by_alias=True),
        data.summary,
        data.recommendation,
    )
    with connect() as connection:
        match, is_new = insert_match(connection, new)
    return Response(201 if is_new else 200, JSON, match)


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_HTTP)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
