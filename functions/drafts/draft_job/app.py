"""POST /jobs/drafts: read a job out of an advertisement; nothing is stored.

The advertisement is sent as it is: text, HTML, PDF or DOCX.
"""

from jobmatch.drafts.job import job_draft
from jobmatch.drafts.schemas import JobDraft
from jobmatch.drafts.text import DOCUMENTS, read_document
from jobmatch.permissions.predicates import require_role
from jobmatch.postgres import connect
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
    return job_draft(read_document(*routes.raw_body(app)))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
