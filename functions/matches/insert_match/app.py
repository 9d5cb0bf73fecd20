"""PUT /admin/jobs/{jobId}/matches/{profileId}: store a match made elsewhere.

The next run of the job replaces it.
"""

from jobmatch.matches.schemas import Match, MatchPut
from jobmatch.matches.service import NewMatch, insert_match
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.put(
    "/admin/jobs/<jobId>/matches/<profileId>",
    operation_id="insertMatch",
    summary="Store a match",
    tags=["matches"],
    responses=routes.answers(200, 201),
    openapi_extensions=routes.extensions(
        ids={"jobId": "$request.path.jobId", "profileId": "$request.path.profileId"}
    ),
    middlewares=routes.allow(routes.ADMIN),
)
def put(
    job_id: routes.JobId, profile_id: routes.ProfileId, data: routes.Body[MatchPut]
) -> routes.Response[Match]:
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
    return routes.Response(201 if is_new else 200, routes.JSON, match)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
