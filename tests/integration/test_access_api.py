"""Who may use which route, and what the others are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import pytest

from jobmatch.database import transaction
from jobmatch.models import User, UserRole
from tests.support.api import routes
from tests.support.given import a_match, an_open_job, match_body
from tests.support.people import Person, add_user
from tests.support.rows import change, nothing_written

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.people import People


class Place(NamedTuple):
    """The ids in the paths of the matrix: a job, its match and its owner."""

    job: str
    profile: str
    match: str
    employer: str


class Use(NamedTuple):
    """A good request to a route, with what its rightful callers get."""

    status: int
    body: Any = None


# Both lists in an order in which each request finds what it needs.
SHARED = {
    "POST /jobs": Use(201, {"title": "Counsel", "employerUserId": "{employer}"}),
    "GET /jobs/{jobId}": Use(200),
    "PATCH /jobs/{jobId}": Use(200, {"title": "Senior counsel"}),
    "GET /employers/{employerUserId}/jobs": Use(200),
    "GET /jobs/{jobId}/matches": Use(200),
    "GET /jobs/{jobId}/matches/{profileId}": Use(200),
    "GET /jobs/{jobId}/matches/{profileId}/candidate": Use(200),
    "POST /jobs/{jobId}/matching-runs": Use(202),
    "GET /jobs/{jobId}/matching-runs": Use(200),
    "GET /employers/{employerUserId}/notification-settings": Use(200),
    "PUT /employers/{employerUserId}/notification-settings": Use(200, {"threshold": 60}),
    "GET /vocabulary": Use(200),
}
FOR_ADMINS = {
    "GET /admin/jobs": Use(200),
    "GET /admin/jobs/due-for-matching": Use(200),
    "PUT /admin/jobs/{jobId}/matching-status": Use(204, {"matchingStatus": "failed"}),
    "PUT /admin/jobs/{jobId}/matches/{profileId}": Use(200, match_body()),
    "GET /admin/jobs/{jobId}/unnotified-matches": Use(200),
    "GET /admin/jobs/{jobId}/candidates/{profileId}/explanation": Use(200),
    "POST /admin/matches/notified": Use(200, {"matchIds": ["{match}"]}),
    "DELETE /admin/jobs/{jobId}/matches": Use(200),
    "PUT /admin/profiles/{profileId}": Use(200, {"name": "Ada"}),
    "GET /admin/profiles/{profileId}": Use(200),
    "POST /admin/profiles/import": Use(200, {"profiles": [{"id": "{profile}", "name": "Bo"}]}),
    "GET /admin/profiles/{profileId}/export": Use(200),
    "DELETE /admin/profiles/{profileId}": Use(204),
}
MATRIX = SHARED | FOR_ADMINS
ALLOWED = {route: use.status for route, use in MATRIX.items()}
AS_OWNER = {route: use.status for route, use in SHARED.items()} | dict.fromkeys(FOR_ADMINS, 403)
AS_RIVAL = (
    dict.fromkeys(SHARED, 404)
    | dict.fromkeys(FOR_ADMINS, 403)
    | {"POST /jobs": 403, "GET /vocabulary": 200}
)
REFUSED = dict.fromkeys(MATRIX, 403)


def claims(user: object, *groups: str) -> dict[str, object]:
    return {"sub": str(user), "cognito:groups": list(groups)}


@pytest.fixture
def place(api: Api, people: People) -> Place:
    job = an_open_job(api, people.employer)
    match = a_match(api, people, job)
    return Place(job, match["profileId"], match["id"], str(people.employer.id))


@pytest.fixture
def candidate(database: str) -> Person:
    role = UserRole.CANDIDATE
    with transaction() as connection:
        return Person(add_user(connection, role), role)


def _filled(value: Any, place: Place) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, place) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, place) for each in value]
    return value.format(**place._asdict()) if isinstance(value, str) else value


def use(api: Api, route: str, place: Place, who: dict[str, object] | None) -> Answer:
    method, path = route.split()
    ids = {"jobId": place.job, "profileId": place.profile, "employerUserId": place.employer}
    body = _filled(MATRIX[route].body, place)
    return api.request(method, path.format(**ids), body=body, claims=who)


def statuses(api: Api, place: Place, who: dict[str, object] | None) -> dict[str, int]:
    return {route: use(api, route, place, who).status for route in MATRIX}


def test_the_matrix_knows_every_route_that_asks_for_a_token() -> None:
    known = {f"{route.method} {route.path}" for _, route in routes()}
    assert known - {"GET /health", "GET /openapi.json", "GET /docs"} == set(MATRIX)


def test_an_admin_may_use_every_route(api: Api, people: People, place: Place) -> None:
    assert statuses(api, place, people.admin.claims) == ALLOWED


def test_more_groups_than_roles_open_nothing(api: Api, people: People, place: Place) -> None:
    employer = claims(people.employer.id, "admin", "employer", "beta")
    assert statuses(api, place, employer) == AS_OWNER
    assert "lastError" not in api.get(f"/jobs/{place.job}", claims=employer).json
    both = claims(people.admin.id, "employer", "admin")
    assert use(api, "GET /admin/jobs", place, both).status == 200


def test_an_owner_may_use_what_is_not_for_admins(api: Api, people: People, place: Place) -> None:
    with nothing_written():
        refused = {route: use(api, route, place, people.employer.claims) for route in FOR_ADMINS}
    assert {answer.status for answer in refused.values()} == {403}
    assert statuses(api, place, people.employer.claims) == AS_OWNER


def test_a_rival_finds_nothing(api: Api, people: People, place: Place) -> None:
    with nothing_written():
        assert statuses(api, place, people.rival.claims) == AS_RIVAL


def test_others_are_refused_everywhere(
    api: Api, people: People, place: Place, candidate: Person
) -> None:
    owner, admin = people.employer.id, people.admin.id
    refused: dict[str, dict[str, object]] = {
        "a candidate": claims(candidate.id, "candidate"),
        "a candidate with an employer's token": claims(candidate.id, "employer"),
        "an owner without group": claims(owner),
        "an owner whose token knows no groups": {"sub": str(owner)},
        "an owner with a similar group": claims(owner, "employers", "Employer"),
        "an owner with an admin's token": claims(owner, "admin"),
        "an admin with an employer's token": claims(admin, "employer"),
        "an admin with a candidate's token": claims(admin, "candidate"),
        "nobody that we know": claims(uuid4(), "admin", "employer"),
        "a subject that is no id": claims("admin", "admin", "employer"),
        "a token without a subject": {"cognito:groups": ["admin", "employer"]},
    }
    with nothing_written():
        got = {name: statuses(api, place, who) for name, who in refused.items()}
        assert got == dict.fromkeys(refused, REFUSED)
        assert statuses(api, place, None) == dict.fromkeys(MATRIX, 401)


def test_the_id_may_be_another_claim(
    api: Api, people: People, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER_ID_CLAIM", "custom:userId")
    token = {"sub": str(people.admin.id), "cognito:groups": ["employer"]}
    route = "GET /jobs/{jobId}"
    assert use(api, route, place, {**token, "custom:userId": str(people.employer.id)}).status == 200
    assert use(api, route, place, {**token, "custom:userId": str(people.rival.id)}).status == 404
    for claim in ({}, {"custom:userId": "17"}, {"custom:userId": ""}, {"custom:userId": 17}):
        assert use(api, route, place, {**token, **claim}).status == 403


def test_a_deactivated_caller_is_refused_everywhere(api: Api, people: People, place: Place) -> None:
    for person in (people.employer, people.admin, people.rival):
        change(User, person.id, is_active=False)
    with nothing_written():
        assert statuses(api, place, people.employer.claims) == REFUSED
        assert statuses(api, place, people.admin.claims) == REFUSED
        empty_list = f"/employers/{people.rival.id}/jobs"
        assert api.get(empty_list, by=people.rival).status == 403


@pytest.mark.parametrize(
    "route", [route for route in SHARED if route not in ("POST /jobs", "GET /vocabulary")]
)
def test_what_is_not_ones_own_looks_like_what_does_not_exist(
    api: Api, people: People, place: Place, route: str
) -> None:
    unknown = place._replace(job=str(uuid4()), employer=str(uuid4()))
    foreign, missing = (use(api, route, each, people.rival.claims) for each in (place, unknown))
    assert foreign == missing
    assert foreign.status == 404
    assert place.job not in foreign.text


def test_an_admin_is_told_what_does_not_exist(api: Api, people: People, place: Place) -> None:
    unknown = Place(*(str(uuid4()) for _ in Place._fields))
    found = {"POST /jobs": 422}  # the employer it names is input
    # Lists of everything, unknown ids that are ignored, and puts that create.
    found |= {"GET /admin/jobs": 200, "GET /admin/jobs/due-for-matching": 200}
    found |= {"POST /admin/matches/notified": 200, "GET /vocabulary": 200}
    found |= {"PUT /admin/profiles/{profileId}": 201, "POST /admin/profiles/import": 200}
    missing = [route for route in MATRIX if route not in found]
    with nothing_written():
        got = {r: use(api, r, unknown, people.admin.claims).status for r in missing}
    assert got == dict.fromkeys(missing, 404)
    got = {route: use(api, route, unknown, people.admin.claims).status for route in found}
    assert got == found
