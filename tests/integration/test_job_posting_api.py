"""Jobs as schema.org's JobPosting, in and out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.given import an_open_job

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

EXPERIENCE = "/minimumExperience"
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
            "/minimumExperience",
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
