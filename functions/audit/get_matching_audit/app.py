"""GET /admin/matching-audit: the counts that a bias audit needs."""

from jobmatch.audit.schemas import MatchingAudit, Period
from jobmatch.postgres import connect
from jobmatch.rankings.service import MEDIA_TYPE, audit_matching, audit_table
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/matching-audit",
    operation_id="getMatchingAudit",
    summary="Count what became of the candidates",
    tags=["audit"],
    openapi_extensions=routes.extensions(writes={MEDIA_TYPE: {"type": "string"}}),
    middlewares=routes.allow(routes.ADMIN),
)
def get(
    first: routes.FirstDay = None, last: routes.LastDay = None
) -> routes.Response[MatchingAudit]:
    period = Period.of(first, last)
    with connect() as connection:
        audit = audit_matching(connection, period)
    return routes.json_or(MEDIA_TYPE, audit_table, audit, app.current_event)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
