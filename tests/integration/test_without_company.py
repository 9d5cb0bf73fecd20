"""An employer without a company sees nobody, and is told why, until there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, insert, select

from jobmatch.models import EmployerProfile, Notification, UserRole
from jobmatch.postgres import connect, transaction
from tests.support.given import a_match, a_profile, an_open_job
from tests.support.people import Person
from tests.support.postings import hire
from tests.support.rows import write
from tests.support.running import dispatch, matches_of, run_matching, runs_of, work

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

FITTING: dict[str, Any] = {"specializations": ["Licensing"]}
COLLEAGUE = FITTING | {"workHistory": [{"employer": "Tarn Peak LLP", "title": "Counsel"}]}
WANTED = {"requiredSpecializations": ["Licensing"]}
WARNING = {
    "pointer": "",
    "message": "The employer has no company profile: until there is one, nobody is shown.",
    "suggestions": [],
}
# The second has nothing that could be compared with where somebody works.
NO_COMPANIES = {"no company": None, "one without a visible name": "\u200b"}


@pytest.fixture(params=NO_COMPANIES.values(), ids=[*NO_COMPANIES])
def stranger(request: pytest.FixtureRequest, api: Api, people: People) -> Person:
    """An employer whom another system has created, and ten candidates, five of them colleagues."""
    for number in range(10):
        a_profile(api, people, **(FITTING if number % 2 else COLLEAGUE))
    with transaction() as connection:
        employer = Person(hire(connection, None), UserRole.EMPLOYER)
    if request.param:
        create_company(employer, request.param)
        dispatch()
    return employer


def create_company(employer: Person, name: str) -> None:
    """Write a company as another system does: without features."""
    write(delete(EmployerProfile).where(EmployerProfile.user_id == employer.id))
    write(insert(EmployerProfile).values(user_id=employer.id, company_name=name))


def test_nobody_is_in_any_read_even_if_stored(
    api: Api, people: People, stranger: Person, cloud: Cloud
) -> None:
    job = an_open_job(api, stranger, **WANTED)
    stored = a_profile(api, people, **FITTING)
    path = f"/admin/jobs/{job}/matches/{stored}"
    body = a_match(api, people, an_open_job(api, people.rival, **WANTED))
    named = ("overallScore", "subscores", "summary", "recommendation")
    api.put(path, {name: body[name] for name in named}, by=people.admin)
    for by in (stranger, people.admin):
        assert matches_of(api, job, by) == []
        assert api.get(f"/jobs/{job}/matches/{stored}", by=by).status == 404
        assert api.get(f"/jobs/{job}/matches/{stored}/candidate", by=by).status == 404
        items = api.get(f"/employers/{stranger.id}/jobs", by=by).json["items"]
        assert [item["matchCount"] for item in items] == [0]
    unnotified = api.get(f"/admin/jobs/{job}/unnotified-matches", by=people.admin)
    assert unnotified.json["items"] == []
    suitable = api.get(f"/admin/profiles/{stored}/matches", by=people.admin).json["items"]
    assert job not in [item["jobId"] for item in suitable]
    work(cloud)
    with connect() as connection:
        of_job = select(func.count()).where(Notification.job_id == job)
        assert connection.scalar(of_job) == 0


def test_a_run_ranks_nobody_and_the_explanation_says_why(
    api: Api, people: People, stranger: Person
) -> None:
    job = an_open_job(api, stranger, **WANTED)
    profile = a_profile(api, people, **FITTING)
    run_matching(job)
    (run,) = runs_of(api, job, stranger)
    assert (run["outcome"], run["passed"], run["kept"]) == ("completed", 0, 0)
    path = f"/admin/jobs/{job}/candidates/{profile}/explanation"
    told = api.get(path, by=people.admin).json
    assert [reason["code"] for reason in told["reasons"]] == ["employer-without-company"]
    shown = {name: told[name] for name in ("listed", "qualifies", "rank", "passed")}
    assert shown == {"listed": False, "qualifies": False, "rank": None, "passed": 0}


def test_a_preview_counts_nobody_and_says_why(api: Api, stranger: Person) -> None:
    preview = api.post("/jobs/preview-matches", {"title": "Counsel", **WANTED}, by=stranger)
    few = "fewer than 5"
    assert preview.json == {
        "candidates": few,
        "filters": [{"field": "requiredSpecializations", "passed": few, "passedWithout": few}],
        "passed": few,
        "best": [],
        "warnings": preview.json["warnings"],
    }
    assert preview.json["warnings"][0] == WARNING


def test_who_posts_or_changes_a_job_is_told(api: Api, people: People, stranger: Person) -> None:
    typed = {"title": "Counsel", "requiredSpecializations": ["Lisensing"]}
    headers = {"idempotency-key": "1"}
    for _ in range(2):
        posted = api.post("/jobs", typed, by=stranger, headers=headers)
        assert [each["pointer"] for each in posted.json["warnings"]] == [
            "",
            "/requiredSpecializations/0",
        ]
        assert posted.json["warnings"][0] == WARNING
    for body in ({"title": "Chief counsel"}, {"title": "Chief counsel"}):
        for by in (stranger, people.admin):
            changed = api.patch(f"/jobs/{posted.json['id']}", body, by=by)
            assert changed.json["warnings"] == [WARNING]
    for_them = {"title": "Counsel", "employerUserId": str(stranger.id)}
    assert api.post("/jobs", for_them, by=people.admin).json["warnings"] == [WARNING]
    assert api.post("/jobs", {"title": "Counsel"}, by=people.employer).json["warnings"] == []


def test_with_a_company_the_others_come_with_the_next_schedule(
    api: Api, stranger: Person, cloud: Cloud
) -> None:
    job = an_open_job(api, stranger, **WANTED)
    work(cloud)
    assert matches_of(api, job, stranger) == []
    create_company(stranger, "Tarn Peak LLP")
    dispatch()
    work(cloud)
    assert len(matches_of(api, job, stranger)) == 5
