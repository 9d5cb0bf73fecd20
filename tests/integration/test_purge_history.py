"""What purge_history deletes, what it leaves for good, and that it can be broken off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update

from jobmatch.errors import FunctionFailedError
from jobmatch.jobs.service import KEY_LIFETIME, claim_idempotency_key
from jobmatch.models import (
    IdempotencyKey,
    Job,
    MatchingRun,
    Notification,
    NotificationStatus,
    PreviewCount,
    ProfileChange,
    RunOutcome,
    ToldMatch,
)
from jobmatch.operations import upkeep as purging
from jobmatch.operations.histories import HISTORIES
from jobmatch.operations.upkeep import MARGIN_MILLIS, Purged, purge_history, purge_portion
from jobmatch.postgres import connect, transaction
from local.events import schedule_event
from tests.support.functions import invoke
from tests.support.postings import post_job, put_candidates
from tests.support.rows import all_rows, count, nothing_written, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.people import People

NOW = datetime.now(UTC)
OLD, YOUNG = NOW - timedelta(days=91), NOW - timedelta(days=89)


@pytest.fixture
def job(database: str) -> UUID:
    with transaction() as connection:
        return post_job(connection)


def a_run(
    job: UUID, started_at: datetime, outcome: RunOutcome = RunOutcome.COMPLETED, **others: Any
) -> UUID:
    run = uuid4()
    values = {"job_id": job, "scorer": "rubric", "rubric_version": 1, "outcome": outcome}
    write(insert(MatchingRun).values(id=run, started_at=started_at, **values | others))
    return run


def a_completed_run(job: UUID, at: datetime, **others: Any) -> UUID:
    return a_run(job, at, finished_at=at + timedelta(seconds=1), **others)


def a_mail(job: UUID, created_at: datetime, status: str, **times: datetime) -> UUID:
    mail = uuid4()
    values = {"job_id": job, "run_id": uuid4(), "status": NotificationStatus(status)}
    write(insert(Notification).values(id=mail, created_at=created_at, **values, **times))
    return mail


def a_key(people: People, created_at: datetime) -> str:
    key = str(uuid4())
    values = {"caller_user_id": people.employer.id, "fingerprint": "f", "job_id": uuid4()}
    write(insert(IdempotencyKey).values(key=key, created_at=created_at, **values))
    return key


def left(column: Any) -> set[Any]:
    with connect() as connection:
        return set(connection.scalars(select(column)))


def purge() -> dict[str, Any]:
    answer: dict[str, Any] = invoke("purge_history", schedule_event("purge_history"))
    return answer


def always() -> int:
    return MARGIN_MILLIS + 1


def for_portions(number: int) -> Callable[[], int]:
    """Time for so many portions."""
    times = iter([always()] * number)
    return lambda: next(times, 0)


def test_old_runs_go_but_the_newest_and_the_running_of_each_job(job: UUID) -> None:
    with transaction() as connection:
        other = post_job(connection)
    for days in (95, 94, 93):
        a_run(job, NOW - timedelta(days=days))
    stay = {
        a_run(job, NOW - timedelta(days=92), RunOutcome.RUNNING),
        a_run(job, YOUNG, RunOutcome.FAILED),
        a_run(other, NOW - timedelta(days=400), RunOutcome.ABANDONED),
    }
    assert purge()["matchingRuns"] == 3
    assert left(MatchingRun.id) == stay


def test_the_last_completed_run_of_each_month_stays_as_long_as_its_entry(job: UUID) -> None:
    with transaction() as connection:
        other = post_job(connection)
    month = (NOW - timedelta(days=200)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    next_month = (month + timedelta(days=40)).replace(day=1)
    days, second = [month + timedelta(days=number) for number in range(5)], timedelta(seconds=1)
    for day in days[:2]:
        a_completed_run(job, day)
    a_completed_run(job, days[0], model_id="a")
    a_completed_run(job, NOW - timedelta(days=1_470))
    stay = {
        a_completed_run(job, days[1], model_id="a"),
        a_completed_run(job, days[1], rubric_version=2),
        a_completed_run(other, days[2]),
        a_completed_run(job, next_month - 2 * second),
        # Its entry is of the next month.
        a_completed_run(job, next_month - second),
        a_run(job, NOW, RunOutcome.RUNNING),
        a_run(other, NOW, RunOutcome.RUNNING),
    }
    a_run(job, days[3], RunOutcome.FAILED, finished_at=days[4])
    assert purge()["matchingRuns"] == 5
    assert left(MatchingRun.id) == stay


def test_of_two_runs_at_one_moment_one_stays(job: UUID) -> None:
    runs = [a_run(job, OLD) for _ in range(2)]
    assert purge()["matchingRuns"] == 1
    assert left(MatchingRun.id) == {max(runs)}


def test_settled_mails_go_and_open_ones_stay(job: UUID) -> None:
    for status in ("sent", "dropped"):
        a_mail(job, OLD, status, claimed_at=OLD, finished_at=OLD)
    a_mail(job, OLD, "refused", claimed_at=OLD)
    stay = {
        a_mail(job, OLD, "due"),
        a_mail(job, OLD, "claimed", claimed_at=OLD),
        # Settled not long ago, and young.
        a_mail(job, OLD, "sent", claimed_at=YOUNG, finished_at=YOUNG),
        a_mail(job, YOUNG, "sent", claimed_at=YOUNG, finished_at=YOUNG),
    }
    assert purge()["notifications"] == 3
    assert left(Notification.id) == stay


def test_keys_that_have_expired_go(people: People) -> None:
    a_key(people, NOW - 2 * KEY_LIFETIME - timedelta(minutes=1))
    stay = {a_key(people, NOW - KEY_LIFETIME - timedelta(minutes=1)), a_key(people, NOW)}
    assert purge()["idempotencyKeys"] == 1
    assert left(IdempotencyKey.key) == stay


def test_times_of_previews_go_a_day_after_the_latest(people: People) -> None:
    counts = {people.employer.id: timedelta(hours=25), people.rival.id: timedelta(hours=23)}
    for employer, age in counts.items():
        asked_at = [NOW - age, NOW - age - timedelta(hours=3)]
        write(insert(PreviewCount).values(employer_user_id=employer, asked_at=asked_at))
    assert purge()["previewCounts"] == 1
    assert left(PreviewCount.employer_user_id) == {people.rival.id}
    # As before migration 0025.
    values = {"asked_at": [], "since": NOW - timedelta(hours=25)}
    write(update(PreviewCount).values(**values))
    assert purge()["previewCounts"] == 1


def test_notes_of_who_is_gone_go(database: str) -> None:
    with transaction() as connection:
        (profile,) = put_candidates(connection, {})
    write(insert(ProfileChange).values(profile_id=uuid4()))
    assert purge()["profileChanges"] == 1
    assert left(ProfileChange.profile_id) == {profile}


def test_nobody_is_told_twice_because_of_it(job: UUID) -> None:
    with transaction() as connection:
        (profile,) = put_candidates(connection, {})
    long_ago = NOW - timedelta(days=4_000)
    write(insert(ToldMatch).values(job_id=job, profile_id=profile, notified_at=long_ago))
    purge()
    assert left(ToldMatch.profile_id) == {profile}


def test_only_history_is_deleted_from() -> None:
    assert {each.table.__tablename__ for each in HISTORIES} == {
        "matching_runs",
        "notifications",
        "idempotency_keys",
        "preview_counts",
        "profile_changes",
        "decisions",
        "webhook_events",
    }


@pytest.mark.parametrize(("days", "stays"), [("0", 2), ("3650", 2), ("89", 1), ("", 1)])
def test_the_retention_is_a_setting_and_0_keeps_all(
    job: UUID, monkeypatch: pytest.MonkeyPatch, days: str, stays: int
) -> None:
    a_run(job, OLD)
    a_run(job, NOW)
    monkeypatch.setenv("HISTORY_RETENTION_DAYS", days)
    purge()
    assert count(MatchingRun) == stays


def test_a_retention_that_makes_no_sense_deletes_nothing(
    job: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(job, OLD)
    a_run(job, OLD)
    for days in ("-1", "some"):
        monkeypatch.setenv("HISTORY_RETENTION_DAYS", days)
        with nothing_written(), pytest.raises(FunctionFailedError):
            purge()


@pytest.fixture
def long_history(job: UUID, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """25 runs, in portions of ten; the first of them can't go."""
    monkeypatch.setattr(purging, "PORTION", 10)
    with transaction() as connection:
        lonely = [post_job(connection) for _ in range(12)]
    for number, each in enumerate(lonely):
        a_run(each, OLD - timedelta(days=100 - number))
    for number in range(13):
        a_run(job, OLD - timedelta(minutes=number))
    return job


