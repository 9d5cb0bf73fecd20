"""POST /admin/matching-audit: the counts of the matching audit, also for groups of candidates."""

from jobmatch.audit.schemas import GroupsToCount, MatchingAudit, Period
from jobmatch.postgres import connect
from jobmatch.rankings.service import MEDIA_TYPE, audit_matching, audit_table
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/admin/matching-audit",
    operation_id="getGroupAudit",
    summary="Count what became of groups of candidates",
    tags=["audit"],
    openapi_extensions=routes.extensions(writes={MEDIA_TYPE: {"type": "string"}}),
    middlewares=routes.allow(routes.ADMIN),
)
def post(
    data: routes.Body[GroupsToCount], first: routes.FirstDay = None, last: routes.LastDay = None
) -> routes.Response[MatchingAudit]:
    period = Period.of(first, last)
    with connect() as connection:
        audit = audit_matching(connection, period, data.groups)
    return routes.json_or(MEDIA_TYPE, audit_table, audit, app.current_event)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
