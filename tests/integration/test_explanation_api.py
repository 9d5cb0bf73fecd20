"""Why somebody is or is not among a job's matches, and what would change it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, update

from jobmatch.models import EmployerProfile, Profile
from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.rows import write
from tests.support.running import run_matching, take_up

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

WANTED = {
    "requiredSpecializations": ["Licensing", "Trade Secrets"],
    "minimumExperience": 10,
    "requiredTechnicalDomains": ["Software"],
    "requiredBar": ["EPO"],
    "preferredLocation": "Munich, Germany",
}
BASIS: dict[str, Any] = {
    "specializations": ["Licensing"],
    "technicalDomains": ["Software"],
    "barAdmissions": [{"jurisdiction": "EPO"}],
    "location": "Paris, France",
}


def explained(api: Api, people: People, job: str, profile: str) -> Any:
    path = f"/admin/jobs/{job}/candidates/{profile}/explanation"
    answer = api.get(path, by=people.admin)
    assert answer.status == 200, answer.text
    return answer.json


def codes(told: Any) -> list[str]:
    return [each["code"] for each in told["reasons"]]


def test_who_is_listed_has_a_rank_and_learns_what_would_raise_the_score(
    api: Api, people: People
) -> None:
    job = an_open_job(api, people.employer, **WANTED)
    start = f"{datetime.now(UTC).year - 4}-01"
    end = f"{datetime.now(UTC).year - 1}-12"
    worked = [{"employer": "Acme", "title": "Counsel", "startDate": start, "endDate": end}]
    better = a_profile(api, people, **BASIS | {"location": "Munich, Germany"})
    profile = a_profile(api, people, **BASIS, workHistory=worked)
    run_matching(job)
    told = explained(api, people, job, profile)
    assert (told["listed"], told["qualifies"], told["reasons"]) == (True, True, [])
    match = api.get(f"/jobs/{job}/matches/{profile}", by=people.admin).json
    assert told["assessment"] == {name: match[name] for name in told["assessment"]}
    assert (told["rank"], told["passed"], told["kept"]) == (2, 2, 500)
    assert explained(api, people, job, better)["rank"] == 1
    raised = {each["dimension"]: each for each in told["improvements"]}
    assert raised.keys() == {"specializationMatch", "experienceFit", "locationMatch"}
    score = told["assessment"]["overallScore"]
    assert raised["experienceFit"]["message"].startswith("With 6 years more of experience: ")
    better_by: dict[str, dict[str, Any]] = {
        "specializationMatch": {"specializations": ["Licensing", "Trade Secrets"]},
        "experienceFit": {"workHistory": [{**worked[0], "startDate": "1990"}]},
        "locationMatch": {"location": "Munich, Germany"},
    }
    for dimension, change in better_by.items():
        a_profile(api, people, profile, **{**BASIS, "workHistory": worked, **change})
        got = explained(api, people, job, profile)["assessment"]["overallScore"]
        assert got == raised[dimension]["overallScore"] > score


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"status": "rejected"}, ["not-active"]),
        ({"specializations": ["Art Law"]}, ["no-required-specialization"]),
        ({"barAdmissions": [{"jurisdiction": "EPO", "status": "lapsed"}]}, ["no-required-bar"]),
        ({"technicalDomains": []}, ["no-required-technical-domain"]),
        ({"email": "a@mail.lindqvist.example"}, ["address-of-employer"]),
        (
            {"workHistory": [{"employer": "LINDQVIST & MARROW", "title": "Counsel"}]},
            ["employed-by-employer"],
        ),
        (
            {"status": "pending_review", "technicalDomains": ["Optics"]},
            ["not-active", "no-required-technical-domain"],
        ),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else "",
)
def test_who_is_kept_out_learns_by_what(
    api: Api, people: People, change: dict[str, Any], reasons: list[str]
) -> None:
    job = an_open_job(api, people.employer, **WANTED)
    profile = a_profile(api, people, **{**BASIS, **change})
    run_matching(job)
    told = explained(api, people, job, profile)
    assert (told["listed"], told["qualifies"], told["rank"]) == (False, False, None)
    assert codes(told) == reasons
    assert all(each["message"] for each in told["reasons"])
    assert told["assessment"]["subscores"].keys() == {
        "specializationMatch",
        "experienceFit",
        "technicalBackground",
        "locationMatch",
        "barAdmissions",
    }


def test_who_is_not_taken_up_yet_is_told_so(api: Api, people: People) -> None:
    job = an_open_job(api, people.employer, **WANTED)
    run_matching(job)
    profile = a_profile(api, people, **BASIS)
    told = explained(api, people, job, profile)
    assert (told["listed"], told["qualifies"], told["rank"]) == (False, True, 1)
    assert codes(told) == ["not-matched-yet"]
    take_up()
    assert explained(api, people, job, profile)["listed"]


def test_the_number_that_is_kept_is_a_reason(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", "1")
    job = an_open_job(api, people.employer, **WANTED)
    a_profile(api, people, **BASIS | {"location": "Munich, Germany"})
    profile = a_profile(api, people, **BASIS)
    run_matching(job)
    told = explained(api, people, job, profile)
    assert (told["rank"], told["passed"], told["kept"]) == (2, 2, 1)
    assert told["reasons"] == [
        {
            "code": "beyond-limit",
            "message": "The candidate is number 2 of those who pass; the best 1 are shortlisted.",
        }
    ]


def test_a_job_that_is_not_open_lists_nobody_anew(api: Api, people: People) -> None:
    draft = a_draft(api, people.employer, **WANTED)
    told = explained(api, people, draft, a_profile(api, people, **BASIS))
    assert (told["listed"], told["qualifies"], told["rank"]) == (False, False, 1)
    assert codes(told) == ["job-not-open"]


def test_rows_that_were_written_past_the_api_are_a_reason(api: Api, people: People) -> None:
    job = an_open_job(api, people.employer, **WANTED)
    stranger = uuid4()
    write(insert(Profile).values(id=stranger, name="Ada Quill", status="active"))
    told = explained(api, people, job, str(stranger))
    assert codes(told) == ["not-indexed"]
    assert (told["assessment"], told["improvements"]) == (None, [])
    profile = a_profile(api, people, **BASIS)
    run_matching(job)
    renamed = update(EmployerProfile).where(EmployerProfile.user_id == people.employer.id)
    write(renamed.values(company_name="Renamed LLP"))
    told = explained(api, people, job, profile)
    assert (told["listed"], told["qualifies"]) == (False, True)
    assert codes(told) == ["employer-not-indexed"]
