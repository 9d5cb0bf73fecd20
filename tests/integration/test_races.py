"""What two who change jobs do to each other; each test names the protection that it needs."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select

from jobmatch.careers.dates import this_month
from jobmatch.errors import ConflictError, PreconditionFailedError
from jobmatch.jobs.identifiers import Identifier
from jobmatch.jobs.inputs import JobCreate
from jobmatch.jobs.service import create_job
from jobmatch.matches.service import insert_match
from jobmatch.models import Job, MatchingStatus, Notification, Profile
from jobmatch.notifications.new_mails import record_notifications
from jobmatch.notifications.queries import (
    claim_notification,
    confirm_notification,
)
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.locks import ids, lock_jobs
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.service import put_profiles
from jobmatch.runs.failures import fail_run
from jobmatch.runs.queries import complete_run
from tests.support.due import (
    claim_job,
    invalidate_matches_for_job,
    request_matching,
    update_job_matching_status,
)
from tests.support.postings import (
    a_match,
    candidate,
    change_job,
    job_row,
    match_rows,
    post_job,
    put_candidates,
    set_job,
)
from tests.support.running import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy import Connection

    from jobmatch.shortlists.storing import Result, Run
    from tests.support.people import People
    from tests.support.rivals import Rivals


class UndoneError(Exception):
    """Rolls a transaction back."""


@pytest.fixture
def job(database: str) -> UUID:
    with transaction() as connection:
        return post_job(connection)


@pytest.fixture
def profiles(database: str) -> list[UUID]:
    """Three candidates in the order of their ids."""
    with transaction() as connection:
        return put_candidates(connection, {}, {}, {})


def run_on(job_id: UUID) -> Run:
    with connect() as connection:
        run = claim_job(connection, job_id)
    assert run is not None
    return run


def take_over(connection: Connection, job_id: UUID) -> None:
    set_job(connection, job_id, matching_lease_until=func.now())
    assert claim_job(connection, job_id) is not None


def test_two_workers_claim_one_job_for_one_run(rivals: Rivals, job: UUID) -> None:
    # Needs: the claim's condition stands in its UPDATE, and so is judged anew after the wait.
    with transaction() as connection:
        first = claim_job(connection, job)
        second = rivals.blocked(claim_job, job)
    assert first is not None
    assert second.result() is None


@pytest.mark.parametrize(
    "overtake",
    [
        pytest.param(lambda c, j: change_job(c, j, requiredBar=["USPTO"]), id="requirement"),
        pytest.param(lambda c, j: change_job(c, j, status="closed"), id="closed"),
        pytest.param(lambda c, j: change_job(c, j, status="archived"), id="archived"),
        pytest.param(invalidate_matches_for_job, id="invalidated"),
        pytest.param(take_over, id="taken over"),
        *(
            pytest.param(
                lambda c, j, status=status: update_job_matching_status(c, j, status),
                id=f"set to {status}",
            )
            for status in MatchingStatus
        ),
    ],
)
@pytest.mark.parametrize(
    "end",
    [
        pytest.param(partial(complete_run, this_month=this_month()), id="complete"),
        pytest.param(lambda c, run, _: fail_run(c, run, "Too late."), id="fail"),
    ],
)
def test_an_overtaken_run_writes_nothing(
    rivals: Rivals,
    job: UUID,
    profiles: list[UUID],
    overtake: Callable[[Connection, UUID], object],
    end: Callable[[Connection, Run, Result], object],
) -> None:
    # Needs: what overtakes removes the run id, and the run's end locks the job by that id.
    with transaction() as connection:
        insert_match(connection, a_match(job, profiles[0], 33))
    run = run_on(job)
    with transaction() as connection:
        overtake(connection, job)
        after = job_row(connection, job), match_rows(connection, job)
        ended = rivals.blocked(end, run, found(a_match(job, profiles[1])))
    assert not ended.result()
    with connect() as connection:
        assert (job_row(connection, job), match_rows(connection, job)) == after


def test_a_request_just_before_the_end_of_a_run_is_not_lost(rivals: Rivals, job: UUID) -> None:
    # Needs: the end compares the demand in the row it has locked with that of the claim.
    run = run_on(job)
    with transaction() as connection:
        requested = request_matching(connection, job, viewer=SYSTEM)
        end = rivals.blocked(complete_run, run, found(), this_month=this_month())
    assert requested.matching_status is MatchingStatus.RUNNING
    assert end.result()
    with connect() as connection:
        assert job_row(connection, job).matching_status == "pending"


def test_a_request_just_after_the_end_of_a_run_starts_another(rivals: Rivals, job: UUID) -> None:
    # Needs: whether a run is going is decided in the request's UPDATE, after the wait.
    run = run_on(job)
    with transaction() as connection:
        assert complete_run(connection, run, found(), this_month=this_month())
        request = rivals.blocked(request_matching, job, viewer=SYSTEM)
    assert request.result().matching_status is MatchingStatus.PENDING
    with connect() as connection:
        assert job_row(connection, job).matching_status == "pending"


def test_of_two_changes_of_one_version_the_second_is_refused(rivals: Rivals, job: UUID) -> None:
    # Needs: update_job locks the row that it compares the version of.
    with transaction() as connection:
        change_job(connection, job, versions={1}, title="First")
        second = rivals.blocked(change_job, job, versions={1}, title="Second")
    with pytest.raises(PreconditionFailedError):
        second.result()
    with connect() as connection:
        assert job_row(connection, job).title == "First"


def test_two_changes_without_a_condition_apply_field_by_field(rivals: Rivals, job: UUID) -> None:
    # Needs: update_job writes only what its changes name.
    with transaction() as connection:
        change_job(connection, job, title="First", minimumExperience=3)
        second = rivals.blocked(change_job, job, description="Second")
    second.result()
    with connect() as connection:
        row = job_row(connection, job)
    assert (row.title, row.minimum_experience, row.description) == ("First", 3, "Second")
    assert row.version == 3


def test_two_changes_that_exclude_each_other_are_not_both_made(rivals: Rivals, job: UUID) -> None:
    # Needs: update_job locks the row that it judges the change by.
    with transaction() as connection:
        change_job(connection, job, status="closed")
        change_job(connection, job, requiredSpecializations=None)
        second = rivals.blocked(change_job, job, status="open")
    with pytest.raises(ConflictError):
        second.result()


@pytest.mark.parametrize("undone", [False, True])
def test_concurrent_repeats_of_a_posting_make_one_job(
    rivals: Rivals, people: People, undone: bool
) -> None:
    # Needs: the key is claimed in the database before the job is inserted.
    body = JobCreate.model_validate({"title": "Counsel"})

    def post(connection: Connection) -> UUID:
        viewer = people.employer.caller
        return create_job(connection, body, viewer=viewer, idempotency_key="once")

    with contextlib.suppress(UndoneError), transaction() as connection:
        first = post(connection)
        second = rivals.blocked(post)
        if undone:
            raise UndoneError
    assert (second.result() != first) is undone
    with connect() as connection:
        assert connection.scalars(select(Job.id)).all() == [second.result()]


@pytest.mark.parametrize("undone", [False, True])
def test_an_identifier_that_is_posted_twice_at_once_makes_one_job(
    rivals: Rivals, people: People, undone: bool
) -> None:
    # Needs: a unique index, and an insert that waits at it instead of failing.
    body, identifier = JobCreate.model_validate({"title": "Counsel"}), Identifier("ATS", "774")

    def post(connection: Connection) -> UUID:
        viewer = people.employer.caller
        return create_job(connection, body, viewer=viewer, identifier=identifier)

    with contextlib.suppress(UndoneError), transaction() as connection:
        first = post(connection)
        second = rivals.blocked(post)
        if undone:
            raise UndoneError
    if undone:
        assert second.result() != first
    else:
        with pytest.raises(ConflictError, match=str(first)):
            second.result()
    with connect() as connection:
        assert len(connection.scalars(select(Job.id)).all()) == 1


def test_imports_of_the_same_profiles_in_opposite_order_both_succeed(
    rivals: Rivals, profiles: list[UUID]
) -> None:
    # Needs: put_profiles writes in the order of the ids, whatever the order of the input.
    names = {"first": profiles, "second": profiles[::-1]}
    with transaction() as connection:
        middle = select(Profile.id).where(Profile.id == profiles[1]).with_for_update()
        connection.execute(middle).one()
        imports = [
            rivals.blocked(
                put_profiles,
                {each: candidate(name=name) for each in ids},
                this_month=this_month(),
                aliases=None,
            )
            for name, ids in names.items()
        ]
    assert [each.result() for each in imports] == [set(), set()]
    with connect() as connection:
        assert connection.scalars(select(Profile.name).distinct()).one() in names


def test_a_mail_and_a_run_of_its_job_wait_for_each_other(rivals: Rivals, job: UUID) -> None:
    # Needs: claim_notification keeps the job before it changes the mail. Else a mail that has
    # nothing to tell asks for the job when the run already waits for the mail.
    with transaction() as connection:
        (profile,) = put_candidates(connection, {})
        due = {"job_id": job, "run_id": uuid4()}
        mail = connection.execute(insert(Notification).values(due).returning(Notification.id))
        mail_id = mail.scalar_one()
    with transaction() as connection:
        lock_jobs(connection, ids([job]))
        claimed = rivals.blocked(claim_notification, mail_id, this_month=this_month())
        insert_match(connection, a_match(job, profile))
        assert record_notifications(connection, {job: uuid4()}, this_month=this_month()) == {}
    told = claimed.result()
    assert told is not None
    assert [*told.scores] == [profile]


def test_a_mail_waits_until_the_one_before_it_is_noted(rivals: Rivals, job: UUID) -> None:
    # Needs: claim_notification asks for a mail that is being sent after it has the job, and not
    # before. Else it finds nobody noted and nothing being sent, and names everybody again.
    with transaction() as connection:
        (profile,) = put_candidates(connection, {})
        insert_match(connection, a_match(job, profile))
        first = record_notifications(connection, {job: uuid4()}, this_month=this_month())[job]
    with transaction() as connection:
        mail = claim_notification(connection, first, this_month=this_month())
    assert mail is not None
    with transaction() as connection:
        second = record_notifications(connection, {job: uuid4()}, this_month=this_month())[job]
    with connect() as connection:
        assert claim_notification(connection, second, this_month=this_month()) is None
    with transaction() as connection:
        assert confirm_notification(connection, mail) == second
        claimed = rivals.blocked(claim_notification, second, this_month=this_month())
    assert claimed.result() is None
