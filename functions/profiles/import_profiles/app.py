"""POST /admin/profiles/import: create or replace up to 500 profiles, all or none, or each.

In mode `each`, those with faults are answered in `refused` and the others stored. With
`"format": "jsonresume"` each is a JSON Resume; `unmapped` tells what found no place.
"""

from jobmatch.aws import try_queue_matching
from jobmatch.postgres import transaction
from jobmatch.profiles.imports import Imported, ImportedResumes, ProfileImport
from jobmatch.profiles.queries import NO_USER, get_same_addresses, get_without_user
from jobmatch.profiles.service import put_profiles
from jobmatch.web import routes
from jobmatch.wording.checks import profile_warnings
from jobmatch.wording.queries import get_aliases

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/admin/profiles/import",
    operation_id="importProfiles",
    summary="Create or replace candidate profiles",
    tags=["profiles"],
    middlewares=routes.allow(routes.ADMIN),
)
def post(data: routes.Body[ProfileImport]) -> ImportedResumes | Imported:
    with transaction() as connection:
        aliases = get_aliases(connection)
        if data.mode == "each":
            data.refuse(get_without_user(connection, data.by_id), "userId", NO_USER)
        stored = data.by_id
        put_profiles(connection, stored, this_month=routes.this_month(), aliases=aliases)
        emails = {profile_id: profile.email for profile_id, profile in stored.items()}
        same = data.by_pointer(get_same_addresses(connection, emails))
    try_queue_matching()
    told = profile_warnings(data.sent, aliases, unpacked=data.unpacked, same_addresses=same)
    told, refused = data.placed(told), data.refused if data.mode == "each" else None
    if data.format:
        unmapped, more = data.unmapped
        return ImportedResumes(len(stored), unmapped, *told, more, refused)
    return Imported(len(stored), *told, refused=refused)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
