"""POST /admin/profiles/import: create or replace up to 500 profiles, all or none.

With `"format": "jsonresume"` each is a JSON Resume; `unmapped` tells what found no place.
"""

from jobmatch.jobs.due import try_apply_profile_changes
from jobmatch.postgres import transaction
from jobmatch.profiles.schemas import Imported, ImportedResumes, ProfileImport
from jobmatch.profiles.service import put_profiles
from jobmatch.web import routes
from jobmatch.wording.checks import profile_warnings
from jobmatch.wording.queries import get_aliases

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/admin/profiles/import",
    operation_id="importProfiles",
    summary="Create or replace candidate profiles, all or none",
    tags=["profiles"],
    middlewares=routes.allow(routes.ADMIN),
)
def post(data: routes.Body[ProfileImport]) -> Imported | ImportedResumes:
    maximum_age = routes.settings().matching_maximum_age  # a wrong one fails before we write
    with transaction() as connection:
        aliases = get_aliases(connection)
        put_profiles(
            connection,
            {profile.id: profile for profile in data.profiles},
            this_month=routes.this_month(),
            aliases=aliases,
        )
    try_apply_profile_changes(maximum_age)
    told = profile_warnings(data.sent, aliases, unpacked=data.unpacked)
    if data.format:
        return ImportedResumes(len(data.profiles), data.unmapped, *told)
    return Imported(len(data.profiles), *told)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
