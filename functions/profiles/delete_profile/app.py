"""DELETE /admin/profiles/{profileId}: delete a candidate and all data held on them.

Jobs that lose a match by it are matched again.
"""

from jobmatch.postgres import transaction
from jobmatch.profiles.service import delete_profile
from jobmatch.web import routes

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
    with transaction() as connection:
        delete_profile(connection, profile_id, maximum_age=routes.settings().matching_maximum_age)
    return routes.Response(204)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
