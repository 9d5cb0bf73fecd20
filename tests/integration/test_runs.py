"""Which jobs are due, and how a run begins and ends. One transaction each: now() stands still."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from jobmatch.careers.dates import this_month
from jobmatch.errors import ConflictError, NotFoundError
from jobmatch.matches.service import insert_match
from jobmatch.models import MatchingStatus, RunOutcome, UserRole
from jobmatch.permissions import SYSTEM, Caller
from jobmatch.profiles.service import put_profiles
from jobmatch.runs.failures import fail_run
from jobmatch.runs.history import get_matching_runs
from jobmatch.runs.queries import complete_run
from jobmatch.wording.queries import matching_version
from tests.support.due import (
    claim_job,
    get_open_jobs_for_matching,
    request_matching,
    take_up_batch,
    update_job_matching_status,
)
from tests.support.postings import (
    a_match,
    candidate,
    change_job,
    hire,
    job_row,
    match_rows,
    post_job,
    put_candidates,
    set_job,
)
from tests.support.running import found
from tests.support.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy import Connection

    from jobmatch.shortlists.storing import Run

NOW = func.now()
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def job(connection: Connection) -> UUID:
    return post_job(connection)


def claim(connection: Connection, job_id: UUID, lease: timedelta = DEFAULTS.matching_lease) -> Run:
    run = claim_job(connection, job_id, lease=lease)
    assert run is not None
    return run


@pytest.mark.parametrize(
    ("due", "columns"),
    [
        (True, {"matching_status": "pending"}),
        (False, {"matching_status": "pending", "status": "draft"}),
        (False, {"matching_status": "pending", "status": "closed"}),
        (False, {"matching_status": "pending", "status": "archived"}),
        (True, {"matching_status": "failed", "matching_retry_at": NOW}),
        (False, {"matching_status": "failed", "matching_retry_at": NOW + SECOND}),
        (True, {"matching_status": "running", "matching_lease_until": None}),
        (True, {"matching_status": "running", "matching_lease_until": NOW}),
        (False, {"matching_status": "running", "matching_lease_until": NOW + SECOND}),
        (False, {"matching_status": "completed", "matched_at": NOW}),
        (False, {"matching_status": "completed", "matched_at": NOW - 7 * DAY + SECOND}),
        (True, {"matching_status": "completed", "matched_at": NOW - 7 * DAY}),
        (False, {"matching_status": "completed", "matched_at": NOW - 8 * DAY, "status": "closed"}),
    ],
)
def test_the_jobs_that_are_due_are_listed_and_claimed(
    connection: Connection, job: UUID, due: bool, columns: dict[str, Any]
) -> None:
    set_job(connection, job, **columns)
    assert [each.id for each in get_open_jobs_for_matching(connection)] == [job] * due
    assert (claim_job(connection, job) is not None) is due


def test_a_matching_is_due_again_at_the_maximum_age(connection: Connection, job: UUID) -> None:
    set_job(connection, job, matching_status="completed", matched_at=NOW - 2 * DAY)
    assert claim_job(connection, job, maximum_age=3 * DAY) is None
    assert claim_job(connection, job, maximum_age=2 * DAY) is not None


def test_a_claim_takes_the_job_for_the_time_of_the_lease(connection: Connection, job: UUID) -> None:
    run = claim(connection, job, lease=33 * SECOND)
    row = job_row(connection, job)
    assert (row.matching_status, row.matching_run_id) == ("running", run.run_id)
    assert row.matching_lease_until - connection.scalar(NOW) == timedelta(seconds=33)
    assert claim_job(connection, job) is None


def test_a_completed_run_leaves_its_matches_and_nothing_of_a_failure(
    connection: Connection, job: UUID
) -> None:
    kept, dropped = put_candidates(connection, {}, {})
    insert_match(connection, a_match(job, dropped))
    fail_run(connection, claim(connection, job), "Away.")
    set_job(connection, job, matching_retry_at=NOW)
    before = job_row(connection, job)
    assert complete_run(
        connection, claim(connection, job), found(a_match(job, kept)), this_month=this_month()
    )
    assert [row.profile_id for row in match_rows(connection, job)] == [kept]
    assert job_row(connection, job)._mapping == {
        **before._mapping,
        "matching_status": "completed",
        "matched_at": connection.scalar(NOW),
        "matching_version": matching_version(),
        "matching_failures": 0,
        "matching_retry_at": None,
        "last_error": None,
    }


@pytest.mark.parametrize(
    ("columns", "answer"),
    [
        ({"matching_status": "pending"}, "pending"),
        ({"matching_status": "completed", "matched_at": NOW}, "pending"),
        (
            {"matching_status": "failed", "matching_retry_at": NOW + HOUR, "matching_failures": 4},
            "pending",
        ),
        ({"matching_status": "running", "matching_lease_until": NOW + HOUR}, "running"),
        ({"matching_status": "running", "matching_lease_until": NOW}, "pending"),
    ],
)
def test_a_request_returns_the_job_to_pending_unless_a_run_is_going(
    connection: Connection, job: UUID, columns: dict[str, Any], answer: str
) -> None:
    set_job(connection, job, **columns)
    requested = request_matching(connection, job, viewer=SYSTEM)
    assert (requested.job_id, requested.matching_status) == (job, answer)
    assert job_row(connection, job).matching_status == answer
    assert (claim_job(connection, job) is not None) is (answer == "pending")


def test_a_request_over_a_dead_run_shuts_that_run_out(connection: Connection, job: UUID) -> None:
    dead = claim(connection, job)
    set_job(connection, job, matching_lease_until=NOW)
    request_matching(connection, job, viewer=SYSTEM)
    assert not complete_run(connection, dead, found(), this_month=this_month())


@pytest.mark.parametrize("status", ["draft", "closed", "archived"])
def test_only_an_open_job_is_matched_on_request(
    connection: Connection, job: UUID, status: str
) -> None:
    set_job(connection, job, status=status)
    before = job_row(connection, job)
    with pytest.raises(ConflictError):
        request_matching(connection, job, viewer=SYSTEM)
    stranger = Caller(hire(connection), frozenset({UserRole.EMPLOYER}))
    with pytest.raises(NotFoundError):
        request_matching(connection, job, viewer=stranger)
    assert job_row(connection, job) == before


@pytest.mark.parametrize(
    "cause",
    [
        pytest.param(lambda c, j, _: request_matching(c, j, viewer=SYSTEM), id="request"),
        pytest.param(
            lambda c, _, profile: (
                put_profiles(
                    c,
                    {profile: candidate(location="Oslo, Norway")},
                    this_month=this_month(),
                    aliases=None,
                ),
                take_up_batch(c),
            ),
            id="changed profile",
        ),
    ],
)
def test_what_comes_up_during_a_run_brings_another_run(
    connection: Connection, job: UUID, cause: Callable[[Connection, UUID, UUID], object]
) -> None:
    (profile,) = put_candidates(connection, {})
    run = claim(connection, job)
    cause(connection, job, profile)
    assert complete_run(connection, run, found(a_match(job, profile)), this_month=this_month())
    row = job_row(connection, job)
    assert (row.matching_status, row.matched_at) == ("pending", connection.scalar(NOW))
    assert complete_run(connection, claim(connection, job), found(), this_month=this_month())
    assert job_row(connection, job).matching_status == "completed"


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Senior Counsel"},
        {"description": "By the sea."},
        {"requiredSpecializations": ["IP licensing"]},
        {"requiredBar": []},
        {"minimumExperience": None},
    ],
)
def test_a_run_is_not_disturbed_by_a_change_that_it_does_not_read(
    connection: Connection, job: UUID, change: dict[str, Any]
) -> None:
    run = claim(connection, job)
    change_job(connection, job, **change)
    assert complete_run(connection, run, found(), this_month=this_month())
    assert job_row(connection, job).matching_status == "completed"


@pytest.mark.parametrize(
    ("earlier", "minutes"),
    [(0, 1), (1, 2), (2, 4), (3, 8)],
)
def test_attempts_after_failures_are_put_off_twice_as_long_each_time(
    connection: Connection, job: UUID, earlier: int, minutes: int
) -> None:
    set_job(connection, job, matching_failures=earlier)
    fail_run(connection, claim(connection, job), "Away.")
    row = job_row(connection, job)
    assert row.matching_retry_at - connection.scalar(NOW) == timedelta(minutes=minutes)
    assert (row.matching_status, row.matching_failures) == ("failed", earlier + 1)
    assert (row.matching_run_id, row.last_error) == (None, "Away.")
    assert claim_job(connection, job) is None


@pytest.mark.parametrize("earlier", [4, 1999])
def test_after_the_fifth_failure_in_a_row_a_job_is_due_only_when_asked_for(
    connection: Connection, job: UUID, earlier: int
) -> None:
    set_job(connection, job, matching_failures=earlier)
    assert fail_run(connection, claim(connection, job), "Away.") == earlier + 1
    set_job(connection, job, matched_at=func.now() - 400 * DAY)
    assert claim_job(connection, job) is None
    request_matching(connection, job, viewer=SYSTEM)
    assert fail_run(connection, claim(connection, job), "Away.") == 1


@pytest.mark.parametrize("status", MatchingStatus)
def test_setting_the_matching_status_ends_the_lease_and_touches_little_else(
    connection: Connection, job: UUID, status: MatchingStatus
) -> None:
    run = claim(connection, job)
    now = connection.execute(select(NOW)).scalar_one()
    long_ago = now - DAY
    set_job(connection, job, updated_at=long_ago, matched_at=long_ago)
    before = job_row(connection, job)
    update_job_matching_status(connection, job, status)
    row = job_row(connection, job)
    completed = status is MatchingStatus.COMPLETED
    assert (row.matching_status, row.matching_lease_until) == (status, None)
    assert row.matched_at == (now if completed else long_ago)
    public = [name for name in row._fields if not name.startswith(("matching_", "matched_"))]
    assert [getattr(row, name) for name in public] == [getattr(before, name) for name in public]
    assert not complete_run(connection, run, found(), this_month=this_month())
    assert (claim_job(connection, job) is not None) is not completed


def test_the_matching_status_of_no_job_cannot_be_set(connection: Connection, job: UUID) -> None:
    with pytest.raises(NotFoundError):
        update_job_matching_status(connection, hire(connection), MatchingStatus.PENDING)


def test_a_run_whose_completion_was_not_answered_stays_complete(
    connection: Connection, job: UUID
) -> None:
    run = claim(connection, job)
    assert complete_run(connection, run, found(), this_month=this_month()) is not None
    # The worker took the broken connection for a failure.
    assert fail_run(connection, run, "InterfaceError") is None
    (noted,) = get_matching_runs(connection, job, viewer=SYSTEM)
    assert noted.outcome is RunOutcome.COMPLETED
    assert job_row(connection, job).matching_status is MatchingStatus.COMPLETED
