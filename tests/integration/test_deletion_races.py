"""What the deletion of a candidate and others do to each other; each test names what it needs.

In most of them the deletion has locked the candidate, somebody else comes, and the deletion goes
on to the jobs: whoever has a job by then, and waits for the candidate, deadlocks with it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from jobmatch.careers.dates import this_month
from jobmatch.errors import NotFoundError
from jobmatch.matches.service import insert_match, mark_matches_notified, mark_told
from jobmatch.models import (
    JobMatch,
    MatchingStatus,
    Profile,
    ProfileChange,
    ProfileFeatures,
    ToldMatch,
)
from jobmatch.permissions.locks import ids, lock_jobs
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.service import delete_profile, put_profiles
from jobmatch.runs.queries import complete_run
from tests.support.due import claim_job, take_up_batch
from tests.support.postings import a_match, candidate, job_row, match_rows, post_job
from tests.support.rows import count
from tests.support.running import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from jobmatch.shortlists.storing import Run
    from tests.support.rivals import Rivals


@pytest.fixture
def job(database: str) -> UUID:
    with transaction() as connection:
        return post_job(connection)


@pytest.fixture
def profiles(job: UUID) -> list[UUID]:
    """Three candidates in the order of their ids; the job has a match with each."""
    known = sorted(uuid4() for _ in range(3))
    with transaction() as connection:
        put_profiles(
            connection, {each: candidate() for each in known}, this_month=this_month(), aliases=None
        )
        for each in known:
            insert_match(connection, a_match(job, each))
        connection.execute(delete(ProfileChange))
    return known


@contextmanager
def being_deleted(profile: UUID) -> Iterator[Connection]:
    """A deletion that has come as far as to lock the candidate; it goes on after the block."""
    with transaction() as connection:
        connection.execute(select(Profile.id).where(Profile.id == profile).with_for_update())
        yield connection
        delete_profile(connection, profile)


def run_on(job: UUID) -> Run:
    with transaction() as connection:
        run = claim_job(connection, job)
    assert run is not None
    return run


def with_match(job: UUID) -> list[UUID]:
    with connect() as connection:
        return [row.profile_id for row in match_rows(connection, job)]


def status(job: UUID) -> MatchingStatus:
    with connect() as connection:
        matching: MatchingStatus = job_row(connection, job).matching_status
    return matching


def test_a_run_that_scored_a_candidate_before_their_deletion_completes_without_them(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: complete_run keeps its candidates before it locks the job, and passes over who is gone.
    run = run_on(job)
    result = found(*(a_match(job, each, 90) for each in profiles))
    with being_deleted(profiles[1]):
        completed = rivals.blocked(complete_run, run, result, this_month=this_month())
    assert completed.result() is not None
    assert with_match(job) == [profiles[0], profiles[2]]
    # Needs: a run that stored fewer than it keeps leaves its job due, so that the place is filled.
    assert status(job) is MatchingStatus.PENDING


def test_a_run_that_reuses_the_match_of_a_deleted_candidate_completes_without_them(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: the same; nothing of the run itself refers to the candidate.
    run = run_on(job)
    reused = found(*(a_match(job, each) for each in profiles))
    with transaction() as connection:
        delete_profile(connection, profiles[1])
        completed = rivals.blocked(
            complete_run, run, replace(reused, scored=[]), this_month=this_month()
        )
    assert completed.result() is not None
    assert with_match(job) == [profiles[0], profiles[2]]
    assert status(job) is MatchingStatus.PENDING


def test_a_run_that_ranked_a_candidate_just_before_their_deletion_leaves_its_job_due(
    job: UUID, profiles: list[UUID]
) -> None:
    # Needs: the same. The job had no match with the candidate, so the deletion knows nothing of it.
    with connect() as connection:
        connection.execute(delete(JobMatch))
    run = run_on(job)
    with transaction() as connection:
        delete_profile(connection, profiles[1])
    with transaction() as connection:
        complete_run(
            connection,
            run,
            found(*(a_match(job, each) for each in profiles)),
            this_month=this_month(),
        )
    assert with_match(job) == [profiles[0], profiles[2]]
    assert status(job) is MatchingStatus.PENDING


def test_a_deletion_waits_for_a_run_that_stores_the_candidate(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: the deletion looks for jobs with a match after it has the candidate's lock.
    with connect() as connection:
        connection.execute(delete(JobMatch))
    run = run_on(job)
    with transaction() as connection:
        complete_run(
            connection,
            run,
            found(*(a_match(job, each) for each in profiles)),
            this_month=this_month(),
        )
        deleted = rivals.blocked(delete_profile, profiles[1])
    deleted.result()
    assert with_match(job) == [profiles[0], profiles[2]]
    with transaction() as connection:
        assert take_up_batch(connection).notes == 1
    assert status(job) is MatchingStatus.PENDING


def test_a_match_that_is_put_for_a_candidate_being_deleted_is_refused(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: insert_match locks the candidate before the job, which the deletion makes due.
    run_on(job)
    with being_deleted(profiles[1]):
        put = rivals.blocked(insert_match, a_match(job, profiles[1], 90))
    with pytest.raises(NotFoundError):
        put.result()
    assert with_match(job) == [profiles[0], profiles[2]]


def test_a_mail_is_confirmed_for_all_whom_it_named_but_the_deleted(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: mark_told keeps the candidates before it locks the job; else the whole confirmation
    # fails, by a deadlock or by a foreign key, and the others are told of twice.
    run_on(job)
    with being_deleted(profiles[1]):
        told = rivals.blocked(mark_told, job, dict.fromkeys(profiles[::-1], 80))
    told.result()
    with connect() as connection:
        noted = set(connection.scalars(select(ToldMatch.profile_id)))
    assert noted == {profiles[0], profiles[2]}


def test_matches_are_marked_but_that_of_the_deleted(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: mark_matches_notified keeps the candidates before it locks the jobs.
    with connect() as connection:
        matches = [row.id for row in match_rows(connection, job)]
    run_on(job)
    with being_deleted(profiles[1]):
        marked = rivals.blocked(mark_matches_notified, matches)
    assert marked.result() == 2


def test_an_import_after_the_deletion_makes_the_candidate_anew_and_whole(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: the deletion holds the candidate's row, where an import waits before all else.
    with transaction() as connection:
        delete_profile(connection, profiles[1])
        put = rivals.blocked(
            put_profiles,
            {each: candidate(name="New") for each in profiles},
            this_month=this_month(),
            aliases=None,
        )
    assert put.result() == {profiles[1]}
    assert count(ProfileFeatures) == 3
    assert with_match(job) == [profiles[0], profiles[2]]


def test_a_deletion_after_an_import_leaves_nothing_of_it(
    rivals: Rivals, profiles: list[UUID]
) -> None:
    # Needs: the deletion locks the candidate before it looks for the notes of changes.
    changed = candidate(specializations=["Litigation"])
    with transaction() as connection:
        put_profiles(connection, {profiles[1]: changed}, this_month=this_month(), aliases=None)
        deleted = rivals.blocked(delete_profile, profiles[1])
    deleted.result()
    assert (count(Profile), count(ProfileFeatures)) == (2, 2)
    with connect() as connection:
        # The one that is left is of the job that lost a match.
        assert connection.scalars(select(ProfileChange.profile_id)).all() == [None]


def test_a_deletion_and_whoever_takes_up_changes_do_not_deadlock(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: the deletion does not wait for a note of the candidate that somebody is taking up, who
    # waits for the candidate.
    with transaction() as connection:
        put_profiles(
            connection,
            {profiles[1]: candidate(specializations=["Litigation"])},
            this_month=this_month(),
            aliases=None,
        )
    with being_deleted(profiles[1]):
        taken = rivals.blocked(take_up_batch)
    assert taken.result().notes == 1
    assert with_match(job) == [profiles[0], profiles[2]]
    with transaction() as connection:
        assert take_up_batch(connection).notes == 1


def test_a_deletion_waits_for_no_job(job: UUID, profiles: list[UUID]) -> None:
    # Needs: who has locked a job may still wait for a candidate, as the taking up of changes does.
    with transaction() as connection:
        lock_jobs(connection, ids([job]))
        with transaction() as other:
            delete_profile(other, profiles[1])
    assert with_match(job) == [profiles[0], profiles[2]]


def test_of_two_deletions_one_finds_nothing(rivals: Rivals, profiles: list[UUID]) -> None:
    # Needs: whether the candidate is there is judged after the wait.
    with transaction() as connection:
        delete_profile(connection, profiles[1])
        second = rivals.blocked(delete_profile, profiles[1])
    with pytest.raises(NotFoundError):
        second.result()
