"""POST /admin/profiles/drafts: read a profile out of a résumé; nothing is stored.

The résumé is sent as it is: text, HTML, PDF, DOCX, a JSON Resume, or the ZIP that LinkedIn exports.
"""

from jobmatch.drafts.schemas import ProfileDraft
from jobmatch.drafts.service import RESUMES, draft_profile
from jobmatch.permissions.predicates import require_role
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/admin/profiles/drafts",
    operation_id="draftProfile",
    summary="Read a profile out of a résumé",
    tags=["profiles"],
    openapi_extensions=routes.extensions(reads=routes.documents(RESUMES)),
    middlewares=routes.allow(routes.ADMIN, raw=RESUMES),
)
def post() -> ProfileDraft:
    with connect() as connection:
        require_role(connection, routes.caller_of(app), [routes.ADMIN])
    return draft_profile(*routes.raw_body(app))


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
