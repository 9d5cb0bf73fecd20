"""How long a job has been due: by the database's clock, from the moment it became so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, text

from jobmatch.errors import FunctionFailedError
from jobmatch.models import JobBound
from jobmatch.postgres import connect
from tests.support.due import get_oldest_due_job_age
from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.logs import totals
from tests.support.rows import write
from tests.support.running import dispatch, run_matching, take_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

HOUR = 3600
AT_ONCE = pytest.approx(0, abs=30)
"""The test itself takes a moment; no cause here lies less than an hour back."""


def age() -> float:
    with connect() as connection:
        return get_oldest_due_job_age(connection)


def set_jobs(**values: str) -> None:
    """Set columns to SQL expressions."""
    assignments = ", ".join(f"{name} = {value}" for name, value in values.items())
    with connect() as connection:
        connection.execute(text(f"UPDATE jobs SET {assignments}"))  # noqa: S608 - our own text


def ago(hours: float) -> str:
    return f"now() - interval '{hours} hours'"


@pytest.fixture
def job(api: Api, people: People, cloud: Cloud) -> str:
    """An open job, created, changed and matched 100 hours ago."""
    job = an_open_job(api, people.employer)
    run_matching(*cloud.matching.take())
    set_jobs(**dict.fromkeys(("created_at", "updated_at", "matched_at"), ago(100)))
    set_jobs(matching_due_since=ago(100))
    return job


def test_the_schedule_tells_the_age_and_zero_where_nothing_is_due(
    job: str, capsys: pytest.CaptureFixture[str]
) -> None:
    dispatch()
    assert totals(capsys.readouterr().out)["OldestDueJobAge"] == 0
    set_jobs(matching_status="'pending'", matching_due_since=ago(2))
    dispatch()
    reported = totals(capsys.readouterr().out)["OldestDueJobAge"]
    assert reported == pytest.approx(2 * HOUR, abs=30)


def test_the_schedule_goes_by_the_age_that_the_settings_allow(
    job: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_MAXIMUM_AGE_DAYS", "4")
    assert dispatch()["queued"] == 1
    reported = totals(capsys.readouterr().out)["OldestDueJobAge"]
    assert reported == pytest.approx((100 - 4 * 24) * HOUR, abs=30)


def test_the_age_is_told_also_when_the_queue_is_away(
    job: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_jobs(matching_status="'pending'", matching_due_since=ago(2))
    monkeypatch.delenv("MATCHING_QUEUE_URL")
    with pytest.raises(FunctionFailedError):
        dispatch()
    assert totals(capsys.readouterr().out)["OldestDueJobAge"] > HOUR


@pytest.mark.parametrize(
    ("values", "hours"),
    [
        ({"matching_status": "'failed'", "matching_retry_at": ago(3)}, 3),
        ({"matching_status": "'failed'", "matching_retry_at": "'infinity'"}, 0),
        ({"matching_status": "'failed'", "matching_retry_at": ago(-1)}, 0),
        ({"matching_status": "'running'", "matching_lease_until": ago(4)}, 4),
        ({"matching_status": "'running'", "matching_lease_until": ago(-1)}, 0),
        ({"matching_status": "'completed'", "matched_at": ago(7 * 24 + 5)}, 5),
        ({"matching_status": "'completed'", "matched_at": ago(7 * 24 - 1)}, 0),
        ({"matching_status": "'pending'", "matching_due_since": ago(6)}, 6),
        ({"matching_status": "'pending'", "status": "'closed'"}, 0),
        ({"matching_status": "'pending'", "status": "'draft'"}, 0),
    ],
)
def test_the_age_counts_from_the_moment_that_made_it_due(
    job: str, values: dict[str, str], hours: int
) -> None:
    set_jobs(**values)
    assert age() == pytest.approx(hours * HOUR, abs=30)


def test_of_several_the_oldest_counts(api: Api, people: People, job: str) -> None:
    set_jobs(matching_status="'pending'", matching_due_since=ago(2))
    an_open_job(api, people.employer)
    assert age() == pytest.approx(2 * HOUR, abs=30)


def a_new_candidate(api: Api, people: People, _job: str) -> None:
    write(delete(JobBound))
    a_profile(api, people, specializations=["Licensing"])
    take_up()


CAUSES: dict[str, Callable[[Api, People, str], Any]] = {
    "requested": lambda api, people, job: api.post(
        f"/jobs/{job}/matching-runs", by=people.employer
    ),
    "changed": lambda api, people, job: api.patch(
        f"/jobs/{job}", {"minimumExperience": 1}, by=people.employer
    ),
    "invalidated": lambda api, people, job: api.delete(
        f"/admin/jobs/{job}/matches", by=people.admin
    ),
    "set by hand": lambda api, people, job: api.put(
        f"/admin/jobs/{job}/matching-status", {"matchingStatus": "pending"}, by=people.admin
    ),
    "set running by hand": lambda api, people, job: api.put(
        f"/admin/jobs/{job}/matching-status", {"matchingStatus": "running"}, by=people.admin
    ),
    "a new candidate, of a job that an older release has matched": a_new_candidate,
}
causes = pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)


@causes
def test_a_job_that_becomes_due_has_no_past(
    api: Api, people: People, job: str, cause: Callable[[Api, People, str], Any]
) -> None:
    cause(api, people, job)
    with connect() as connection:
        assert connection.scalar(text("SELECT matching_status <> 'completed' FROM jobs"))
    assert age() == AT_ONCE


@causes
def test_a_job_that_is_due_already_stays_due_since_then(
    api: Api, people: People, job: str, cause: Callable[[Api, People, str], Any]
) -> None:
    set_jobs(matching_status="'failed'", matching_retry_at=ago(3))
    cause(api, people, job)
    assert age() == pytest.approx(3 * HOUR, abs=30)


@causes
def test_a_job_whose_matching_is_too_old_stays_due_since_then(
    api: Api,
    people: People,
    job: str,
    cause: Callable[[Api, People, str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MATCHING_MAXIMUM_AGE_DAYS", "2")
    set_jobs(matched_at=ago(2 * 24 + 3))
    cause(api, people, job)
    assert age() == pytest.approx(3 * HOUR, abs=30)


def test_an_opened_draft_was_not_due_before(api: Api, people: People, cloud: Cloud) -> None:
    job = a_draft(api, people.employer, requiredSpecializations=["Licensing"])
    set_jobs(created_at=ago(50), matching_due_since=ago(50))
    assert age() == 0
    assert api.patch(f"/jobs/{job}", {"status": "open"}, by=people.employer).status == 200
    assert age() == AT_ONCE


def test_a_job_whose_candidates_changed_while_it_ran_is_due_since_the_run_ended(
    api: Api, people: People, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_jobs(matching_status="'pending'")
    with monkeypatch.context() as patch:
        from jobmatch.runs import service as run  # noqa: PLC0415 - only to be patched

        find = run.find_matches

        def find_and_change(claimed: Any) -> Any:
            a_profile(api, people, specializations=["Licensing"])
            take_up()
            return find(claimed)

        patch.setattr(run, "find_matches", find_and_change)
        run_matching(job)
    with connect() as connection:
        assert connection.scalar(text("SELECT matching_status FROM jobs")) == "pending"
    assert age() == AT_ONCE
