"""Jobs as schema.org's JobPosting, in and out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.given import an_open_job

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

EXPERIENCE = "/experienceRequirements/monthsOfExperience"
LD = {"Content-Type": "application/ld+json"}
POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Counsel",
    "skills": ["Licensing"],
    "experienceRequirements": {"monthsOfExperience": 60},
}


def test_a_posting_becomes_a_draft(api: Api, people: People) -> None:
    created = api.post("/jobs", POSTING, by=people.employer, headers=LD)
    assert created.status == 201, created.text
    job = api.get(created.headers["location"], by=people.employer).json
    assert (job["title"], job["status"], job["minimumExperience"]) == ("Counsel", "draft", 5)
    assert job["requiredSpecializations"] == ["Licensing"]


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({**POSTING, "@type": "Person"}, 422, "/@type"),
        ({**POSTING, "title": None}, 422, "/title"),
        (
            {**POSTING, "experienceRequirements": {"monthsOfExperience": 1e9}},
            422,
            EXPERIENCE,
        ),
        (
            {
                "@context": "https://schema.org",
                "@graph": [{"@type": "Thing"}, {**POSTING, "title": "x" * 300}],
            },
            422,
            "/@graph/1/title",
        ),
        ("{", 400, None),
        ('["a"]', 422, ""),
    ],
    ids=str,
)
def test_what_is_none_is_refused(
    api: Api, people: People, body: object, status: int, pointer: str | None
) -> None:
    answer = api.post("/jobs", body, by=people.employer, headers=LD)
    assert answer.status == status, answer.text
    if pointer is not None:
        assert [each["pointer"] for each in answer.json["errors"]] == [pointer]
    assert api.get("/admin/jobs", by=people.admin).json["items"] == []


def test_what_no_posting_can_say_is_a_fault_of_the_whole(api: Api, people: People) -> None:
    answer = api.post("/jobs", [POSTING], by=people.admin, headers=LD)
    (fault,) = answer.json["errors"]
    assert (answer.status, fault["pointer"]) == (422, "/0")
    assert fault["message"].startswith("employerUserId: ")
    key = LD | {"Idempotency-Key": "once"}
    assert api.post("/jobs", POSTING, by=people.employer, headers=key).status == 201
    other = POSTING | {"title": "Other"}
    (fault,) = api.post("/jobs", other, by=people.employer, headers=key).json["errors"]
    assert fault["pointer"] == "/headers/Idempotency-Key"


def test_only_jobs_are_posted_so(api: Api, people: People) -> None:
    job = an_open_job(api, people.employer)
    assert api.patch(f"/jobs/{job}", POSTING, by=people.employer, headers=LD).status == 415
    assert api.post("/jobs/preview-matches", POSTING, by=people.employer, headers=LD).status == 415


@pytest.mark.parametrize(
    ("accept", "is_posting"),
    [
        ("application/ld+json", True),
        ("Application/LD+JSON", True),
        ("application/ld+json, application/json;q=0.9", True),
        ("application/json, application/ld+json", False),
        ("application/ld+json;q=0.5, application/json", False),
        ("application/ld+json;q=0", False),
        ("*/*", False),
        ("text/html", False),
        (";;q=,,", False),
    ],
)
def test_the_caller_chooses_the_form(
    api: Api, people: People, accept: str, is_posting: bool
) -> None:
    job = an_open_job(api, people.employer, requiredSpecializations=["Licensing"])
    answer = api.get(f"/jobs/{job}", by=people.employer, headers={"Accept": accept})
    assert answer.status == 200
    assert answer.headers["vary"] == "Accept"
    read = json.loads(answer.text)
    assert ("@type" in read) is is_posting
    kind = "application/ld+json" if is_posting else "application/json"
    assert answer.headers["content-type"] == kind
    assert answer.headers["etag"] == ('"1-ld"' if is_posting else '"1"')
    # The version is the job's, whichever form it was read in.
    headers = {"If-Match": answer.headers["etag"]}
    change = {"title": "Senior counsel"}
    assert api.patch(f"/jobs/{job}", change, by=people.employer, headers=headers).status == 200
    assert api.patch(f"/jobs/{job}", change, by=people.employer, headers=headers).status == 412


def test_a_posting_of_somebody_elses_job_is_not_there(api: Api, people: People) -> None:
    job = an_open_job(api, people.employer)
    headers = {"Accept": "application/ld+json"}
    answer = api.get(f"/jobs/{job}", by=people.rival, headers=headers)
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"


LD_ANSWER = {"Accept": "application/ld+json"}


def posted(
    api: Api, people: People, body: object, status: int = 201, key: str | None = None
) -> Any:
    headers = LD | ({"Idempotency-Key": key} if key else {})
    answer = api.post("/jobs", body, by=people.employer, headers=headers)
    assert answer.status == status, answer.text
    return answer.json


def test_what_was_not_used_is_told_with_what_was_not_understood(api: Api, people: People) -> None:
    body = POSTING | {
        "skills": ["Licensing", {"name": "Juggling patent"}],
        "baseSalary": {"currency": "USD"},
        "jobLocation": "Nowhereville Heights",
        "experienceRequirements": {"monthsOfExperience": "60"},
    }
    warnings = posted(api, people, body)["warnings"]
    messages = {each["pointer"]: each["message"] for each in warnings}
    assert "no place" in messages["/baseSalary"]
    assert "Juggling patent" in messages["/skills/1/name"]
    assert "could not be resolved" in messages["/jobLocation"]
    assert "Fewer than" in messages["/skills/0"]
    assert "/experienceRequirements" not in " ".join(messages)
    (about_skill,) = (each for each in warnings if each["pointer"] == "/skills/1/name")
    assert about_skill["suggestions"]


def test_a_graph_or_a_list_is_taken(api: Api, people: People) -> None:
    assert posted(api, people, [POSTING])["id"]
    graph = {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, POSTING]}
    pointers = [each["pointer"] for each in posted(api, people, graph)["warnings"]]
    assert "/@graph/0" in pointers
    assert "/@graph/1/skills/0" in pointers


IDENTIFIER = {"@type": "PropertyValue", "name": "ATS", "value": 774}
IDENTIFIED = POSTING | {"identifier": IDENTIFIER}


def test_an_identifier_is_given_back_and_posted_once(api: Api, people: People) -> None:
    first = posted(api, people, IDENTIFIED)["id"]
    read = api.get(f"/jobs/{first}", by=people.employer, headers=LD_ANSWER)
    assert json.loads(read.text)["identifier"] == {**IDENTIFIER, "value": "774"}
    assert "identifier" not in api.get(f"/jobs/{first}", by=people.employer).json
    assert first in posted(api, people, IDENTIFIED, 409)["detail"]
    # Another's identifier, another system's and no identifier are others.
    assert api.post("/jobs", IDENTIFIED, by=people.rival, headers=LD).status == 201
    assert posted(api, people, IDENTIFIED | {"identifier": "774"})["id"] != first
    assert posted(api, people, POSTING)["id"] != posted(api, people, POSTING)["id"]


def test_what_is_archived_may_be_posted_again(api: Api, people: People) -> None:
    first = posted(api, people, IDENTIFIED)["id"]
    archived = api.patch(f"/jobs/{first}", {"status": "archived"}, by=people.employer)
    assert archived.status == 200
    second = posted(api, people, IDENTIFIED)["id"]
    brought_back = api.patch(f"/jobs/{first}", {"status": "closed"}, by=people.admin)
    assert brought_back.status == 409
    assert second in brought_back.json["detail"]
    assert api.patch(f"/jobs/{second}", {"status": "archived"}, by=people.employer).status == 200
    assert api.patch(f"/jobs/{first}", {"status": "closed"}, by=people.admin).status == 200


def test_a_repeat_with_a_key_is_no_second_posting(api: Api, people: People) -> None:
    first = posted(api, people, IDENTIFIED, key="once")["id"]
    assert posted(api, people, IDENTIFIED, key="once")["id"] == first
    posted(api, people, IDENTIFIED | {"identifier": "775"}, 422, key="once")


def test_what_was_read_can_be_posted_again(api: Api, people: People) -> None:
    fields = {
        "title": "Counsel",
        "description": "Join <Firm> now, a &amp; b\n\n  - it's  yours",
        "minimumExperience": 0,
        "requiredBar": ["Any US state", "Bar of nobody, ever"],
        "requiredSpecializations": ["Licensing", "Juggling"],
        "preferredLocation": "Remote - United States",
    }
    job = an_open_job(api, people.employer, **fields)
    document = api.get(f"/jobs/{job}", by=people.employer, headers=LD_ANSWER).text
    again = posted(api, people, json.loads(document))["id"]
    stored = [api.get(f"/jobs/{each}", by=people.employer).json for each in (job, again)]
    assert {name: stored[1][name] for name in fields} == {name: stored[0][name] for name in fields}
    assert stored[0]["description"] == fields["description"]
