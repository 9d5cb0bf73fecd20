"""GET /admin/profiles/{profileId}/export: all data held on a candidate."""

from jobmatch.careers.dates import this_month
from jobmatch.postgres import connect
from jobmatch.profiles.export import ProfileExport, export_profile
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/profiles/<profileId>/export",
    operation_id="exportProfile",
    summary="Export all data held on a candidate",
    tags=["profiles"],
    middlewares=routes.allow(routes.ADMIN),
)
def get(profile_id: routes.ProfileId) -> ProfileExport:
    with connect() as connection:
        return export_profile(connection, profile_id, this_month=this_month())


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
