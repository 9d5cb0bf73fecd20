"""Steering the matching of a job: set its status, ask for a run, forget its matches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from jobmatch.careers.dates import this_month
from jobmatch.models import Job, JobStatus, MatchingStatus
from jobmatch.postgres import connect, transaction
from jobmatch.runs.queries import complete_run
from tests.support.due import claim_job
from tests.support.given import a_draft, a_match, an_open_job
from tests.support.rows import change, job_row, nothing_written
from tests.support.running import found

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People

NOW = datetime.now(UTC)
LATER, BEFORE = NOW + timedelta(days=1), NOW - timedelta(days=1)


@pytest.fixture
def job(api: Api, people: People) -> str:
    return an_open_job(api, people.employer)


def read(api: Api, people: People, job: str) -> dict[str, Any]:
    answer: dict[str, Any] = api.get(f"/jobs/{job}", by=people.admin).json
    return answer


def due(api: Api, people: People) -> list[str]:
    items = api.get("/admin/jobs/due-for-matching", by=people.admin).json["items"]
    return [item["id"] for item in items]


@pytest.mark.parametrize("status", MatchingStatus)
def test_setting_the_matching_status_sets_nothing_else(
    api: Api, people: People, job: str, status: MatchingStatus
) -> None:
    a_match(api, people, job)
    run = {"matching_run_id": uuid4(), "matching_lease_until": LATER}
    change(Job, job, matching_status=MatchingStatus.RUNNING, matched_at=BEFORE, **run)
    before = read(api, people, job)
    path = f"/admin/jobs/{job}/matching-status"
    answer = api.put(path, {"matchingStatus": status}, by=people.admin)
    assert (answer.status, answer.text) == (204, "")
    after = read(api, people, job)
    assert after == before | {"matchingStatus": status, "matchedAt": after["matchedAt"]}
    matched_at = datetime.fromisoformat(after["matchedAt"])
    assert (matched_at > BEFORE) is (status == "completed")
    row = job_row(job)
    assert (row.matching_run_id, row.matching_lease_until) == (None, None)
    assert due(api, people) == ([] if status == "completed" else [job])
    assert len(api.get(f"/jobs/{job}/matches", by=people.employer).json["items"]) == 1


def test_only_the_four_matching_statuses_are_known(api: Api, people: People, job: str) -> None:
    with nothing_written():
        for body in ({}, *({"matchingStatus": each} for each in (None, "done", "PENDING", 1))):
            answer = api.put(f"/admin/jobs/{job}/matching-status", body, by=people.admin)
            assert answer.status == 422
            assert [error["pointer"] for error in answer.json["errors"]] == ["/matchingStatus"]


@pytest.mark.parametrize(
    ("state", "answered"),
    [
        ({"matching_status": MatchingStatus.PENDING}, "pending"),
        ({"matching_status": MatchingStatus.COMPLETED, "matched_at": NOW}, "pending"),
        ({"matching_status": MatchingStatus.FAILED, "matching_retry_at": LATER}, "pending"),
        ({"matching_status": MatchingStatus.RUNNING, "matching_lease_until": None}, "pending"),
        ({"matching_status": MatchingStatus.RUNNING, "matching_lease_until": BEFORE}, "pending"),
        ({"matching_status": MatchingStatus.RUNNING, "matching_lease_until": LATER}, "running"),
    ],
)
def test_a_request_returns_the_job_to_pending_unless_a_run_is_going(
    api: Api, people: People, job: str, state: dict[str, Any], answered: str
) -> None:
    run_id = uuid4()
    change(Job, job, matching_run_id=run_id, **state)
    before = read(api, people, job)
    answer = api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    assert answer.status == 202
    assert answer.json == {"jobId": job, "matchingStatus": answered}
    assert read(api, people, job) == before | {"matchingStatus": answered}
    assert due(api, people) == ([job] if answered == "pending" else [])
    assert (job_row(job).matching_run_id == run_id) is (answered == "running")


@pytest.mark.parametrize("requested", [False, True])
def test_a_request_during_a_run_lets_another_run_follow(
    api: Api, people: People, job: str, requested: bool
) -> None:
    with connect() as connection:
        run = claim_job(connection, UUID(job))
    assert run is not None
    if requested:
        assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    assert read(api, people, job)["matchingStatus"] == "running"
    with transaction() as connection:
        assert complete_run(connection, run, found(), this_month=this_month())
    assert read(api, people, job)["matchingStatus"] == ("pending" if requested else "completed")


@pytest.mark.parametrize("status", [status for status in JobStatus if status != "open"])
def test_only_an_open_job_is_matched(api: Api, people: People, status: JobStatus) -> None:
    job = a_draft(api, people.employer)
    change(Job, job, status=status, matching_status=MatchingStatus.COMPLETED)
    with nothing_written():
        for who in (people.employer, people.admin):
            assert api.post(f"/jobs/{job}/matching-runs", by=who).status == 409


def test_invalidating_deletes_the_jobs_matches_alone(api: Api, people: People, job: str) -> None:
    other = an_open_job(api, people.employer)
    for owner in (job, job, other):
        a_match(api, people, owner)
    run = {"matching_run_id": uuid4(), "matching_lease_until": LATER}
    for each in (job, other):
        change(Job, each, matching_status=MatchingStatus.RUNNING, **run)
    before = {each: read(api, people, each) for each in (job, other)}
    path = f"/admin/jobs/{job}/matches"
    answer = api.delete(path, by=people.admin)
    assert (answer.status, answer.json) == (200, {"deleted": 2})
    assert read(api, people, job) == before[job] | {"matchingStatus": "pending"}
    assert read(api, people, other) == before[other]
    assert job_row(job).matching_run_id is None
    assert api.delete(path, by=people.admin).json == {"deleted": 0}
    counts = {
        item["id"]: item["matchCount"]
        for item in api.get("/admin/jobs", by=people.admin).json["items"]
    }
    assert counts == {job: 0, other: 1}
