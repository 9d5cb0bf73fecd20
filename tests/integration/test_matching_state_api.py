"""Why a job is or is not matched: what an admin is told, also when something is broken."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jobmatch.config import settings
from jobmatch.errors import describe
from jobmatch.models import Job, JobStatus, MatchingStatus
from jobmatch.postgres import connect, transaction
from jobmatch.runs import failures
from local.events import sqs_event
from tests.support.functions import invoke
from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.logs import lines_of
from tests.support.rows import change, job_row
from tests.support.running import failing_runs, refused_mails, run_matching, send_mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import StringIO

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def job(api: Api, people: People, cloud: Cloud) -> str:
    """An open job with one good candidate, whose message was taken off the queue."""
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    cloud.matching.take()
    return job


def why(api: Api, people: People, job: str) -> dict[str, Any]:
    answer = api.get(f"/admin/jobs/{job}/matching", by=people.admin)
    assert answer.status == 200
    state: dict[str, Any] = answer.json
    return state


def failed_ids(job: str) -> list[dict[str, str]]:
    """What the worker answers about a message of the job that it can't handle."""
    answer = invoke("run_matching", sqs_event([json.dumps({"jobId": job})]))
    found: list[dict[str, str]] = answer["batchItemFailures"]
    return found


@contextmanager
def renamed(table: str) -> Iterator[None]:
    with transaction() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO moved"))
    try:
        yield
    finally:
        with transaction() as connection:
            connection.execute(text(f"ALTER TABLE moved RENAME TO {table}"))


@pytest.mark.parametrize(
    ("state", "told", "is_due", "next_try"),
    [
        ({"matching_due_since": NOW - HOUR}, "It waits for a worker", True, NOW - HOUR),
        (
            {"matching_status": MatchingStatus.RUNNING, "matching_lease_until": NOW + HOUR},
            "A run is going.",
            False,
            NOW + HOUR,
        ),
        (
            {"matching_status": MatchingStatus.RUNNING, "matching_lease_until": NOW - HOUR},
            "its worker has probably died",
            True,
            NOW - HOUR,
        ),
        (
            {
                "matching_status": MatchingStatus.FAILED,
                "matching_retry_at": NOW + HOUR,
                "matching_failures": 2,
                "last_error": "LookupError",
            },
            "2 of 5 attempts have failed. The next one waits for its time.",
            False,
            NOW + HOUR,
        ),
        (
            {"matching_status": MatchingStatus.COMPLETED, "matched_at": NOW},
            "It is matched.",
            False,
            NOW + settings().matching_maximum_age,
        ),
        (
            {"matching_status": MatchingStatus.COMPLETED, "matched_at": NOW - 400 * 24 * HOUR},
            "due again because of its age",
            True,
            NOW - 400 * 24 * HOUR + settings().matching_maximum_age,
        ),
    ],
)
def test_each_state_is_explained(
    api: Api,
    people: People,
    job: str,
    state: dict[str, Any],
    told: str,
    is_due: bool,
    next_try: datetime,
) -> None:
    change(Job, job, **state)
    found = why(api, people, job)
    assert told in found["explanation"]
    assert found["isDue"] is is_due
    assert datetime.fromisoformat(found["nextTryAt"]) == next_try
    assert found["failures"] == state.get("matching_failures", 0)
    assert found["lastError"] == state.get("last_error")


@pytest.mark.parametrize("status", [status for status in JobStatus if status != "open"])
def test_a_job_that_is_not_open_is_not_due(api: Api, people: People, status: JobStatus) -> None:
    job = a_draft(api, people.employer)
    change(Job, job, status=status)
    found = why(api, people, job)
    assert found["explanation"] == f"The job is {status}; only an open job is matched."
    assert (found["isDue"], found["nextTryAt"], found["since"]) == (False, None, None)


