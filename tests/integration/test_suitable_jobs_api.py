"""The jobs that suit a candidate: the rubric and the filters of a run, turned round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.running import run_matching

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


def path(profile: str) -> str:
    return f"/admin/profiles/{profile}/matches"


def test_open_jobs_are_listed_best_first_as_a_run_would_score_them(
    api: Api, people: People
) -> None:
    profile = a_profile(
        api,
        people,
        specializations=["Licensing", "Copyright"],
        location="Oslo, Norway",
        workHistory=[
            {"employer": "Acme", "title": "Counsel", "startDate": "2015-01", "endDate": "2018-12"}
        ],
    )
    fields: list[dict[str, Any]] = [
        {"requiredSpecializations": ["Licensing"]},
        {"requiredSpecializations": ["Licensing", "Art Law"], "minimumExperience": 8},
        {"requiredSpecializations": ["Copyright"], "preferredLocation": "Bergen, Norway"},
        {"requiredSpecializations": ["Copyright"], "preferredLocation": "Remote"},
    ]
    jobs = [an_open_job(api, people.employer, **each) for each in fields]
    an_open_job(api, people.employer, requiredSpecializations=["Art Law"])
    an_open_job(api, people.employer, requiredSpecializations=["Licensing"], requiredBar=["EPO"])
    a_draft(api, people.employer, requiredSpecializations=["Licensing"])
    listed = api.get(path(profile), by=people.admin).json
    expected = []
    for job in jobs:
        run_matching(job)
        match = api.get(f"/jobs/{job}/matches/{profile}", by=people.admin).json
        names = ("overallScore", "recommendation", "subscores", "summary")
        expected.append({"jobId": job} | {name: match[name] for name in names})
    expected.sort(key=lambda each: (-each["overallScore"], each["jobId"]))
    assert [
        {name: each[name] for name in each if name not in ("title", "employerUserId")}
        for each in listed["items"]
    ] == expected
    assert {each["employerUserId"] for each in listed["items"]} == {str(people.employer.id)}
    assert listed["nextCursor"] is None
    # Page by page it is the same list, ties included.
    items, query = [], "?limit=1"
    while query:
        page = api.get(path(profile) + query, by=people.admin).json
        items += page["items"]
        query = page["nextCursor"] and f"?limit=1&cursor={page['nextCursor']}"
    assert items == listed["items"]


def test_jobs_of_the_candidates_own_employer_are_left_out(api: Api, people: People) -> None:
    position = {"employer": "Lindqvist & Marrow", "title": "Counsel"}
    profile = a_profile(api, people, specializations=["Licensing"], workHistory=[position])
    an_open_job(api, people.employer, requiredSpecializations=["Licensing"])
    other = an_open_job(api, people.rival, requiredSpecializations=["Licensing"])
    items = api.get(path(profile), by=people.admin).json["items"]
    assert [each["jobId"] for each in items] == [other]


def test_who_is_not_active_suits_nothing_and_who_is_not_there_is_not_found(
    api: Api, people: People
) -> None:
    an_open_job(api, people.employer, requiredSpecializations=["Licensing"])
    profile = a_profile(api, people, specializations=["Licensing"], status="rejected")
    assert api.get(path(profile), by=people.admin).json == {"items": [], "nextCursor": None}
    assert api.get(path(str(uuid4())), by=people.admin).status == 404
    assert api.get(f"{path(profile)}?cursor=x", by=people.admin).status == 422
