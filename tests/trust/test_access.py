"""Who may use which route, over HTTP with signed tokens, and what the others are told."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from jobmatch.models import User, UserRole
from jobmatch.postgres import engine, transaction
from tests.support.api import InProcess
from tests.support.given import a_match, a_profile, an_open_job
from tests.support.matrix import (
    ALLOWED,
    AS_OWNER,
    AS_RIVAL,
    FOR_ADMINS,
    MATRIX,
    OPEN,
    OWNED,
    REFUSED,
    STRANGER,
    UNAUTHENTICATED,
    Place,
    statuses,
    use,
)
from tests.support.people import Person, add_user
from tests.support.rows import change, nothing_written
from tests.support.served import TEMPLATE, bearer
from tests.support.tokens import forged
from tests.support.trust import FULL, Section, found, scaled
from tests.support.wire import tapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.api import Answer
    from tests.support.people import People
    from tests.support.served import Served


def claims(user: object, *groups: str) -> dict[str, object]:
    return {"sub": str(user), "cognito:groups": list(groups)}


@pytest.fixture
def place(served: Served, people: People) -> Place:
    return Place.create(served, people)


@pytest.fixture
def candidate(database: str) -> Person:
    role = UserRole.CANDIDATE
    with transaction() as connection:
        return Person(add_user(connection, role), role)


def test_the_matrix_knows_every_route_and_which_ask_for_a_token() -> None:
    known = {f"{route.method} {route.path}": route.authorizer for route in TEMPLATE.routes}
    assert set(known) == set(MATRIX)
    assert {route for route, authorizer in known.items() if authorizer is None} == set(OPEN)


def test_an_admin_may_use_every_route(served: Served, people: People, place: Place) -> None:
    assert statuses(served, place, by=people.admin) == ALLOWED
    found(Section.ACCESS, "Every route as an admin", len(MATRIX), "allowed")


def test_more_groups_than_roles_open_nothing(served: Served, people: People, place: Place) -> None:
    employer = claims(people.employer.id, "admin", "employer", "beta")
    assert statuses(served, place, claims=employer) == AS_OWNER
    assert "lastError" not in served.get(f"/jobs/{place.job}", claims=employer).json
    both = claims(people.admin.id, "employer", "admin")
    assert use(served, "GET /admin/jobs", place, claims=both).status == 200
    what = "Every route as an employer whose token has the admin group as well"
    found(Section.ACCESS, what, len(MATRIX), "nothing more than an employer may")


def test_an_owner_may_use_what_is_not_for_admins(
    served: Served, people: People, place: Place
) -> None:
    with nothing_written():
        refused = {route: use(served, route, place, by=people.employer) for route in FOR_ADMINS}
    assert {answer.status for answer in refused.values()} == {403}
    assert statuses(served, place, by=people.employer) == AS_OWNER
    found(Section.ACCESS, "Every route as the owner", len(MATRIX), "their own, and no admin's")


def test_a_rival_finds_nothing(served: Served, people: People, place: Place) -> None:
    with nothing_written():
        assert statuses(served, place, by=people.rival) == AS_RIVAL
    what = "Every route as another employer, with the owner's ids"
    found(Section.ACCESS, what, len(MATRIX), "404 for what they could use, nothing written")


def test_forged_and_outdated_tokens_open_nothing(
    served: Served, people: People, place: Place
) -> None:
    tokens = forged(served.issuer, people.admin.claims)
    with nothing_written():
        got = {
            kind: statuses(served, place, headers=bearer(token)) for kind, token in tokens.items()
        }
        assert got == dict.fromkeys(tokens, UNAUTHENTICATED)
        assert statuses(served, place) == UNAUTHENTICATED
    times = len(MATRIX) * (len(tokens) + 1)
    what = f"Every route without a token, and with {len(tokens)} kinds of forged or outdated ones"
    found(Section.ACCESS, what, times, "401, nothing written")


def test_others_are_refused_everywhere(
    served: Served, people: People, place: Place, candidate: Person
) -> None:
    owner, admin = people.employer.id, people.admin.id
    refused: dict[str, dict[str, object]] = {
        "a candidate": claims(candidate.id, "candidate"),
        "a candidate with an employer's token": claims(candidate.id, "employer"),
        "a candidate with an admin's token": claims(candidate.id, "admin"),
        "an owner without group": claims(owner),
        "an owner whose token knows no groups": {"sub": str(owner)},
        "an owner with a similar group": claims(owner, "employers", "Employer"),
        "an owner with an admin's token": claims(owner, "admin"),
        "an admin with an employer's token": claims(admin, "employer"),
        "an admin with a candidate's token": claims(admin, "candidate"),
    }
    strangers: dict[str, dict[str, object]] = {
        "nobody that we know": claims(uuid4(), "admin", "employer"),
        "a subject that is no id": claims("admin", "admin", "employer"),
        "a token without a subject": {"cognito:groups": ["admin", "employer"]},
    }
    with nothing_written():
        callers = refused | strangers
        got = {who: statuses(served, place, claims=each) for who, each in callers.items()}
        # Who is known may ask who they are.
        assert got == dict.fromkeys(refused, REFUSED) | dict.fromkeys(strangers, STRANGER)
    what = f"Every route as one of {len(callers)} callers whose token and account don't agree"
    found(Section.ACCESS, what, len(MATRIX) * len(callers), "403, nothing written")


def test_a_deactivated_caller_is_refused_everywhere(
    served: Served, people: People, place: Place
) -> None:
    deactivated = (people.employer, people.admin, people.rival)
    for person in deactivated:
        change(User, person.id, is_active=False)
    with nothing_written():
        for person in deactivated:
            assert statuses(served, place, by=person) == STRANGER
        empty_list = f"/employers/{people.rival.id}/jobs"
        assert served.get(empty_list, by=people.rival).status == 403
    times = len(MATRIX) * len(deactivated)
    found(Section.ACCESS, "Every route as a deactivated user", times, "403, nothing written")


def test_the_id_may_be_another_claim(
    served: Served, people: People, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER_ID_CLAIM", "custom:userId")
    token = {"sub": str(people.admin.id), "cognito:groups": ["employer"]}

    def status(**own: object) -> int:
        return use(served, "GET /jobs/{jobId}", place, claims=token | own).status

    assert status(**{"custom:userId": str(people.employer.id)}) == 200
    assert status(**{"custom:userId": str(people.rival.id)}) == 404
    for wrong in ({}, {"custom:userId": "17"}, {"custom:userId": ""}, {"custom:userId": 17}):
        assert status(**wrong) == 403


def test_an_admin_is_told_what_does_not_exist(served: Served, people: People, place: Place) -> None:
    unknown = Place.unknown()
    # The employer that they name is input.
    expected = {"POST /jobs": 422, "POST /jobs/preview-matches": 422}
    # Lists of everything, unknown ids that are ignored, and puts that create.
    expected |= {"GET /admin/jobs": 200, "GET /admin/jobs/due-for-matching": 200}
    expected |= {"GET /admin/decisions": 200, "GET /admin/matching-audit": 200}
    expected |= {"POST /admin/matching-audit": 200, "GET /admin/decisions/verification": 200}
    expected |= {"GET /admin/profiles": 200, "GET /admin/queues": 200}
    expected |= {"GET /admin/dead-letters": 200}
    expected |= {"POST /admin/dead-letters/retry": 200, "POST /admin/dead-letters/drop": 200}
    expected |= {"POST /admin/matches/notified": 200, "GET /health": 200, "GET /me": 200}
    expected |= {"GET /webhooks": 200, "POST /webhooks": 422}
    expected |= {"GET /vocabulary": 200, "GET /vocabulary/suggestions": 200}
    expected |= {"GET /admin/vocabulary/unknown": 200, "GET /admin/vocabulary/aliases": 200}
    expected |= {"POST /admin/vocabulary/aliases": 201}
    expected |= {"PUT /admin/profiles/{profileId}": 201, "POST /admin/profiles/import": 200}
    expected |= {"POST /jobs/drafts": 200, "POST /admin/profiles/drafts": 200}
    expected |= {"POST /mcp": 200, "GET /mcp": 405}  # they name nothing that could be missing
    missing = [route for route in MATRIX if route not in expected]
    with nothing_written():
        got = {r: use(served, r, unknown, by=people.admin).status for r in missing}
    assert got == dict.fromkeys(missing, 404)
    got = {route: use(served, route, unknown, by=people.admin).status for route in expected}
    assert got == expected


@pytest.fixture
def twins(served: Served, people: People, place: Place) -> dict[str, tuple[Place, Place]]:
    """For routes, where a rival finds what is there but not theirs, and where nothing is."""
    unknown = Place.unknown()
    pairs = dict.fromkeys(OWNED, (place, unknown))
    # In a job of their own: a candidate of others, and one whom they employ and must not see.
    own = an_open_job(served, people.rival)
    hidden = a_match(served, people, own)["profileId"]
    position = {"employer": "Orsolo Instruments", "title": "Counsel", "startDate": "2015"}
    a_profile(served, people, hidden, workHistory=[position])
    nobody = unknown._replace(job=own)
    for route in OWNED:
        if "{profileId}" in route:
            pairs[f"{route} of others"] = (nobody._replace(profile=place.profile), nobody)
            pairs[f"{route} hidden"] = (nobody._replace(profile=hidden), nobody)
    return pairs


def route_of(name: str) -> str:
    return " ".join(name.split()[:2])


def told(answer: Answer) -> tuple[int, str, dict[str, str]]:
    """An answer without what differs between any two."""
    each_its_own = {"apigw-requestid", "date"}
    headers = {name: text for name, text in answer.headers.items() if name not in each_its_own}
    return answer.status, answer.text, headers


def test_what_is_not_ones_own_looks_like_what_does_not_exist(
    served: Served, people: People, place: Place, twins: dict[str, tuple[Place, Place]]
) -> None:
    for name, where in twins.items():
        foreign, missing = (use(served, route_of(name), each, by=people.rival) for each in where)
        assert told(foreign) == told(missing), name
        assert foreign.status == AS_RIVAL[route_of(name)]
        assert not any(each in foreign.text for each in place)
    what = "Ids of others and unknown ids, on every route of employers"
    found(Section.ACCESS, what, 2 * len(twins), "the same status, body and headers")


@pytest.fixture
def single(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The server's port, when there is one connection as on Lambda."""
    monkeypatch.setenv("DATABASE_POOL_SIZE", "1")
    port = engine().url.port
    assert port is not None
    yield port
    engine().dispose()


