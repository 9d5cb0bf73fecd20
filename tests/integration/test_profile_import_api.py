"""Importing profiles: all or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from jobmatch.models import Profile
from tests.support.given import a_profile
from tests.support.rows import count, nothing_written

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.people import People


def entry(**fields: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "name": "Ada Quill", **fields}


def load(api: Api, people: People, profiles: object) -> Answer:
    return api.post("/admin/profiles/import", {"profiles": profiles}, by=people.admin)


def name_of(api: Api, people: People, profile: str) -> Any:
    return api.get(f"/admin/profiles/{profile}", by=people.admin).json["name"]


def test_an_import_puts_new_profiles_and_replaces_known_ones(api: Api, people: People) -> None:
    known = a_profile(api, people, location="Basel", specializations=["Licensing"])
    new = entry(status="active", barAdmissions=[{"jurisdiction": "NY"}])
    answer = load(api, people, [entry(id=known, name="Bo"), new])
    assert (answer.status, answer.json) == (200, {"imported": 2, "warnings": []})
    stored = [api.get(f"/admin/profiles/{i}", by=people.admin).json for i in (known, new["id"])]
    assert (stored[0]["name"], stored[0]["location"], stored[0]["specializations"]) == (
        "Bo",
        None,
        [],
    )
    assert stored[1]["barAdmissions"] == [
        {"jurisdiction": "New York", "year": None, "status": None}
    ]
    with nothing_written():
        assert load(api, people, [new, entry(id=known, name="Bo")]).json == {
            "imported": 2,
            "warnings": [],
        }
    assert load(api, people, [new, entry(id=known, name="Cy")]).json == {
        "imported": 2,
        "warnings": [],
    }
    assert name_of(api, people, known) == "Cy"


@pytest.mark.parametrize(
    ("faulty", "pointer"),
    [
        (entry(name=""), "/profiles/1/name"),
        (entry(userId=str(uuid4())), "/profiles/1/userId"),
        (entry(id="x"), "/profiles/1/id"),
        ({"name": "Ada"}, "/profiles/1/id"),
        (entry(unknown=1), "/profiles/1/unknown"),
        (
            entry(barAdmissions=[{"jurisdiction": "NY", "year": "2010"}]),
            "/profiles/1/barAdmissions/0/year",
        ),
        (None, "/profiles/1"),
    ],
)
def test_one_fault_keeps_all_out(api: Api, people: People, faulty: object, pointer: str) -> None:
    known = a_profile(api, people)
    with nothing_written():
        answer = load(api, people, [entry(id=known, name="Bo"), faulty, entry()])
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_an_id_is_named_once(api: Api, people: People) -> None:
    first = entry()
    with nothing_written():
        for twin in (first, entry(id=first["id"].upper(), name="Bo")):
            answer = load(api, people, [first, entry(), twin])
            assert answer.status == 422
            assert all(e["pointer"].startswith("/profiles") for e in answer.json["errors"])


def test_1_to_500_profiles_are_imported(api: Api, people: People) -> None:
    with nothing_written():
        for profiles in ([], [entry() for _ in range(501)], None, entry(), "x"):
            assert load(api, people, profiles).status == 422
    answer = load(api, people, [entry() for _ in range(500)])
    assert answer.json == {"imported": 500, "warnings": []}
    assert count(Profile) == 500


def test_resumes_are_imported_and_what_they_lose_is_listed(api: Api, people: People) -> None:
    resume = {
        "id": str(uuid4()),
        "status": "active",
        "basics": {
            "name": "Ada Quill",
            "phone": "+1 555 010",
            "location": {"city": "Oslo", "countryCode": "NO"},
        },
        "work": [{"name": "Acme", "position": "Counsel", "startDate": "2015-03"}],
        "skills": [{"name": "licensing"}],
        "certificates": [{"name": "State Bar of New York", "date": "2016-01-01"}],
    }
    body = {"format": "jsonresume", "profiles": [resume]}
    answer = api.post("/admin/profiles/import", body, by=people.admin)
    assert (answer.status, answer.json) == (
        200,
        {
            "imported": 1,
            "unmapped": [{"pointer": "/profiles/0/basics/phone", "message": "is not kept"}],
            "warnings": [],
        },
    )
    stored = api.get(f"/admin/profiles/{resume['id']}", by=people.admin).json
    assert stored["location"] == "Oslo, Norway"
    assert stored["specializations"] == ["Licensing"]
    assert stored["barAdmissions"] == [{"jurisdiction": "New York", "year": 2016, "status": None}]
    assert stored["workHistory"][0]["employer"] == "Acme"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"format": "jsonresume", "profiles": [{"basics": {"name": "Ada"}}]}, "/profiles/0/id"),
        ({"format": "jsonresume", "profiles": [{"id": str(uuid4())}]}, "/profiles/0/name"),
        ({"format": "jsonresume", "profiles": ["Ada"]}, "/profiles/0"),
        ({"format": "jsonresume", "profiles": {}}, "/profiles"),
        ({"format": "europass", "profiles": [entry()]}, "/format"),
        ({"profiles": [{"id": str(uuid4()), "basics": {"name": "Ada"}}]}, "/profiles/0/basics"),
    ],
)
def test_a_resume_that_is_none_is_pointed_at(
    api: Api, people: People, body: dict[str, Any], pointer: str
) -> None:
    answer = api.post("/admin/profiles/import", body, by=people.admin)
    assert answer.status == 422
    assert pointer in [each["pointer"] for each in answer.json["errors"]]
    assert count(Profile) == 0
