"""What the lists of jobs show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import delete

from jobmatch.models import EmployerProfile, Job, JobStatus
from tests.support.given import a_draft, a_match, a_profile, an_open_job
from tests.support.rows import change, write

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


def test_an_employers_list_shows_its_own_jobs_newest_first(api: Api, people: People) -> None:
    older, newer = a_draft(api, people.employer), an_open_job(api, people.employer, title="New")
    a_draft(api, people.rival)
    for caller in (people.employer, people.admin):
        listed = api.get(f"/employers/{people.employer.id}/jobs", by=caller)
        assert listed.json["nextCursor"] is None
        assert [item["id"] for item in listed.json["items"]] == [newer, older]
    newest = listed.json["items"][0]
    shown = ("id", "title", "status", "matchingStatus", "createdAt", "updatedAt")
    job = api.get(f"/jobs/{newer}", by=people.employer).json
    assert newest == {name: job[name] for name in shown} | {"matchCount": 0}


def test_the_admins_list_shows_all_jobs_with_their_company(api: Api, people: People) -> None:
    older = a_draft(api, people.employer)
    newer = an_open_job(api, people.rival)
    write(delete(EmployerProfile).where(EmployerProfile.user_id == people.rival.id))
    listed = api.get("/admin/jobs", by=people.admin).json["items"]
    companies = [(item["id"], item["employerCompanyName"]) for item in listed]
    assert companies == [(newer, None), (older, "Lindqvist & Marrow LLP")]
    shown = ("id", "title", "status", "matchingStatus", "createdAt")
    job = api.get(f"/jobs/{newer}", by=people.admin).json
    computed = {"matchCount": 0, "employerCompanyName": None}
    assert listed[0] == {name: job[name] for name in shown} | computed


@pytest.mark.parametrize("whose", ["employer", "admin"])
def test_a_list_is_filtered_by_status(api: Api, people: People, whose: str) -> None:
    path = {"employer": f"/employers/{people.employer.id}/jobs", "admin": "/admin/jobs"}[whose]
    jobs = {status: [a_draft(api, people.employer) for _ in range(2)] for status in JobStatus}
    for status, job in ((status, job) for status, pair in jobs.items() for job in pair):
        change(Job, job, status=status)
    for status, pair in jobs.items():
        filtered = f"{path}?status={status}"
        first = api.get(f"{filtered}&limit=1", by=people.admin).json
        rest = api.get(f"{filtered}&cursor={first['nextCursor']}", by=people.admin).json
        assert [item["id"] for item in first["items"] + rest["items"]] == pair[::-1]


def test_counts_leave_out_candidates_who_are_not_active(api: Api, people: People) -> None:
    job, other = (an_open_job(api, people.employer) for _ in range(2))
    profiles = [a_profile(api, people) for _ in range(4)]
    for profile in profiles:
        a_match(api, people, job, profile)
    a_match(api, people, other, profiles[0])

    def counts(path: str) -> dict[str, int]:
        items = api.get(path, by=people.admin).json["items"]
        return {item["id"]: item["matchCount"] for item in items}

    lists = ("/admin/jobs", f"/employers/{people.employer.id}/jobs")
    assert [counts(path) for path in lists] == [{job: 4, other: 1}] * 2
    for profile, status in zip(profiles, ("rejected", "pending_review"), strict=False):
        a_profile(api, people, profile, status=status)
    assert [counts(path) for path in lists] == [{job: 2, other: 0}] * 2
    a_profile(api, people, profiles[0])
    assert [counts(path) for path in lists] == [{job: 3, other: 1}] * 2


def test_nobody_has_an_empty_list(api: Api, people: People) -> None:
    assert api.get(f"/employers/{people.employer.id}/jobs", by=people.employer).json["items"] == []
    assert api.get(f"/employers/{uuid4()}/jobs", by=people.admin).status == 404
