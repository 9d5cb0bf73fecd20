"""Storing, invalidating and marking matches, and whom the reads leave out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, update

from jobmatch.careers.dates import this_month
from jobmatch.errors import NotFoundError
from jobmatch.jobs.queries import get_jobs_by_employer, get_jobs_for_admin
from jobmatch.matches.queries import (
    get_match_by_job_and_profile,
    get_matches_for_job,
    get_unnotified_matches,
    read_matches,
)
from jobmatch.matches.service import insert_match, mark_matches_notified, store_matches
from jobmatch.models import JobMatch, Profile
from jobmatch.permissions import SYSTEM
from jobmatch.profiles.service import put_profiles
from tests.support.due import invalidate_matches_for_job
from tests.support.postings import (
    a_match,
    candidate,
    hire,
    job_row,
    match_rows,
    post_job,
    put_candidates,
    set_job,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection


@pytest.fixture
def job(connection: Connection) -> UUID:
    return post_job(connection)


@pytest.fixture
def profile(connection: Connection) -> UUID:
    return put_candidates(connection, {})[0]


def test_a_match_is_replaced_under_its_id(connection: Connection, job: UUID, profile: UUID) -> None:
    first, is_new = insert_match(connection, a_match(job, profile, 40))
    assert is_new
    assert first.notified_at is None
    earlier = func.now() - timedelta(days=1)
    connection.execute(update(JobMatch).values(scored_at=earlier))
    second, is_new = insert_match(connection, a_match(job, profile, 80))
    assert not is_new
    assert (second.id, second.overall_score) == (first.id, 80)
    assert second.scored_at == connection.scalar(func.now())
    assert (
        get_match_by_job_and_profile(
            connection, job, profile, viewer=SYSTEM, this_month=this_month()
        )
        == second
    )


@pytest.mark.parametrize("invalidated", [False, True])
def test_nobody_is_told_twice_about_a_candidate(
    connection: Connection, job: UUID, profile: UUID, invalidated: bool
) -> None:
    match, _ = insert_match(connection, a_match(job, profile))
    other_job = post_job(connection)
    assert mark_matches_notified(connection, [match.id]) == 1
    if invalidated:
        assert invalidate_matches_for_job(connection, job) == 1
    again, other = (
        insert_match(connection, a_match(each, profile))[0] for each in (job, other_job)
    )
    assert again.notified_at == connection.scalar(func.now())
    assert (
        read_matches(get_unnotified_matches(connection, job, this_month=this_month()).items) == []
    )
    assert mark_matches_notified(connection, [again.id]) == 0
    assert read_matches(
        get_unnotified_matches(connection, other_job, this_month=this_month()).items
    ) == [other]


def test_marking_leaves_alone_what_is_marked_or_unknown(connection: Connection, job: UUID) -> None:
    marked, unmarked, bystander = put_candidates(connection, {}, {}, {})
    store_matches(connection, [a_match(job, each) for each in (marked, unmarked, bystander)])
    earlier = func.now() - timedelta(days=1)
    connection.execute(
        update(JobMatch).where(JobMatch.profile_id == marked).values(notified_at=earlier)
    )
    ids = {row.profile_id: row.id for row in match_rows(connection, job)}
    named = [ids[marked], ids[unmarked], ids[unmarked], uuid4()]
    assert mark_matches_notified(connection, named) == 1
    now = connection.scalar(func.now())
    times = {row.profile_id: row.notified_at for row in match_rows(connection, job)}
    assert times == {marked: now - timedelta(days=1), unmarked: now, bystander: None}


def test_invalidation_returns_the_job_to_pending(
    connection: Connection, job: UUID, profile: UUID
) -> None:
    insert_match(connection, a_match(job, profile))
    kept = post_job(connection)
    insert_match(connection, a_match(kept, profile))
    set_job(connection, job, matching_status="completed")
    assert invalidate_matches_for_job(connection, job) == 1
    assert job_row(connection, job).matching_status == "pending"
    assert match_rows(connection, job) == []
    assert len(match_rows(connection, kept)) == 1
    assert invalidate_matches_for_job(connection, job) == 0
    with pytest.raises(NotFoundError):
        invalidate_matches_for_job(connection, uuid4())


def test_a_profile_deleted_before_its_match_is_stored_is_passed_over(
    connection: Connection, job: UUID
) -> None:
    gone, there = put_candidates(connection, {}, {})
    connection.execute(delete(Profile).where(Profile.id == gone))
    assert store_matches(connection, [a_match(job, each) for each in (gone, there)]) == 1
    matches = read_matches(
        get_matches_for_job(connection, job, viewer=SYSTEM, this_month=this_month()).items
    )
    assert [match.profile_id for match in matches] == [there]
    for pair in ((job, gone), (uuid4(), there)):
        with pytest.raises(NotFoundError):
            insert_match(connection, a_match(*pair))


@pytest.mark.parametrize("status", ["pending_review", "rejected"])
@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(
            lambda c, job, _: read_matches(
                get_matches_for_job(c, job, viewer=SYSTEM, this_month=this_month()).items
            ),
            id="get_matches_for_job",
        ),
        pytest.param(
            lambda c, job, profile: get_match_by_job_and_profile(
                c, job, profile, viewer=SYSTEM, this_month=this_month()
            ),
            id="get_match_by_job_and_profile",
        ),
        pytest.param(
            lambda c, job, _: read_matches(
                get_unnotified_matches(c, job, this_month=this_month()).items
            ),
            id="get_unnotified_matches",
        ),
        pytest.param(
            lambda c, *_: get_jobs_for_admin(c, this_month=this_month())[0].match_count,
            id="get_jobs_for_admin",
        ),
        pytest.param(
            lambda c, job, _: (
                get_jobs_by_employer(
                    c, job_row(c, job).employer_user_id, viewer=SYSTEM, this_month=this_month()
                )[0].match_count
            ),
            id="get_jobs_by_employer",
        ),
    ],
)
def test_a_candidate_who_is_not_active_is_shown_nowhere_from_that_moment(
    connection: Connection,
    job: UUID,
    profile: UUID,
    status: str,
    shown: Callable[[Connection, UUID, UUID], Any],
) -> None:
    insert_match(connection, a_match(job, profile))
    assert shown(connection, job, profile)
    put_profiles(
        connection, {profile: candidate(status=status)}, this_month=this_month(), aliases=None
    )
    assert not shown(connection, job, profile)
    put_profiles(connection, {profile: candidate()}, this_month=this_month(), aliases=None)
    assert shown(connection, job, profile)


def test_counts_are_of_the_jobs_own_matches(connection: Connection) -> None:
    employer = hire(connection)
    profiles = put_candidates(connection, {}, {}, {})
    counts = {}
    for number in range(3):
        job = post_job(connection, employer)
        store_matches(connection, [a_match(job, each) for each in profiles[:number]])
        counts[job] = number
    listed = get_jobs_by_employer(connection, employer, viewer=SYSTEM, this_month=this_month())
    assert {each.id: each.match_count for each in listed} == counts
    assert {
        each.id: each.match_count
        for each in get_jobs_for_admin(connection, this_month=this_month())
    } == counts
