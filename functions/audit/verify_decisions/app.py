"""GET /admin/decisions/verification: compute the hashes of the decision log anew, part by part."""

from jobmatch.audit.schemas import Verification
from jobmatch.audit.verification import verify_decisions
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/decisions/verification",
    operation_id="verifyDecisions",
    summary="Verify the decision log",
    tags=["audit"],
    middlewares=routes.allow(routes.ADMIN),
)
def get(job_id: routes.OfJob = None, cursor: routes.Cursor = None) -> Verification:
    with connect() as connection:
        return verify_decisions(
            connection,
            job_id=job_id,
            listing=routes.Listing(routes.ByJob, "verification", job_id),
            cursor=cursor,
            retention=routes.settings().decision_retention,
        )


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
