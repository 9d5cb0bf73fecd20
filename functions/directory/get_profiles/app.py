"""GET /admin/profiles: candidates, newest first, by name, mail address or status.

`name` finds names with words that begin so, in any order; `email` addresses that begin so.
"""

from jobmatch.directory.queries import get_profiles
from jobmatch.directory.schemas import ProfilePage
from jobmatch.postgres import connect
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.get(
    "/admin/profiles",
    operation_id="getProfiles",
    summary="List or find candidates",
    tags=["profiles"],
    openapi_extensions=routes.extensions(ids={"profileId": "$response.body#/items/0/id"}),
    middlewares=routes.allow(routes.ADMIN),
)
def get(
    name: routes.OfName = None,
    email: routes.OfEmail = None,
    status: routes.OfProfileStatus = None,
    limit: routes.Limit = routes.DEFAULT_LIMIT,
    cursor: routes.Cursor = None,
) -> ProfilePage:
    listing = routes.Listing(routes.NewestFirst, "profiles", name, email, status)
    with connect() as connection:
        rows = get_profiles(
            connection,
            name=name,
            email=email,
            status=status,
            limit=limit + 1,
            after=listing.after(cursor),
        )
    return ProfilePage.of(rows, limit, listing)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
