"""POST /jobs/preview-matches: the matches of a job that is not posted yet.

It says how many candidates each requirement leaves, and shows the best without names.
"""

from jobmatch.insights.preview import preview_matches
from jobmatch.insights.schemas import MatchPreview
from jobmatch.jobs.inputs import JobCreate
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/jobs/preview-matches",
    operation_id="previewMatches",
    summary="See what a job would find, without posting it",
    tags=["matching"],
    responses=routes.answers(200, 429),
    middlewares=routes.allow(routes.EMPLOYER, routes.ADMIN),
)
def post(data: routes.Body[JobCreate]) -> MatchPreview:
    with connect() as connection:
        return preview_matches(
            connection, data, viewer=routes.caller_of(app), this_month=routes.this_month()
        )


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
