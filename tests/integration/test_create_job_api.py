"""Posting a job: what is stored, for whom, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from jobmatch.models import Job, User, UserRole
from jobmatch.postgres import connect, transaction
from tests.support.given import a_draft, an_open_job
from tests.support.people import add_user
from tests.support.rows import change, count, nothing_written

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People, Person

LISTS = (
    "requiredSpecializations",
    "preferredSpecializations",
    "requiredBar",
    "requiredTechnicalDomains",
)
EMPTY = {
    "description": None,
    "minimumExperience": None,
    "preferredLocation": None,
    **dict.fromkeys(LISTS),
}


def email_of(person: Person) -> str:
    with connect() as connection:
        return str(
            connection.scalar(
                User.__table__.select().with_only_columns(User.email).where(User.id == person.id)
            )
        )


def test_a_job_is_read_back_with_exactly_its_fields(api: Api, people: People) -> None:
    created = api.post("/jobs", {"title": "  Patent counsel "}, by=people.employer)
    assert created.status == 201
    assert created.json == {"id": created.json["id"], "warnings": []}
    assert created.headers["location"] == f"/jobs/{created.json['id']}"
    job = api.get(created.headers["location"], by=people.employer).json
    at = datetime.fromisoformat(job["createdAt"])
    assert abs(datetime.now(at.tzinfo) - at) < timedelta(minutes=1)
    assert job == {
        "id": created.json["id"],
        "employerUserId": str(people.employer.id),
        "employerEmail": email_of(people.employer),
        "createdBy": str(people.employer.id),
        "title": "Patent counsel",
        "status": "draft",
        "matchingStatus": "pending",
        "createdAt": job["createdAt"],
        "updatedAt": job["createdAt"],
        "matchedAt": None,
        **EMPTY,
    }


def test_values_are_stored_by_their_labels(api: Api, people: People) -> None:
    job = an_open_job(
        api,
        people.employer,
        description="  Two lines\n of text. ",
        requiredSpecializations=[" ip   LICENSING", "  Space\u00a0Mining  "],
        preferredSpecializations=["TM Prosecution"],
        minimumExperience=0,
        preferredLocation=" München ,  Germany ",
        requiredBar=["epo", "n.y.", "Moon"],
        requiredTechnicalDomains=["mAbs"],
    )
    stored = api.get(f"/jobs/{job}", by=people.employer).json
    assert {name: stored[name] for name in EMPTY} == {
        "description": "Two lines\n of text.",
        "requiredSpecializations": ["Licensing", "Space\u00a0Mining"],
        "preferredSpecializations": ["Trademark Prosecution"],
        "minimumExperience": 0,
        "preferredLocation": "München ,  Germany",
        "requiredBar": ["European Patent Office", "New York", "Moon"],
        "requiredTechnicalDomains": ["Antibodies"],
    }
    assert stored["status"] == "open"


def test_blank_optional_text_is_null(api: Api, people: People) -> None:
    for blank in (None, "", " \t\n "):
        job = a_draft(api, people.employer, description=blank, preferredLocation=blank)
        stored = api.get(f"/jobs/{job}", by=people.employer).json
        assert (stored["description"], stored["preferredLocation"]) == (None, None)


def test_an_employer_may_name_itself_but_nobody_else(api: Api, people: People) -> None:
    own = a_draft(api, people.employer, employerUserId=str(people.employer.id).upper())
    job = api.get(f"/jobs/{own}", by=people.employer).json
    assert job["employerUserId"] == str(people.employer.id)
    with nothing_written():
        for other in (people.rival.id, people.admin.id, uuid4()):
            body = {"title": "Counsel", "employerUserId": str(other)}
            assert api.post("/jobs", body, by=people.employer).status == 403


def test_an_admin_posts_for_an_employer(api: Api, people: People) -> None:
    job = a_draft(api, people.admin, employerUserId=str(people.employer.id))
    stored = api.get(f"/jobs/{job}", by=people.employer).json
    assert stored["employerUserId"] == str(people.employer.id)
    assert stored["createdBy"] == str(people.admin.id)
    assert stored["employerEmail"] == email_of(people.employer)


def test_an_admin_must_name_an_active_employer(api: Api, people: People) -> None:
    change(User, people.rival.id, is_active=False)
    with transaction() as connection:
        candidate = add_user(connection, UserRole.CANDIDATE)
    with nothing_written():
        users = (people.admin.id, people.rival.id, candidate, uuid4())
        named: list[dict[str, Any]] = [
            {},
            {"employerUserId": None},
            *({"employerUserId": str(user)} for user in users),
        ]
        for employer in named:
            answer = api.post("/jobs", {"title": "Counsel", **employer}, by=people.admin)
            assert answer.status == 422, employer
            assert [error["pointer"] for error in answer.json["errors"]] == ["/employerUserId"]


def test_a_job_starts_as_draft_or_open(api: Api, people: People) -> None:
    for status in ("OPEN", "", None, "closed", "archived"):
        body = {"title": "Counsel", "status": status, "requiredSpecializations": ["Licensing"]}
        answer = api.post("/jobs", body, by=people.employer)
        assert answer.status == 422, status
        assert [error["pointer"] for error in answer.json["errors"]] == ["/status"]
    assert count(Job) == 0


def test_a_job_opens_only_with_a_required_specialization(api: Api, people: People) -> None:
    body = {"title": "Counsel", "preferredSpecializations": ["Licensing"], "requiredBar": ["NY"]}
    opened: dict[str, Any] = body | {"status": "open"}
    nones: list[dict[str, Any]] = [{}, {LISTS[0]: None}, {LISTS[0]: []}]
    for none in nones:
        assert api.post("/jobs", opened | none, by=people.employer).status == 409
    assert count(Job) == 0
    assert api.post("/jobs", body, by=people.employer).status == 201


def test_a_value_is_named_once(api: Api, people: People) -> None:
    for name in LISTS:
        for values in (["antibodies", "ANTIBODIES "], ["\uff31uantum law", "quantum  LAW "]):
            answer = api.post("/jobs", {"title": "Counsel", name: values}, by=people.employer)
            assert answer.status == 422, values
            (error,) = answer.json["errors"]
            assert error["pointer"] == f"/{name}"
            assert all(repr(value.strip()) in error["message"] for value in values)
    assert count(Job) == 0


def test_of_two_entries_with_the_same_terms_the_first_is_kept(api: Api, people: People) -> None:
    twins = {name: ["licensing", "IP Licensing"] for name in LISTS}
    twins |= {"requiredBar": ["NY", "New  York"], "requiredTechnicalDomains": ["mabs", "antibody"]}
    for name, values in twins.items():
        answer = api.post("/jobs", {"title": "Counsel", name: values}, by=people.employer)
        assert answer.status == 201, values
        said = [each["message"] for each in answer.json["warnings"] if each["pointer"][-1] == "1"]
        assert len(said) == 1
        assert all(value in said[0] for value in values)
        job = api.get(f"/jobs/{answer.json['id']}", by=people.employer).json
        assert len(job[name]) == 1
