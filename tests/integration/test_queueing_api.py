"""What puts a job into the matching queue at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from jobmatch.models import Job, MatchingStatus
from jobmatch.rules.ranking import best_candidates
from jobmatch.runs import service as run
from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.rows import change
from tests.support.running import work

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobmatch.rules.ranking import Ranking
    from tests.support.api import Api
    from tests.support.cloud import Cloud, Queue
    from tests.support.people import People


def test_posting_queues_open_jobs_only(api: Api, people: People, queue: Queue) -> None:
    a_draft(api, people.employer, requiredSpecializations=["Licensing"])
    assert queue.take() == []
    job = an_open_job(api, people.employer)
    assert queue.take() == [UUID(job)]


def test_opening_and_changing_an_open_job_queue_it(api: Api, people: People, queue: Queue) -> None:
    job = a_draft(api, people.employer, requiredSpecializations=["Licensing"])

    def queued(**changes: object) -> list[UUID]:
        assert api.patch(f"/jobs/{job}", changes, by=people.employer).status == 200
        taken = queue.take()
        change(Job, job, matching_status=MatchingStatus.COMPLETED)
        return taken

    assert queued(minimumExperience=3) == []
    assert queued(status="open") == [UUID(job)]
    assert queued(title="Other") == []
    assert queued(minimumExperience=3) == []
    assert queued(minimumExperience=5) == [UUID(job)]
    assert queued(minimumExperience=6, status="closed") == []
    assert queued(status="open") == [UUID(job)]


def test_a_request_queues_the_job(api: Api, people: People, queue: Queue) -> None:
    job = an_open_job(api, people.employer)
    queue.take()
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    assert queue.take() == [UUID(job)]


CAUSES: dict[str, Callable[[Api, People, str, str], object]] = {
    "a request": lambda api, people, job, _: api.post(
        f"/jobs/{job}/matching-runs", by=people.employer
    ),
    "an edit": lambda api, people, job, _: api.patch(
        f"/jobs/{job}", {"minimumExperience": 9}, by=people.employer
    ),
    "a changed candidate": lambda api, people, _, profile: a_profile(
        api, people, profile, specializations=["Licensing", "Copyright"]
    ),
    "a deleted candidate": lambda api, people, _, profile: api.delete(
        f"/admin/profiles/{profile}", by=people.admin
    ),
}


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_what_becomes_due_during_a_run_is_matched_without_a_schedule(
    api: Api,
    people: People,
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
    cause: Callable[[Api, People, str, str], object],
) -> None:
    job = an_open_job(api, people.employer)
    profile = a_profile(api, people, specializations=["Licensing"])
    runs = []

    def ranking(*arguments: Any, **terms: Any) -> Ranking:
        found = best_candidates(*arguments, **terms)
        runs.append(found)
        if len(runs) == 1:
            cause(api, people, job, profile)
            # A message that comes during the run finds nothing to do.
            work(cloud)
        return found

    monkeypatch.setattr(run, "best_candidates", ranking)
    work(cloud)
    assert len(runs) == 2
    assert api.get(f"/jobs/{job}", by=people.employer).json["matchingStatus"] == "completed"


def test_a_refused_request_queues_nothing(api: Api, people: People, queue: Queue) -> None:
    job = a_draft(api, people.employer)
    opening = {"status": "open"}
    assert api.post("/jobs", {"title": "Counsel", **opening}, by=people.employer).status == 409
    assert api.patch(f"/jobs/{job}", opening, by=people.employer).status == 409
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 409
    assert api.post(f"/jobs/{job}/matching-runs", by=people.rival).status == 404
    assert queue.take() == []


@pytest.mark.parametrize("url", ["https://sqs.us-east-1.amazonaws.com/123456789012/gone", ""])
def test_without_the_queue_the_work_is_done_all_the_same(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("MATCHING_QUEUE_URL", url)
    job = an_open_job(api, people.employer)
    changed = api.patch(f"/jobs/{job}", {"minimumExperience": 5}, by=people.employer)
    assert changed.json["minimumExperience"] == 5
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    due = api.get("/admin/jobs/due-for-matching", by=people.admin).json["items"]
    assert [item["id"] for item in due] == [job]
