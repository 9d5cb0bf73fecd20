"""POST /jobs/drafts: read a job out of an advertisement; nothing is stored.

The advertisement is sent as it is: text, HTML, PDF or DOCX.
"""

from jobmatch.drafts.schemas import JobDraft
from jobmatch.drafts.text import DOCUMENTS, read_document
from jobmatch.permissions.predicates import require_role
from jobmatch.postgres import connect
from jobmatch.proposals.service import draft_job
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/jobs/drafts",
    operation_id="draftJob",
    summary="Read a job out of an advertisement",
    tags=["jobs"],
    openapi_extensions=routes.extensions(reads=routes.documents(DOCUMENTS)),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN, raw=DOCUMENTS),
)
def post() -> JobDraft:
    with connect() as connection:
        require_role(connection, routes.caller_of(app), [routes.EMPLOYER, routes.ADMIN])
    document = read_document(*routes.raw_body(app))
    return draft_job(document, app.lambda_context.get_remaining_time_in_millis() / 1_000)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