@pytest.mark.usefixtures("long_history")
def test_what_can_not_go_is_not_in_the_way_of_the_rest() -> None:
    assert purge_history(always).matching_runs == 12
    assert count(MatchingRun) == 13


@pytest.mark.usefixtures("long_history")
def test_when_the_time_is_over_the_next_call_goes_on() -> None:
    assert purge_history(for_portions(2)) == Purged(matching_runs=8, is_complete=False)
    assert count(MatchingRun) == 17
    assert purge_history(always) == Purged(matching_runs=4)


@pytest.mark.usefixtures("long_history")
def test_whoever_is_cut_off_has_lost_one_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    portions = iter([purge_portion, purge_portion])

    def cut_off(*arguments: Any, **named: Any) -> Any:
        done = purge_portion(*arguments, **named)
        if next(portions, None) is None:
            raise SystemExit  # before the commit
        return done

    monkeypatch.setattr(purging, "purge_portion", cut_off)
    with pytest.raises(SystemExit):
        purge_history(always)
    assert count(MatchingRun) == 17
    monkeypatch.undo()
    assert purge_history(always) == Purged(matching_runs=4)


def test_it_waits_for_nobody(job: UUID) -> None:
    held, free = a_run(job, OLD), a_run(job, OLD)
    a_run(job, NOW)
    with transaction() as connection:
        connection.execute(select(MatchingRun).where(MatchingRun.id == held).with_for_update())
        with transaction() as other:
            other.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
            portion = purge_portion(other, HISTORIES[0], timedelta(days=90), limit=10)
    assert portion.deleted == 1
    assert held in left(MatchingRun.id)
    assert free not in left(MatchingRun.id)
    assert purge()["matchingRuns"] == 1


def test_a_key_that_is_being_claimed_anew_stays(people: People) -> None:
    # Needs: what is deleted is locked first, and passed over where it can't be.
    key = a_key(people, NOW - timedelta(days=30))
    keys = next(each for each in HISTORIES if each.table is IdempotencyKey)
    employer, made = people.employer, uuid4()
    with transaction() as connection:
        claim_idempotency_key(
            connection,
            employer.caller,
            key,
            employer_user_id=employer.id,
            fingerprint="g",
            job_id=made,
        )
        with transaction() as other:
            other.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
            assert purge_portion(other, keys, timedelta(days=90), limit=10).deleted == 0
    assert left(IdempotencyKey.job_id) == {made}
    assert purge()["idempotencyKeys"] == 0


def test_a_job_and_its_matching_are_none_of_its_business(job: UUID) -> None:
    a_run(job, OLD)
    a_run(job, NOW)
    before = all_rows()
    purge()
    after = all_rows()
    assert {name for name in before if before[name] != after[name]} == {"matching_runs"}
    assert left(Job.id) == {job}
