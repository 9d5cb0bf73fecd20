"""The access matrix: every route with a valid request, and each kind of caller's status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import uuid4

from tests.support.given import a_match, an_open_job, match_body
from tests.support.running import a_run

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.people import People, Person


class Place(NamedTuple):
    """The ids in the paths of the matrix: a job, its match and its owner, an alias, a run."""

    job: str
    profile: str
    match: str
    employer: str
    alias: str
    run: str
    webhook: str

    @classmethod
    def create(cls, api: Api, people: People) -> Self:
        """An open job of the employer, with a match."""
        job = an_open_job(api, people.employer)
        run = a_run(job)
        match = a_match(api, people, job)
        alias = cls.an_alias(api, people, job)
        owner = people.employer
        webhook = cls.a_webhook(api, owner)
        return cls(job, match["profileId"], match["id"], str(owner.id), alias, run, webhook)

    @staticmethod
    def a_webhook(api: Api, owner: Person) -> str:
        """A webhook that hears of its owner's jobs as they are posted, and no more."""
        body = {"url": "https://hooks.site.example/", "events": ["job.created"]}
        webhook = api.post("/webhooks", body, by=owner)
        assert webhook.status == 201, webhook.text
        return str(webhook.json["webhook"]["id"])

    @staticmethod
    def an_alias(api: Api, people: People, job: str) -> str:
        """An operator's alias of a value that is the job's alone."""
        body = {"list": "bars", "value": f"Bar of {job}", "term": "New York"}
        alias = api.post("/admin/vocabulary/aliases", body, by=people.admin)
        assert alias.status == 201, alias.text
        return str(alias.json["id"])

    @classmethod
    def unknown(cls) -> Self:
        """Ids that nothing has."""
        return cls(*(str(uuid4()) for _ in cls._fields))


class Use(NamedTuple):
    """The status of a route for callers who are allowed, and the body of a valid request."""

    status: int
    body: Any = None
    query: str = ""
    media_type: str = "application/json"