def test_what_is_not_ones_own_asks_the_database_as_much_as_what_does_not_exist(
    single: int, people: People, twins: dict[str, tuple[Place, Place]]
) -> None:
    api = InProcess()

    def said(name: str, where: Place) -> list[str]:
        with tapped() as wire:
            use(api, route_of(name), where, by=people.rival)
        return wire.kinds_to(single)

    for name, (there, nowhere) in twins.items():
        said(name, there)  # from then on everything is prepared
        assert said(name, there) == said(name, nowhere), name


def test_what_is_not_ones_own_takes_as_long_as_what_does_not_exist(
    single: int, people: People, twins: dict[str, tuple[Place, Place]]
) -> None:
    """Interleaved, so that whatever else the machine does hits both alike."""
    times, api = scaled(3, 400), InProcess()
    shares = {}
    for name, where in twins.items():
        seconds: tuple[list[float], list[float]] = ([], [])
        for turn in range(2 * times):
            before = time.perf_counter()
            use(api, route_of(name), where[turn % 2], by=people.rival)
            seconds[turn % 2].append(time.perf_counter() - before)
        there, nowhere = map(median, seconds)
        shares[name] = (there / nowhere - 1, there - nowhere)
    if not FULL:
        return  # a few requests say nothing about time
    worst = max(shares, key=lambda name: abs(shares[name][0]))
    share, difference = shares[worst]
    assert abs(share) < 0.1, worst
    found(
        Section.ACCESS,
        f"Time for ids of others and for unknown ids, {len(twins)} pairs, medians",
        2 * times * len(twins),
        f"most apart: {share:+.1%} ({1e6 * difference:+.0f} µs), {worst}",
    )
