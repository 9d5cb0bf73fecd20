"""Which jobs are due for matching, and what is shown of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jobmatch.models import Job, JobStatus, MatchingStatus
from tests.support.given import a_draft, an_open_job
from tests.support.rows import change

if TYPE_CHECKING:
    import pytest

    from tests.support.api import Api
    from tests.support.people import People

PENDING, RUNNING, COMPLETED, FAILED = MatchingStatus
DUE: dict[str, dict[str, Any]] = {
    "pending": {"matching_status": PENDING},
    "pending although matched just now": {"matching_status": PENDING, "matched_at": 0},
    "pending whatever the back-off": {"matching_status": PENDING, "matching_retry_at": 1},
    "failed, back-off passed": {"matching_status": FAILED, "matching_retry_at": -0.01},
    "running without lease": {"matching_status": RUNNING, "matching_lease_until": None},
    "running, lease past": {"matching_status": RUNNING, "matching_lease_until": -0.01},
    "completed long ago": {"matching_status": COMPLETED, "matched_at": -7.01},
}
NOT_DUE: dict[str, dict[str, Any]] = {
    "failed, in back-off": {"matching_status": FAILED, "matching_retry_at": 0.01},
    "running": {"matching_status": RUNNING, "matching_lease_until": 0.01},
    "running since long": {
        "matching_status": RUNNING,
        "matching_lease_until": 0.01,
        "matched_at": -30,
    },
    "completed lately": {"matching_status": COMPLETED, "matched_at": -6.99},
    **{f"{status} and pending": {"status": status} for status in JobStatus if status != "open"},
}


def _columns(state: dict[str, Any]) -> dict[str, Any]:
    """Numbers are days from now."""
    now = datetime.now(UTC)
    return {
        name: now + timedelta(days=value) if isinstance(value, int | float) else value
        for name, value in state.items()
    }


def due(api: Api, people: People) -> list[Any]:
    items: list[Any] = api.get("/admin/jobs/due-for-matching", by=people.admin).json["items"]
    return items


def test_the_rule_of_what_is_due(api: Api, people: People) -> None:
    for name, state in (DUE | NOT_DUE).items():
        change(Job, an_open_job(api, people.employer, title=name), **_columns(state))
    assert [item["title"] for item in due(api, people)] == list(DUE)


def test_the_maximum_age_is_configurable(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = an_open_job(api, people.employer)
    change(Job, job, **_columns({"matching_status": COMPLETED, "matched_at": -2.5}))
    found = []
    for days in ("3", "2"):
        monkeypatch.setenv("MATCHING_MAXIMUM_AGE_DAYS", days)
        found.append([item["id"] for item in due(api, people)])
    assert found == [[], [job]]


def test_due_jobs_show_what_the_pre_filter_needs(api: Api, people: People) -> None:
    job = an_open_job(
        api,
        people.employer,
        description="Long.",
        minimumExperience=5,
        requiredBar=["NY"],
        preferredLocation="Remote",
    )
    shown = (
        *("id", "employerUserId", "title", "matchingStatus", "matchedAt"),
        *("requiredSpecializations", "preferredSpecializations", "minimumExperience"),
        *("preferredLocation", "requiredBar", "requiredTechnicalDomains"),
    )
    stored = api.get(f"/jobs/{job}", by=people.admin).json
    assert due(api, people) == [{name: stored[name] for name in shown}]


def test_due_jobs_come_oldest_first(api: Api, people: People) -> None:
    jobs = [an_open_job(api, who) for who in (people.employer, people.rival, people.employer)]
    a_draft(api, people.employer)
    change(Job, jobs[0], created_at=datetime.now(UTC))
    assert [item["id"] for item in due(api, people)] == [*jobs[1:], jobs[0]]
