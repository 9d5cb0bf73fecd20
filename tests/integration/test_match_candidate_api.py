"""The candidate of a match, as the employer sees them: what they can do, and not who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from jobmatch.models import Profile
from tests.support.given import a_profile, an_open_job
from tests.support.rows import change
from tests.support.running import matches_of, run_matching

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


def test_an_employer_sees_what_a_candidate_can_do_and_not_who_they_are(
    api: Api, people: People
) -> None:
    job = an_open_job(api, people.employer)
    profile = a_profile(
        api,
        people,
        name="Ada Quill",
        email="ada@quill.example",
        location="Oslo, Norway",
        specializations=["Licensing", "Quill law"],
        technicalDomains=["Software"],
        barAdmissions=[{"jurisdiction": "EPO", "year": 2016, "status": "active"}],
        workHistory=[
            {
                "employer": "Acme Devices, Inc.",
                "title": "Counsel at Acme Devices",
                "startDate": "2015-03",
                "endDate": "2017-02",
                "description": "Ask ada@quill.example",
            }
        ],
    )
    run_matching(job)
    path = f"/jobs/{job}/matches/{profile}/candidate"
    seen = api.get(path, by=people.employer)
    assert seen.json == {
        "profileId": profile,
        "location": "Oslo, Norway",
        "monthsOfExperience": 24,
        "specializations": ["Licensing", "[…] law"],
        "technicalDomains": ["Software"],
        "barAdmissions": [
            {"jurisdiction": "European Patent Office", "year": 2016, "status": "active"}
        ],
        "positions": [
            {"title": "Counsel at […]", "startDate": "2015-03", "endDate": "2017-02"},
        ],
        "yearsOfExperience": 2,
        "bars": ["European Patent Office"],
        "topFacts": ["Licensing", "[…] law", "Software"],
        "requirements": [
            {
                "field": "requiredSpecializations",
                "value": "Licensing",
                "state": "met",
                "evidence": "Licensing",
            }
        ],
        "improvements": [],
    }
    assert api.get(path, by=people.admin).json == seen.json
    assert api.get(path, by=people.rival).status == 404
    assert api.get(f"/jobs/{job}/matches/{uuid4()}/candidate", by=people.employer).status == 404


TELLING = "Zqname of Zqfirm, zqname at mail dot example, 555-0142"
"""Every field that may say who it is says it."""


def test_no_field_tells_who_it_is(api: Api, people: People) -> None:
    job = an_open_job(api, people.employer, preferredLocation="Bergen, Norway")
    fields = {
        "name": "Ada Zqname",
        "specializations": ["Licensing", f"licensing by {TELLING}"[:100]],
        "technicalDomains": [f"software {TELLING}"[:100]],
        "barAdmissions": [{"jurisdiction": f"EPO {TELLING}", "status": f"active {TELLING}"}],
        "workHistory": [
            {
                "employer": "Zqfirm & Lyle LLP",
                "title": TELLING,
                "startDate": "2015",
                "endDate": each,
            }
            for each in ("present (555-0142)", "until Zqname")
        ],
    }
    profiles = [
        a_profile(api, people, location=location, **fields)
        for location in (TELLING, f"Oslo, Norway ({TELLING})", "Zqname, Norway")
    ] + [a_profile(api, people, **fields) for _ in range(5)]
    run_matching(job)
    seen = [
        api.get(f"/jobs/{job}/matches/{profile}/candidate", by=people.employer).text
        for profile in profiles
    ]
    seen.append(api.get(f"/jobs/{job}/matches", by=people.employer).text)
    body = {"title": "Counsel", "requiredSpecializations": ["Licensing"], "preferredLocation": "EU"}
    seen.append(api.post("/jobs/preview-matches", body, by=people.employer).text)
    for text in seen:
        assert "Licensing" in text
        found = [word for word in ("zq", "0142", "mail", "example") if word in text.lower()]
        assert found == [], text


def test_who_is_no_match_is_not_seen(api: Api, people: People) -> None:
    job = an_open_job(api, people.employer)
    matched = a_profile(api, people, specializations=["Licensing"])
    other = a_profile(api, people, specializations=["Art Law"])
    run_matching(job)
    assert api.get(f"/jobs/{job}/matches/{other}/candidate", by=people.employer).status == 404
    position = {"employer": "Lindqvist & Marrow", "title": "Counsel"}
    a_profile(api, people, matched, specializations=["Licensing"], workHistory=[position])
    assert api.get(f"/jobs/{job}/matches/{matched}/candidate", by=people.employer).status == 404


@pytest.mark.parametrize("status", ["closed", "archived"])
def test_a_job_that_is_over_shows_matches_as_they_were_and_no_present_profile(
    api: Api, people: People, status: str
) -> None:
    job = an_open_job(api, people.employer, preferredLocation="Oslo, Norway")
    told = {"specializations": ["Licensing"], "location": "Oslo, Norway"}
    profile = a_profile(api, people, **told)
    run_matching(job)
    matches = matches_of(api, job, people.employer)
    assert api.patch(f"/jobs/{job}", {"status": status}, by=people.employer).status == 200
    a_profile(api, people, profile, **{**told, "location": "Bergen, Norway"})
    path = f"/jobs/{job}/matches/{profile}"
    for caller in (people.employer, people.admin):
        assert api.get(f"{path}/candidate", by=caller).status == 404
        assert api.get(path, by=caller).json == matches[0]
    assert matches_of(api, job, people.employer) == matches
    for reopened in ["closed", "open"][status == "closed" :]:
        moved = api.patch(f"/jobs/{job}", {"status": reopened}, by=people.admin)
        assert moved.status == 200, moved.text
    assert api.get(f"{path}/candidate", by=people.employer).json["location"] == "Bergen, Norway"


def test_what_another_system_leaves_out_of_a_position_is_unknown(api: Api, people: People) -> None:
    job = an_open_job(api, people.employer)
    profile = a_profile(api, people, specializations=["Licensing"])
    run_matching(job)
    change(Profile, profile, work_history=[{"employer": "Acme", "title": "Counsel"}])
    seen = api.get(f"/jobs/{job}/matches/{profile}/candidate", by=people.employer)
    assert seen.status == 200, seen.text
    assert seen.json["positions"] == [{"title": "Counsel", "startDate": None, "endDate": None}]
