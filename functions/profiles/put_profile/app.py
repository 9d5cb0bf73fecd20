"""PUT /admin/profiles/{profileId}: create a profile or replace all of it."""

from jobmatch.aws import try_queue_matching
from jobmatch.postgres import transaction
from jobmatch.profiles.queries import get_same_addresses, require_profile
from jobmatch.profiles.schemas import Profile, StoredProfile
from jobmatch.profiles.service import put_profiles
from jobmatch.web import routes
from jobmatch.wording.checks import profile_warnings
from jobmatch.wording.queries import get_aliases
from jobmatch.wording.schemas import with_warnings

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.put(
    "/admin/profiles/<profileId>",
    operation_id="putProfile",
    summary="Create or replace a candidate profile",
    tags=["profiles"],
    responses=routes.answers(200, 201),
    openapi_extensions=routes.extensions(ids={"profileId": "$request.path.profileId"}),
    middlewares=routes.allow(routes.ADMIN),
)
def put(profile_id: routes.ProfileId, data: routes.Body[Profile]) -> routes.Response[StoredProfile]:
    with transaction() as connection:
        aliases = get_aliases(connection)
        new = put_profiles(
            connection,
            {profile_id: data},
            this_month=routes.this_month(),
            aliases=aliases,
            user_pointer="/userId",
        )
        stored = require_profile(connection, profile_id)
        same = get_same_addresses(connection, {profile_id: data.email})
    try_queue_matching()
    same_addresses = {"": same[profile_id]} if same else None
    told = profile_warnings({"": data.sent}, aliases, same_addresses=same_addresses)
    answer = with_warnings(StoredProfile, stored, told)
    return routes.Response(201 if profile_id in new else 200, routes.JSON, answer)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
