"""GET /admin/profiles/{profileId}: one profile, as it was put."""

from jobmatch.postgres import connect
from jobmatch.profiles.queries import require_profile
from jobmatch.profiles.schemas import ProfileDetail
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/profiles/<profileId>",
    operation_id="getProfile",
    summary="Read a candidate profile",
    tags=["profiles"],
    middlewares=routes.allow(routes.ADMIN),
)
def get(profile_id: routes.ProfileId) -> ProfileDetail:
    with connect() as connection:
        return require_profile(connection, profile_id)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
