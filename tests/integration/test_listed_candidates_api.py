"""A ranking with its candidates: what a row shows, by the rules of a run and without names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.given import a_match, a_profile, an_open_job
from tests.support.running import matches_of, run_matching

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

JOB: dict[str, Any] = {
    "requiredSpecializations": ["Trademarks", "Licensing"],
    "preferredSpecializations": ["Copyright"],
    "minimumExperience": 8,
    "preferredLocation": "Munich, Germany",
    "requiredBar": ["EPO", "California"],
    "requiredTechnicalDomains": ["Software"],
}
CANDIDATE: dict[str, Any] = {
    "name": "Ada Quill",
    "email": "ada@quill.example",
    "location": "Nuremberg, Germany",
    "specializations": ["Trademark Prosecution"],
    "technicalDomains": ["Software"],
    "barAdmissions": [
        {"jurisdiction": "EPO", "year": 2016, "status": "active"},
        {"jurisdiction": "California", "year": 2010, "status": "retired"},
    ],
    "workHistory": [
        {
            "employer": "Quire LLP",
            "title": "Associate at Quire LLP",
            "startDate": "2016-01",
            "endDate": "2019-12",
            "description": "For Ada Quill.",
        }
    ],
}


@pytest.fixture
def job(api: Api, people: People) -> str:
    return an_open_job(api, people.employer, **JOB)


@pytest.fixture
def profile(api: Api, people: People, job: str) -> str:
    profile = a_profile(api, people, **CANDIDATE)
    run_matching(job)
    return profile


def listed(api: Api, people: People, job: str, query: str = "") -> list[dict[str, Any]]:
    answer = api.get(f"/jobs/{job}/matches?include=candidate&{query}", by=people.employer)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def test_each_item_carries_the_candidate_of_its_own_route(
    api: Api, people: People, job: str, profile: str
) -> None:
    for _ in range(3):
        a_profile(api, people, **CANDIDATE)
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    run_matching(job)
    items = listed(api, people, job)
    assert len(items) == 4
    for item in items:
        path = f"/jobs/{job}/matches/{item['profileId']}"
        assert item["candidate"] == api.get(f"{path}/candidate", by=people.employer).json
        del item["candidate"]
        assert item == api.get(path, by=people.employer).json
    assert items == matches_of(api, job, people.employer)


def test_the_requirements_say_what_is_met_and_by_what(
    api: Api, people: People, job: str, profile: str
) -> None:
    (item,) = listed(api, people, job)
    said = [
        (each["field"], each["value"], each["state"], each["evidence"])
        for each in item["candidate"]["requirements"]
    ]
    place = item["subscores"]["locationMatch"]
    assert said == [
        ("requiredSpecializations", "Trademarks", "met", "Trademark Prosecution"),
        ("requiredSpecializations", "Licensing", "unmet", None),
        ("preferredSpecializations", "Copyright", "unmet", None),
        ("minimumExperience", "8 years", "partly", "4 years"),
        ("preferredLocation", "Munich, Germany", "partly", place["explanation"]),
        ("requiredBar", "European Patent Office", "met", "European Patent Office"),
        ("requiredBar", "California", "unmet", None),
        ("requiredTechnicalDomains", "Software", "met", "Software"),
    ]


def test_the_row_tells_years_bars_and_facts(
    api: Api, people: People, job: str, profile: str
) -> None:
    (item,) = listed(api, people, job)
    candidate = item["candidate"]
    assert candidate["yearsOfExperience"] == 4
    assert candidate["bars"] == ["European Patent Office"]
    assert candidate["topFacts"] == ["Trademark Prosecution", "Software"]
    assert candidate["location"] == "Nuremberg, Germany"
    explained = api.get(f"/admin/jobs/{job}/candidates/{profile}/explanation", by=people.admin)
    assert candidate["improvements"] == explained.json["improvements"]
    assert candidate["improvements"]


def test_what_a_profile_does_not_tell_is_unknown(api: Api, people: People, job: str) -> None:
    a_profile(
        api,
        people,
        specializations=["Licensing"],
        technicalDomains=["Software"],
        barAdmissions=[{"jurisdiction": "EPO"}],
    )
    run_matching(job)
    (item,) = listed(api, people, job)
    states = {each["field"]: each for each in item["candidate"]["requirements"]}
    for field in ("minimumExperience", "preferredLocation"):
        assert (states[field]["state"], states[field]["evidence"]) == ("unknown", None)
    assert item["candidate"]["yearsOfExperience"] is None


def test_nobody_is_named(api: Api, people: People, job: str, profile: str) -> None:
    answer = api.get(f"/jobs/{job}/matches?include=candidate", by=people.employer)
    for word in ("Quill", "quill", "Quire"):
        assert word not in answer.text


@pytest.mark.parametrize("status", ["closed", "archived"])
def test_of_a_job_that_is_over_the_candidates_are_null(
    api: Api, people: People, job: str, profile: str, status: str
) -> None:
    assert api.patch(f"/jobs/{job}", {"status": status}, by=people.employer).status == 200
    (item,) = listed(api, people, job)
    assert item["candidate"] is None
    path = f"/jobs/{job}/matches/{profile}/candidate"
    assert api.get(path, by=people.employer).status == 404


def test_pages_and_filters_hold(api: Api, people: People, job: str) -> None:
    ids = [a_match(api, people, job, score=score)["profileId"] for score in (90, 80, 70)]
    page = api.get(f"/jobs/{job}/matches?include=candidate&limit=2", by=people.employer).json
    rest = listed(api, people, job, f"limit=2&cursor={page['nextCursor']}")
    assert [item["profileId"] for item in (*page["items"], *rest)] == ids
    assert [item["profileId"] for item in listed(api, people, job, "minScore=80")] == ids[:2]
    assert api.get(f"/jobs/{job}/matches?include=job", by=people.employer).status == 422


def test_a_match_that_somebody_put_has_no_improvement_that_makes_it_worse(
    api: Api, people: People, job: str
) -> None:
    profile = a_match(api, people, job, score=40)["profileId"]
    put = api.get(f"/jobs/{job}/matches/{profile}", by=people.admin).json
    body = {name: put[name] for name in ("subscores", "summary")}
    body |= {"overallScore": 99, "recommendation": "Strong Match"}
    assert api.put(f"/admin/jobs/{job}/matches/{profile}", body, by=people.admin).status == 200
    (item,) = listed(api, people, job)
    assert item["candidate"]["improvements"] == []
