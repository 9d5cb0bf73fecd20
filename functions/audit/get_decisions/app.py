"""GET /admin/decisions: the decision log, one chain after another.

Each entry holds the hash of the one before it.
"""

from jobmatch.audit.queries import get_decisions
from jobmatch.audit.schemas import DecisionPage
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/decisions",
    operation_id="getDecisions",
    summary="Read the decision log",
    tags=["audit"],
    middlewares=routes.allow(routes.ADMIN),
)
def get(
    job_id: routes.OfJob = None,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
) -> DecisionPage:
    listing = routes.Listing(routes.ByJob, "decisions", job_id)
    with connect() as connection:
        rows = get_decisions(
            connection, job_id=job_id, limit=limit + 1, after=listing.after(cursor)
        )
    return DecisionPage.of(rows, limit, listing)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
