"""DELETE /admin/profiles/{profileId}: delete a candidate and all data held on them.

The next best candidates take the places that they leave.
"""

from jobmatch.aws import try_queue_matching
from jobmatch.profiles.service import delete_profile
from jobmatch.web import routes
from jobmatch.webhooks.announcing import announcing

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.delete(
    "/admin/profiles/<profileId>",
    operation_id="deleteProfile",
    summary="Delete a candidate and all data held on them",
    tags=["profiles"],
    status_code=204,
    middlewares=routes.allow(routes.ADMIN),
)
def delete(profile_id: routes.ProfileId) -> routes.Response[None]:
    with announcing() as connection:
        delete_profile(connection, profile_id)
    try_queue_matching()
    return routes.Response(204)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