OPEN = {
    "GET /health": Use(200),
}
OF_USERS = {
    "GET /me": Use(200),
}
"""For every active user, whatever groups the token has."""
OF_TOKENS = {
    "POST /mcp": Use(200, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}),
    "GET /mcp": Use(405),
}
"""For every valid token; what a tool may do is decided by its route."""
# Both are in an order in which each request finds the rows that it needs.
SHARED = {
    "POST /jobs": Use(201, {"title": "Counsel", "employerUserId": "{employer}"}),
    "GET /jobs/{jobId}": Use(200),
    "PATCH /jobs/{jobId}": Use(200, {"title": "Senior counsel"}),
    "GET /employers/{employerUserId}/jobs": Use(200),
    "GET /jobs/{jobId}/matches": Use(200),
    "GET /jobs/{jobId}/matches/{profileId}": Use(200),
    "GET /jobs/{jobId}/matches/{profileId}/candidate": Use(200),
    "GET /jobs/{jobId}/matches/{profileId}/decision": Use(200),
    "PUT /jobs/{jobId}/matches/{profileId}/decision": Use(200, {"decision": "held"}),
    "POST /jobs/{jobId}/matching-runs": Use(202),
    "GET /jobs/{jobId}/matching-runs": Use(200),
    "GET /jobs/{jobId}/matching-runs/{runId}/changes": Use(200, query="?since={run}"),
    "POST /jobs/preview-matches": Use(200, {"title": "Counsel", "employerUserId": "{employer}"}),
    "POST /jobs/drafts": Use(200, "Counsel in Munich", media_type="text/plain"),
    "GET /employers/{employerUserId}/notification-settings": Use(200),
    "PUT /employers/{employerUserId}/notification-settings": Use(200, {"threshold": 60}),
    "POST /webhooks": Use(
        201,
        {
            "url": "https://hooks.site.example/",
            "events": ["job.created"],
            "employerUserId": "{employer}",
        },
    ),
    "GET /webhooks": Use(200),
    "GET /webhooks/{webhookId}/events": Use(200),
    "PATCH /webhooks/{webhookId}": Use(200, {"events": ["job.closed"]}),
    "POST /webhooks/{webhookId}/secret": Use(200),
    "POST /webhooks/{webhookId}/test": Use(202),
    "POST /webhooks/{webhookId}/replay": Use(202, {"fromSequence": 1}),
    "DELETE /webhooks/{webhookId}": Use(204),
    "GET /vocabulary": Use(200),
    "GET /vocabulary/suggestions": Use(200, query="?list=bars&q=new"),
}
OF_NOBODY = (
    "GET /vocabulary",
    "GET /vocabulary/suggestions",
    "POST /jobs/drafts",
    "GET /webhooks",
)
"""Shared routes to what is the same for everybody, or the caller's own."""
FOR_ADMINS = {
    "GET /admin/jobs": Use(200, query="?matchingStatus=failed&include=matching"),
    "GET /admin/jobs/due-for-matching": Use(200),
    "PUT /admin/jobs/{jobId}/matching-status": Use(204, {"matchingStatus": "failed"}),
    "PUT /admin/jobs/{jobId}/matches/{profileId}": Use(200, match_body()),
    "GET /admin/jobs/{jobId}/unnotified-matches": Use(200),
    "GET /admin/jobs/{jobId}/matching": Use(200),
    "GET /admin/jobs/{jobId}/candidates/{profileId}/explanation": Use(200),
    "POST /admin/matches/notified": Use(200, {"matchIds": ["{match}"]}),
    "DELETE /admin/jobs/{jobId}/matches": Use(200),
    "PUT /admin/profiles/{profileId}": Use(200, {"name": "Ada"}),
    "GET /admin/profiles/{profileId}": Use(200),
    "GET /admin/profiles": Use(200, query="?name=a&email=a&status=active"),
    "POST /admin/profiles/import": Use(200, {"profiles": [{"id": "{profile}", "name": "Bo"}]}),
    "POST /admin/profiles/drafts": Use(200, "Ada Quill", media_type="text/plain"),
    "GET /admin/profiles/{profileId}/export": Use(200),
    "GET /admin/profiles/{profileId}/matches": Use(200),
    "GET /admin/decisions": Use(200),
    "GET /admin/decisions/verification": Use(200),
    "GET /admin/queues": Use(200),
    "GET /admin/dead-letters": Use(200),
    "POST /admin/dead-letters/retry": Use(200, {"ids": ["{match}"]}),
    "POST /admin/dead-letters/drop": Use(200, {"ids": ["{match}"]}),
    "GET /admin/matching-audit": Use(200),
    "POST /admin/matching-audit": Use(
        200, {"groups": [{"group": "A", "profileIds": ["{profile}"]}]}
    ),
    "DELETE /admin/profiles/{profileId}": Use(204),
    "GET /admin/vocabulary/unknown": Use(200),
    "GET /admin/vocabulary/aliases": Use(200),
    "POST /admin/vocabulary/aliases": Use(
        201, {"list": "bars", "value": "Bar of {profile}", "term": "New York"}
    ),
    "DELETE /admin/vocabulary/aliases/{aliasId}": Use(204),
}
MATRIX = OPEN | OF_USERS | OF_TOKENS | SHARED | FOR_ADMINS
ALLOWED = {route: use.status for route, use in MATRIX.items()}
AS_OWNER = ALLOWED | dict.fromkeys(FOR_ADMINS, 403)
AS_RIVAL = (
    AS_OWNER
    | dict.fromkeys(SHARED, 404)
    | {"POST /jobs": 403, "POST /jobs/preview-matches": 403, "POST /webhooks": 403}
    | dict.fromkeys(OF_NOBODY, 200)
)
REFUSED = ALLOWED | dict.fromkeys(SHARED | FOR_ADMINS, 403)
STRANGER = REFUSED | dict.fromkeys(OF_USERS, 403)
"""Nobody who is active among the users."""
UNAUTHENTICATED = ALLOWED | dict.fromkeys(OF_USERS | OF_TOKENS | SHARED | FOR_ADMINS, 401)
OWNED = [route for route in SHARED if route not in OF_NOBODY]
"""The routes that an employer may use only for their own jobs."""


def filled(value: Any, place: Place) -> Any:
    """A body with the ids of a place."""
    if isinstance(value, dict):
        return {key: filled(part, place) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, place) for part in value]
    return value.format(**place._asdict()) if isinstance(value, str) else value


def ids_of(place: Place) -> dict[str, str]:
    """The ids of a place, as paths name them."""
    return {
        "jobId": place.job,
        "profileId": place.profile,
        "employerUserId": place.employer,
        "aliasId": place.alias,
        "runId": place.run,
        "webhookId": place.webhook,
    }


def use(api: Api, route: str, place: Place, **caller: Any) -> Answer:
    """The answer to a valid request to a route; `caller` is handed to the client."""
    method, path = route.split()
    ids = ids_of(place)
    body = filled(MATRIX[route].body, place)
    sent = {"content-type": MATRIX[route].media_type, **(caller.pop("headers", None) or {})}
    query = MATRIX[route].query.format(**place._asdict())
    return api.request(method, path.format(**ids) + query, body=body, headers=sent, **caller)


def statuses(api: Api, place: Place, **caller: Any) -> dict[str, int]:
    """The status that a caller gets on each route."""
    return {route: use(api, route, place, **caller).status for route in MATRIX}
