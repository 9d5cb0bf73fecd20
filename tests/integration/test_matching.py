"""Whole matchings, from the message on the queue to the stored matches."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from jobmatch.careers.dates import this_month
from jobmatch.matches.queries import get_matches_for_job, read_matches
from jobmatch.matches.service import insert_match
from jobmatch.models import Job, MatchingRun
from jobmatch.permissions import SYSTEM
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.service import put_profiles
from jobmatch.runs import service as run
from jobmatch.shortlists import storing
from local.events import schedule_event, sqs_event
from tests.support.functions import invoke
from tests.support.postings import (
    a_match,
    candidate,
    job_row,
    match_rows,
    post_job,
    put_candidates,
    set_job,
)

if TYPE_CHECKING:
    from types import ModuleType

    from tests.support.cloud import Queue


@pytest.fixture
def job(database: str) -> UUID:
    with transaction() as connection:
        return post_job(connection)


def put(*bodies: dict[str, Any]) -> list[UUID]:
    with transaction() as connection:
        return put_candidates(connection, *bodies)


def deliver(*messages: object) -> list[int]:
    """Hand messages to the worker; the positions of those that it could not work on."""
    event = sqs_event([each if isinstance(each, str) else json.dumps(each) for each in messages])
    failed = {
        failure["itemIdentifier"] for failure in invoke("run_matching", event)["batchItemFailures"]
    }
    return [n for n, each in enumerate(event["Records"]) if each["messageId"] in failed]


def match(job_id: UUID) -> None:
    with transaction() as connection:
        set_job(connection, job_id, matching_status="pending")
    assert deliver({"jobId": str(job_id)}) == []


def scores(job_id: UUID) -> dict[UUID, int]:
    with connect() as connection:
        matches = read_matches(
            get_matches_for_job(connection, job_id, viewer=SYSTEM, this_month=this_month()).items
        )
    return {each.profile_id: each.overall_score for each in matches}


def test_messages_that_cannot_be_read_are_returned_and_the_others_worked_on(job: UUID) -> None:
    (profile,) = put({})
    failed = deliver(
        "nonsense", {"jobId": str(job)}, {"jobId": "1"}, {}, [], {"jobId": str(job), "by": "me"}
    )
    assert failed == [0, 2, 3, 4, 5]
    assert scores(job) == {profile: 100}


@pytest.mark.parametrize(
    "columns",
    [
        {"matching_status": "completed", "matched_at": func.now()},
        {"status": "draft"},
        {"status": "closed"},
        {"matching_status": "running", "matching_lease_until": func.now() + func.make_interval(1)},
    ],
)
def test_a_message_for_a_job_that_is_not_due_is_acknowledged_and_forgotten(
    job: UUID, columns: dict[str, Any]
) -> None:
    put({})
    with transaction() as connection:
        set_job(connection, job, **columns)
        before = job_row(connection, job)
    assert deliver({"jobId": str(job)}, {"jobId": str(uuid4())}) == []
    with connect() as connection:
        assert job_row(connection, job) == before
    assert scores(job) == {}


def test_a_repeated_message_matches_once(job: UUID) -> None:
    put({})
    message = {"jobId": str(job)}
    assert deliver(message, message) == []
    with connect() as connection:
        before = match_rows(connection, job)
    assert len(before) == 1
    assert deliver(message) == []
    with connect() as connection:
        assert match_rows(connection, job) == before


def test_the_schedule_queues_every_job_that_is_due_and_no_other(
    database: str, queue: Queue
) -> None:
    with transaction() as connection:
        due = {post_job(connection) for _ in range(12)}
        for columns in ({"status": "draft"}, {"matching_status": "completed"}):
            set_job(connection, post_job(connection), matched_at=func.now(), **columns)
    assert invoke("dispatch_matching", schedule_event()) == {
        "queued": 12,
        "mails": 0,
        "webhooks": 0,
    }
    queued = queue.take()
    assert len(queued) == 12
    assert set(queued) == due


def test_with_nothing_due_the_schedule_queues_nothing(database: str, queue: Queue) -> None:
    assert invoke("dispatch_matching", schedule_event()) == {"queued": 0, "mails": 0, "webhooks": 0}
    assert queue.take() == []


def test_the_best_are_kept_and_equals_by_their_id(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_LIMIT", "3")
    with transaction() as connection:
        job = post_job(connection, preferredLocation="Oslo, Norway")
    places = ["Bergen, Norway", "Oslo, Norway", "Paris", "Bergen, Norway", "Bergen, Norway"]
    ids = put(*({"location": place} for place in places))
    match(job)
    assert [*scores(job)] == [ids[1], ids[0], ids[3]]


def test_the_settings_say_how_old_a_matching_may_be_and_how_long_a_run_may_take(
    job: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_MAXIMUM_AGE_DAYS", "2")
    monkeypatch.setenv("MATCHING_LEASE_SECONDS", "33")
    held = select(Job.matching_lease_until - MatchingRun.started_at).join(MatchingRun)
    leases: list[Any] = []

    def find_and_look(claimed: storing.Run, find: Any = run.find_matches) -> Any:
        with connect() as connection:
            leases.append(connection.scalar(held.where(Job.id == job)))
        return find(claimed)

    monkeypatch.setattr(run, "find_matches", find_and_look)
    for age, expected in ((47, []), (48, [timedelta(seconds=33)])):
        with transaction() as connection:
            matched_at = func.now() - timedelta(hours=age)
            set_job(connection, job, matching_status="completed", matched_at=matched_at)
        assert deliver({"jobId": str(job)}) == []
        assert leases == expected


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"specializations": ["Copyright"]}, id="no shared specialization"),
        pytest.param({"status": "rejected"}, id="rejected"),
        pytest.param({"status": "pending_review"}, id="in review"),
    ],
)
def test_matches_that_no_longer_qualify_go_and_the_others_stay(
    job: UUID, change: dict[str, Any]
) -> None:
    ids = put({}, {}, {"status": "pending_review"})
    match(job)
    with connect() as connection:
        before = {row.profile_id: row.id for row in match_rows(connection, job)}
    assert before.keys() == {*ids[:2]}
    with transaction() as connection:
        put_profiles(
            connection, {ids[0]: candidate(**change)}, this_month=this_month(), aliases=None
        )
    match(job)
    with connect() as connection:
        after = {row.profile_id: row.id for row in match_rows(connection, job)}
    assert after == {ids[1]: before[ids[1]]}


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(run, "best_candidates", id="ranking"),
        pytest.param(storing, "assess", id="explaining"),
        pytest.param(storing, "store_matches", id="storing"),
    ],
)
def test_a_failed_run_writes_no_match_and_is_tried_again_later(
    job: UUID, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("Ada Example <ada@example.org> is too much.")

    earlier, found = put({"status": "rejected"}, {})
    with transaction() as connection:
        insert_match(connection, a_match(job, earlier))
        before = match_rows(connection, job)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, fail)
        assert deliver({"jobId": str(job)}) == []
    with connect() as connection:
        assert match_rows(connection, job) == before
        row = job_row(connection, job)
    assert (row.matching_status, row.last_error) == ("failed", "ValueError")
    assert deliver({"jobId": str(job)}) == []
    assert scores(job) == {}
    with transaction() as connection:
        set_job(connection, job, matching_retry_at=func.now())
    assert deliver({"jobId": str(job)}) == []
    assert scores(job) == {found: 100}
    with connect() as connection:
        row = job_row(connection, job)
    assert (row.matching_status, row.last_error) == ("completed", None)
