"""What the taking up of changes and others do to each other; each test names what it needs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from jobmatch.careers.dates import this_month
from jobmatch.changes import batches
from jobmatch.matches.service import insert_match
from jobmatch.models import JobMatch, MatchingRun, MatchingStatus, ProfileChange, Reserve
from jobmatch.permissions import SYSTEM
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.service import delete_profile, put_profiles
from jobmatch.runs.service import match_job
from jobmatch.shortlists import reserves
from tests.support import due
from tests.support.due import request_matching
from tests.support.postings import a_match, candidate, job_row, post_job

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from tests.support.cloud import Queue
    from tests.support.rivals import Rivals

NEAR: dict[str, Any] = {"location": "Munich, Germany"}
FAR: dict[str, Any] = {"location": "Oslo, Norway"}
FIRST = UUID(int=1)
"""Comes before all others who fit alike."""
take_up_batch = partial(due.take_up_batch, limit=1)


@pytest.fixture(autouse=True)
def _short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", "1")
    monkeypatch.setattr(reserves, "RESERVE", 2)


@pytest.fixture
def job(database: str, queue: Queue) -> UUID:
    with transaction() as connection:
        return post_job(connection, preferredLocation="Munich, Germany")


@pytest.fixture
def profiles(job: UUID) -> list[UUID]:
    """Five who fit alike, in order: one is shortlisted, two are in reserve."""
    known = sorted(uuid4() for _ in range(5))
    put(dict.fromkeys(known, NEAR))
    with connect() as connection:
        connection.execute(delete(ProfileChange))
    match(job)
    assert (shortlisted(job), reserved(job)) == (known[:1], known[1:3])
    return known


def put(bodies: dict[UUID, dict[str, Any]]) -> None:
    with transaction() as connection:
        put_profiles(
            connection,
            {key: candidate(**body) for key, body in bodies.items()},
            this_month=this_month(),
            aliases=None,
        )


def match(job: UUID) -> None:
    with transaction() as connection:
        request_matching(connection, job, viewer=SYSTEM)
    match_job(job)


def take_up() -> int:
    with transaction() as connection:
        return take_up_batch(connection).notes


def shortlisted(job: UUID) -> list[UUID]:
    return _ids(select(JobMatch.profile_id).where(JobMatch.job_id == job))


def reserved(job: UUID) -> list[UUID]:
    return _ids(select(Reserve.profile_id).where(Reserve.job_id == job))


def _ids(rows: Select[UUID]) -> list[UUID]:
    with connect() as connection:
        return sorted(connection.scalars(rows))


def status(job: UUID) -> MatchingStatus:
    with connect() as connection:
        matching: MatchingStatus = job_row(connection, job).matching_status
    return matching


def test_a_full_run_between_a_look_and_the_lock_is_left_alone(
    job: UUID, profiles: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Needs: a job that was matched since it was looked at is passed over. By the old bound, the
    # changed candidate would not belong into the list, where the run has rightly put them.
    put({profiles[0]: FAR, profiles[4]: FAR})
    lock_jobs = vars(batches)["lock_jobs"]

    def overtaken(connection: Connection, job_ids: Select[UUID]) -> None:
        monkeypatch.setattr(batches, "lock_jobs", lock_jobs)
        with transaction() as other:
            for each in profiles[1:4]:
                delete_profile(other, each)
        match(job)
        lock_jobs(connection, job_ids)

    monkeypatch.setattr(batches, "lock_jobs", overtaken)
    assert take_up() == 2
    assert (shortlisted(job), reserved(job)) == ([profiles[0]], [profiles[4]])


def test_two_who_take_up_changes_of_one_job_both_do(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: the lists are read after the job is locked.
    put({profiles[0]: FAR})
    with transaction() as connection:
        assert take_up_batch(connection).notes == 1
        put({FIRST: NEAR})
        second = rivals.blocked(take_up_batch)
    assert second.result().notes == 1
    assert (shortlisted(job), reserved(job)) == ([FIRST], profiles[1:3])


def test_one_who_would_move_up_and_is_deleted_leaves_the_place_to_the_next(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: the job is noted again where somebody who moves up is gone by then.
    put({profiles[0]: FAR})
    with transaction() as connection:
        delete_profile(connection, profiles[1])
        taken = rivals.blocked(take_up_batch)
    assert taken.result().notes == 1
    assert shortlisted(job) == []
    assert take_up() == 1
    assert (shortlisted(job), reserved(job)) == ([profiles[2]], [])


def test_a_deletion_of_who_moves_up_waits_and_finds_the_match(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: who moves up is share-locked.
    put({profiles[0]: FAR})
    with transaction() as connection:
        assert take_up_batch(connection).notes == 1
        deleted = rivals.blocked(delete_profile, profiles[1])
    deleted.result()
    assert take_up() == 1
    assert (shortlisted(job), reserved(job)) == ([profiles[2]], [])


def test_a_match_that_is_put_meanwhile_waits_and_is_replaced_by_a_full_run(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: insert_match waits for the job; and what was put is noticed with the next change.
    put({profiles[0]: FAR})
    with transaction() as connection:
        assert take_up_batch(connection).notes == 1
        inserted = rivals.blocked(insert_match, a_match(job, profiles[0], 99))
    assert inserted.result()
    put({profiles[1]: FAR})
    assert take_up() == 1
    assert status(job) is MatchingStatus.PENDING
    match_job(job)
    assert shortlisted(job) == [profiles[2]]


def test_a_job_that_is_edited_meanwhile_is_left_to_its_run(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: whether the job is still completed is judged after the wait.
    put({profiles[0]: FAR})
    with transaction() as connection:
        due.update_job_matching_status(connection, job, MatchingStatus.COMPLETED)
        taken = rivals.blocked(take_up_batch)
    assert (taken.result().notes, taken.result().jobs) == (1, 0)
    assert shortlisted(job) == profiles[:1]
    put({profiles[0]: NEAR})
    take_up()
    assert status(job) is MatchingStatus.PENDING


def test_a_run_that_takes_up_changes_is_not_a_full_one(job: UUID, profiles: list[UUID]) -> None:
    put({profiles[0]: FAR})
    take_up()
    with connect() as connection:
        runs = connection.execute(
            select(MatchingRun.takes_up, MatchingRun.scored, MatchingRun.passed).order_by(
                MatchingRun.started_at
            )
        ).all()
    assert [tuple(run) for run in runs] == [(False, 1, 5), (True, 1, 5)]
