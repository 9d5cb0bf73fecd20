"""What writers of matches do to each other; each test names the protection that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select

from jobmatch.careers.dates import this_month
from jobmatch.matches.service import insert_match, mark_matches_notified, store_matches
from jobmatch.models import Job, JobMatch, Profile, ToldMatch
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.service import put_profiles
from jobmatch.runs.queries import complete_run
from tests.support.due import claim_job, invalidate_matches_for_job
from tests.support.postings import a_match, candidate, change_job, match_rows, post_job
from tests.support.running import found

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from jobmatch.shortlists.storing import Run
    from tests.support.rivals import Rivals


@pytest.fixture
def job(database: str) -> UUID:
    with transaction() as connection:
        return post_job(connection)


@pytest.fixture
def profiles(database: str) -> list[UUID]:
    """Three candidates in the order of their ids, stored in the opposite order."""
    ids = sorted(uuid4() for _ in range(3))
    with transaction() as connection:
        for each in reversed(ids):
            put_profiles(connection, {each: candidate()}, this_month=this_month(), aliases=None)
    return ids


@pytest.fixture
def matches(job: UUID, profiles: list[UUID]) -> list[UUID]:
    """A match for each profile, stored in the opposite order."""
    with transaction() as connection:
        for number, profile_id in enumerate(reversed(profiles)):
            insert_match(connection, a_match(job, profile_id, 90 - number))
        return [row.id for row in match_rows(connection, job)]


def lock_match(connection: Connection, profile_id: UUID) -> None:
    statement = select(JobMatch.id).where(JobMatch.profile_id == profile_id).with_for_update()
    connection.execute(statement).one()


def told(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(ToldMatch)) or 0


def test_an_invalidating_change_waits_for_matches_being_stored(
    rivals: Rivals, job: UUID, profiles: list[UUID]
) -> None:
    # Needs: insert_match locks the job first; else the new match's foreign key would wait for
    # the change, and the change for the replaced match.
    with transaction() as connection:
        insert_match(connection, a_match(job, profiles[0]))
    with transaction() as connection:
        insert_match(connection, a_match(job, profiles[0], 90))
        changed = rivals.blocked(change_job, job, requiredBar=["USPTO"])
        insert_match(connection, a_match(job, profiles[1]))
    changed.result()
    with connect() as connection:
        assert match_rows(connection, job) == []


@pytest.mark.parametrize("gone", [Job, Profile])
def test_a_match_whose_job_or_profile_is_being_deleted_is_passed_over(
    rivals: Rivals, job: UUID, profiles: list[UUID], gone: type[Job | Profile]
) -> None:
    # Needs: store_matches locks what its matches refer to, and looks again after the wait.
    with transaction() as connection:
        connection.execute(delete(gone).where(gone.id.in_([job, profiles[0]])))
        stored = rivals.blocked(store_matches, [a_match(job, profiles[0])])
    assert stored.result() == 0


def test_matches_are_marked_once_whoever_marks_them(
    rivals: Rivals, profiles: list[UUID], matches: list[UUID]
) -> None:
    # Needs: a match is marked only while it is not, as judged after the wait.
    with transaction() as connection:
        lock_match(connection, profiles[1])
        marked = [rivals.blocked(mark_matches_notified, ids) for ids in (matches, matches[::-1])]
    assert sorted(each.result() for each in marked) == [0, 3]
    with connect() as connection:
        assert told(connection) == 3


def test_marking_and_storing_lock_matches_in_one_order(
    rivals: Rivals, job: UUID, profiles: list[UUID], matches: list[UUID]
) -> None:
    # Needs: marking locks the job first, and so waits for whoever is storing its matches.
    with transaction() as connection:
        lock_match(connection, profiles[1])
        found = [a_match(job, each) for each in reversed(profiles)]
        stored = rivals.blocked(store_matches, found)
        marked = rivals.blocked(mark_matches_notified, matches)
    assert stored.result() == 3
    assert marked.result() == 3


@pytest.mark.parametrize(
    "remove",
    [
        pytest.param(lambda c, j, _: change_job(c, j, requiredBar=["USPTO"]), id="requirement"),
        pytest.param(lambda c, j, _: invalidate_matches_for_job(c, j), id="invalidation"),
        pytest.param(
            lambda c, _, run: complete_run(c, run, found(), this_month=this_month()), id="run"
        ),
    ],
)
def test_marking_does_not_deadlock_with_the_removal_of_matches(
    rivals: Rivals,
    job: UUID,
    profiles: list[UUID],
    matches: list[UUID],
    remove: Callable[[Connection, UUID, Run], object],
) -> None:
    # Needs: mark_matches_notified locks the job before its matches, as everything else does.
    with connect() as connection:
        run = claim_job(connection, job)
    assert run is not None
    with transaction() as connection:
        lock_match(connection, profiles[1])
        marked = rivals.blocked(mark_matches_notified, matches)
        removed = rivals.blocked(remove, job, run)
    assert marked.result() == 3
    removed.result()
    with connect() as connection:
        assert match_rows(connection, job) == []
        assert told(connection) == 3


def test_a_match_stored_while_it_is_marked_stays_marked(
    rivals: Rivals, job: UUID, profiles: list[UUID], matches: list[UUID]
) -> None:
    # Needs: the upsert keeps the notification that it finds in the row after the wait.
    with transaction() as connection:
        assert mark_matches_notified(connection, matches) == 3
        stored = rivals.blocked(insert_match, a_match(job, profiles[0], 85))
    match, _ = stored.result()
    assert match.overall_score == 85
    assert match.notified_at is not None
