"""Importing profiles: all or none, or each that has no fault."""

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


def test_what_resumes_lose_is_listed_up_to_a_number(api: Api, people: People) -> None:
    lost = {f"x{number}": 1 for number in range(700)}
    resumes = [{"id": str(uuid4()), "basics": {"name": "Ada"}} | lost for _ in range(2)]
    body = {"format": "jsonresume", "profiles": resumes}
    answer = api.post("/admin/profiles/import", body, by=people.admin).json
    assert (answer["imported"], len(answer["unmapped"])) == (2, 1_000)
    assert answer["unmappedOmitted"] == 400


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"format": "jsonresume", "profiles": [{"basics": {"name": "Ada"}}]}, "/profiles/0/id"),
        ({"format": "jsonresume", "profiles": [{"id": str(uuid4())}]}, "/profiles/0/basics/name"),
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


def resume(**sections: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "status": "active", "basics": {"name": "Robin Field"}, **sections}


def load_resumes(api: Api, people: People, *resumes: object, **members: str) -> Answer:
    body = {"format": "jsonresume", "profiles": resumes, **members}
    return api.post("/admin/profiles/import", body, by=people.admin)


def test_each_good_one_is_stored_and_each_bad_one_refused(api: Api, people: People) -> None:
    good, twin = entry(), entry(specializations=["Zorbing"])
    sent = [
        good,
        entry(name=""),
        {**twin, "id": good["id"]},
        entry(userId=str(uuid4())),
        None,
        {"id": "x", "name": "Bo"},
        twin,
    ]
    body = {"mode": "each", "profiles": sent}
    answer = api.post("/admin/profiles/import", body, by=people.admin)
    assert (answer.status, answer.json["imported"]) == (200, 2)
    told = [
        (each["index"], each["id"], [error["pointer"] for error in each["errors"]])
        for each in answer.json["refused"]
    ]
    assert told == [
        (1, sent[1]["id"], ["/profiles/1/name"]),  # type: ignore[index]
        (2, good["id"], ["/profiles/2/id"]),
        (3, sent[3]["id"], ["/profiles/3/userId"]),  # type: ignore[index]
        (4, None, ["/profiles/4"]),
        (5, "x", ["/profiles/5/id"]),
    ]
    assert "/profiles/0" in answer.json["refused"][1]["errors"][0]["message"]
    # The pointers of warnings count those that were refused.
    pointers = [each["pointer"] for each in answer.json["warnings"]]
    assert pointers == ["/profiles/6/specializations/0"]
    assert count(Profile) == 2
    assert name_of(api, people, good["id"]) == "Ada Quill"


def test_each_may_refuse_all_and_none(api: Api, people: People) -> None:
    with nothing_written():
        answer = load_resumes(api, people, resume(basics={}), mode="each")
    assert (answer.status, answer.json["imported"], answer.json["unmapped"]) == (200, 0, [])
    assert [each["index"] for each in answer.json["refused"]] == [0]
    assert load_resumes(api, people, resume(), mode="each").json["refused"] == []
    assert "refused" not in load_resumes(api, people, resume()).json
    with nothing_written():
        assert load_resumes(api, people, mode="each").status == 422
        assert load_resumes(api, people, resume(), mode="some").status == 422


@pytest.mark.parametrize("mode", ["all", "each"])
def test_faults_of_a_resume_point_into_what_was_sent(api: Api, people: People, mode: str) -> None:
    work = [{"position": "Intern"}, {"company": "A", "position": "B", "start_date": "2" * 41}]
    bad = resume(work=work, basics={"full_name": 5, "email": "n/a"})
    answer = load_resumes(api, people, resume(), bad, mode=mode)
    errors = answer.json["errors"] if mode == "all" else answer.json["refused"][0]["errors"]
    assert [each["pointer"] for each in errors] == [
        "/profiles/1/basics/full_name",
        "/profiles/1/basics/email",
        "/profiles/1/work/1/start_date",
    ]
    assert count(Profile) == (1 if mode == "each" else 0)


@pytest.mark.parametrize("sections", [{"basics": {"name": "Ada"}, "work": []}, {"bio": {}}])
def test_a_resume_alone_is_told_the_right_form(
    api: Api, people: People, sections: dict[str, Any]
) -> None:
    answer = api.post("/admin/profiles/import", sections, by=people.admin)
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert error["pointer"] == ""
    assert '"format": "jsonresume", "profiles": [{"id": ' in error["message"]


def test_one_address_under_two_ids_is_a_warning_with_both(api: Api, people: People) -> None:
    known = a_profile(api, people, email="ada@quill.example")
    first, second = entry(email="ADA@quill.example"), entry(email="Ada@Quill.example")
    told = load(api, people, [first, entry(email="bo@quill.example"), second]).json["warnings"]
    assert [each["pointer"] for each in told] == ["/profiles/0/email", "/profiles/2/email"]
    for warning in told:
        assert all(each in warning["message"] for each in (known, first["id"], second["id"]))
    put = api.put(
        f"/admin/profiles/{known}", {"name": "Ada", "email": "ada@quill.example"}, by=people.admin
    )
    (warning,) = put.json["warnings"]
    assert warning["pointer"] == "/email"
    assert first["id"] in warning["message"]
    assert load(api, people, [entry(email="cy@quill.example")]).json["warnings"] == []


def test_a_position_from_before_1940_is_kept_and_warned_about(api: Api, people: People) -> None:
    sent = resume(work=[{"company": "Inkwell LLP", "position": "Clerk", "startDate": 1939}])
    (warning,) = load_resumes(api, people, sent).json["warnings"]
    assert warning["pointer"] == "/profiles/0/work/0/startDate"
    assert "before 1940" in warning["message"]
    stored = api.get(f"/admin/profiles/{sent['id']}", by=people.admin).json
    assert stored["workHistory"][0]["startDate"] == "1939"