def test_a_given_up_job_tells_the_reason_and_that_it_waits_for_a_request(
    api: Api, people: People, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in failing_runs(monkeypatch):
        run_matching(job)
        found = why(api, people, job)
    assert found["isGivenUp"]
    assert found["explanation"] == (
        "5 attempts in a row have failed. It is matched again only when it is changed or requested."
    )
    assert (found["lastError"], found["lastRun"]["error"]) == ("LookupError", "LookupError")
    assert (found["nextTryAt"], found["failures"]) == (None, 5)
    assert found["since"] == found["lastRun"]["finishedAt"]


def test_the_history_gives_the_reason_of_a_failure_to_admins_alone(
    api: Api, people: People, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    next(failing_runs(monkeypatch))
    run_matching(job)
    path = f"/jobs/{job}/matching-runs"
    for who, error in ((people.admin, "LookupError"), (people.employer, None)):
        (run,) = api.get(path, by=who).json["items"]
        assert (run["outcome"], run["error"]) == ("failed", error)


@pytest.mark.parametrize("table", ["matching_runs", "job_features", "vocabulary_aliases"])
def test_a_missing_table_is_named_and_the_job_in_the_log(
    api: Api, people: People, job: str, log: StringIO, table: str
) -> None:
    log.truncate(0)
    with renamed(table):
        assert len(failed_ids(job)) == 1
        found = why(api, people, job)
    assert f'relation "{table}" does not exist' in found["lastError"]
    assert "A run could not begin." in found["explanation"]
    assert found["isDue"]
    (line,) = (line for line in lines_of(log.getvalue().lstrip("\0")) if line["level"] == "ERROR")
    assert (line["message"], line["job_id"]) == ("The message could not be handled.", job)
    assert table in line["error"]
    run_matching(job)
    found = why(api, people, job)
    assert (found["lastError"], found["explanation"]) == (None, "It is matched.")


def test_what_can_not_be_read_does_not_hide_the_rest(api: Api, people: People, job: str) -> None:
    with renamed("matching_runs"):
        found = why(api, people, job)
    assert found["lastRun"] is None
    assert found["explanation"].startswith("It waits for a worker")
    assert all('"matching_runs" does not exist' in each for each in found["unread"])
    assert found["unread"]


def test_a_refused_claim_leaves_a_job_alone_that_is_not_due(job: str) -> None:
    change(Job, job, matching_status=MatchingStatus.COMPLETED, matched_at=datetime.now(UTC))
    with renamed("matching_runs"):
        assert failed_ids(job) == []
    with transaction() as connection:
        failures.note_failed_claim(connection, UUID(job), "Away.", maximum_age=HOUR)
    assert job_row(job).last_error is None


def test_a_permission_that_is_missing_is_named(job: str) -> None:
    with connect() as connection:
        connection.execute(text("CREATE ROLE nobody_in_particular"))
        connection.execute(text("SET ROLE nobody_in_particular"))
        with pytest.raises(DBAPIError) as refused:
            connection.execute(text("SELECT 1 FROM job_matches"))
        connection.execute(text("RESET ROLE"))
        connection.execute(text("DROP ROLE nobody_in_particular"))
    assert describe(refused.value) == (
        "ProgrammingError (42501, permission denied for table job_matches)"
    )


def test_a_broken_constraint_is_named_without_the_row(people: People) -> None:
    secret = "ada@firm.example"
    row = {"id": people.employer.id, "email": secret}
    again = text("INSERT INTO users (id, email, role) VALUES (:id, :email, 'employer')")
    with connect() as connection, pytest.raises(DBAPIError) as refused:
        connection.execute(again, row)
    said = describe(refused.value)
    assert "23505, table users, constraint " in said
    assert secret not in said


def test_a_refused_mail_is_part_of_the_answer(
    api: Api, people: People, cloud: Cloud, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert why(api, people, job)["lastMail"] is None
    run_matching(job)
    (mail,) = cloud.notifications.take()
    next(refused_mails(monkeypatch))
    send_mail(mail)
    found = why(api, people, job)["lastMail"]
    assert (found["id"], found["status"], found["attempts"]) == (str(mail), "due", 1)
    monkeypatch.undo()


def test_a_sent_mail_is_that_of_the_last_completed_run(
    api: Api, people: People, cloud: Cloud, job: str
) -> None:
    run_matching(job)
    (mail,) = cloud.notifications.take()
    send_mail(mail)
    found = why(api, people, job)["lastMail"]
    assert (found["id"], found["status"]) == (str(mail), "sent")


def test_each_request_can_be_found_in_the_log_by_its_id(
    api: Api, people: People, job: str, log: StringIO
) -> None:
    log.seek(0)
    log.truncate()
    answers = [
        api.get(f"/jobs/{job}", by=people.employer),
        api.get(f"/jobs/{uuid4()}", by=people.employer),
        api.patch(f"/jobs/{job}", {"title": "Counsel"}, by=people.employer),
        api.post(f"/jobs/{job}/matching-runs", by=people.employer),
    ]
    lines = [line for line in lines_of(log.getvalue()) if "status" in line]
    assert [line["status"] for line in lines] == [answer.status for answer in answers]
    assert [line["message"] for line in lines] == ["Answered.", "Refused.", *["Answered."] * 2]
    assert len({line["correlation_id"] for line in lines}) == len(answers)
