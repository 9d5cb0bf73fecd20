"""What is somebody's is kept to them by the SQL itself, and by nothing that could be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.given import a_match, an_open_job
from tests.support.matrix import AS_RIVAL, OWNED, SHARED, Place, use
from tests.support.ownership import executed, keeps_to_owners, without_ownership
from tests.support.trust import Section, found

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People, Person

PREVIEW = "POST /jobs/preview-matches"
MORE = [
    "/employers/{employer}/jobs?status=open&limit=1",
    "/employers/{employer}/jobs?status=draft",
    "/jobs/{job}/matches?limit=1",
    "/jobs/{job}/matches?minScore=50",
    "/jobs/{job}/matches?minScore=100",
    "/jobs/{job}/matches?decision=none",
    "/jobs/{job}/matches?include=candidate",
    "/jobs/{job}/matches?newSince=2026-01-01T00:00:00Z",
    "/employers/{employer}/jobs?newSince=2026-01-01T00:00:00Z",
    "/jobs/{job}/matching-runs?limit=1",
]
"""Reads whose statements differ by what is asked for."""


@pytest.fixture
def place(api: Api, people: People) -> Place:
    place = Place.create(api, people)
    a_match(api, people, place.job)
    an_open_job(api, people.employer)
    return place


def lacking(api: Api, route: str, place: Place, by: Person) -> list[str]:
    """The statements of a request that begin without the predicate."""
    with executed() as statements:
        use(api, route, place, by=by)
    assert statements.first, f"{route} asked for nothing"
    return [sql for sql in statements.first if not keeps_to_owners(sql)]


@pytest.mark.parametrize("route", [route for route in OWNED if route != PREVIEW])
def test_every_route_of_employers_asks_for_what_is_theirs(
    api: Api, people: People, place: Place, route: str
) -> None:
    assert lacking(api, route, place, people.employer) == []
    assert lacking(api, route, place, people.rival) == []
    assert lacking(api, route, Place.unknown(), people.rival) == []


def test_a_preview_asks_whose_job_it_is_before_it_looks_at_candidates(
    api: Api, people: People, place: Place
) -> None:
    """Candidates are no employer's, and without the first answer it looks at none."""
    with executed() as statements:
        assert use(api, PREVIEW, place, by=people.employer).status == 200
    assert len(statements.first) > 1
    assert keeps_to_owners(statements.first[0])
    for caller, where in ((people.rival, place), (people.employer, Place.unknown())):
        with executed() as statements:
            assert use(api, PREVIEW, where, by=caller).status == AS_RIVAL[PREVIEW]
        assert not any("profile_features" in sql for sql in statements.all)


def test_so_does_every_form_of_their_statements(api: Api, people: People, place: Place) -> None:
    with executed() as statements:
        for path in MORE:
            answer = api.get(path.format(**place._asdict()), by=people.employer)
            assert answer.status == 200, answer.text
            if cursor := answer.json["nextCursor"]:
                again = f"{path}&cursor={cursor}".format(**place._asdict())
                assert api.get(again, by=people.employer).status == 200
        job = {"title": "Counsel"}
        for _ in range(2):
            headers = {"idempotency-key": "1"}
            assert api.post("/jobs", job, by=people.employer, headers=headers).status == 201
    assert len(statements.first) > len(MORE)
    assert [sql for sql in statements.first if not keeps_to_owners(sql)] == []
    times = len(statements.first)
    what = "Statements of employers' requests that hold no row of theirs yet"
    found(Section.ACCESS, what, times, "the shared predicate is in each")


def test_what_is_for_admins_alone_is_seen_to_lack_it(
    api: Api, people: People, place: Place
) -> None:
    """Else the tests above could find it everywhere."""
    assert lacking(api, "GET /admin/jobs", place, people.admin)
    assert lacking(api, "GET /admin/profiles/{profileId}", place, people.admin)


def test_without_the_predicate_every_route_lets_a_rival_in(
    api: Api, people: People, place: Place
) -> None:
    with without_ownership():
        got = {route: use(api, route, place, by=people.rival).status for route in OWNED}
    # As good as the owner: the predicate is what the matrix tests, nothing else stands in the way.
    assert got == {route: SHARED[route].status for route in OWNED}
    assert all(got[route] != AS_RIVAL[route] for route in OWNED)
    got = {route: use(api, route, place, by=people.rival).status for route in OWNED}
    assert got == {route: AS_RIVAL[route] for route in OWNED}
    what = "The predicate taken out, and every employers' route asked with another's ids"
    found(Section.ACCESS, what, len(OWNED), "each route gives way, so the matrix turns red")
