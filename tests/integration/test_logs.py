"""What operators are called for, what not, and that nobody's data is in the log of either."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, NoReturn

import pytest
from sqlalchemy import update

from jobmatch.errors import FunctionFailedError
from jobmatch.models import User
from jobmatch.notifications import service as notifications
from jobmatch.postgres import connect
from local.events import sqs_event
from tests.support.functions import invoke
from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.logs import counted, lines_of
from tests.support.running import (
    dispatch,
    failing_runs,
    refused_mails,
    run_matching,
    send_mail,
    work,
)

if TYPE_CHECKING:
    from io import StringIO
    from uuid import UUID

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

NOWHERE = "postgresql+pg8000://nobody@127.0.0.1:9/none"


def levels(log: StringIO) -> dict[str, str]:
    return {line["message"]: line["level"] for line in lines_of(log.getvalue())}


def clear(log: StringIO) -> None:
    log.seek(0)
    log.truncate()


@pytest.fixture
def job(api: Api, people: People, cloud: Cloud, log: StringIO) -> str:
    """An open job with one good candidate, whose message was taken off the queue."""
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    cloud.matching.take()
    clear(log)
    return job


@pytest.fixture
def mail(cloud: Cloud, job: str, log: StringIO) -> UUID:
    """A mail that is due."""
    run_matching(job)
    clear(log)
    (mail,) = cloud.notifications.take()
    return mail


def test_refused_requests_are_no_errors(api: Api, people: People, job: str, log: StringIO) -> None:
    statuses = [
        api.get(f"/jobs/{job}").status,
        api.get("/admin/jobs", by=people.employer).status,
        api.get(f"/jobs/{job}", by=people.rival).status,
        api.post("/jobs", {"title": "ada@firm.example", "other": 1}, by=people.employer).status,
        api.post("/jobs", "{", by=people.employer).status,
        api.patch(f"/jobs/{job}", {"status": "draft"}, by=people.employer).status,
    ]
    assert statuses == [401, 403, 404, 422, 400, 409]
    lines = lines_of(log.getvalue())
    assert [(line["level"], line["status"]) for line in lines] == [
        ("INFO", status) for status in statuses
    ]
    assert lines[3]["problem"] == "invalid-input"
    assert "firm.example" not in log.getvalue()


def test_work_that_somebody_else_did_is_no_error(
    api: Api, people: People, cloud: Cloud, mail: UUID, job: str, log: StringIO
) -> None:
    run_matching(job, a_draft(api, people.employer))
    send_mail(mail)
    send_mail(mail)
    assert counted(log.getvalue()) == []
    assert levels(log)["Nothing to match."] == levels(log)["Nothing to send."] == "INFO"


@pytest.mark.parametrize("name", ["sqlalchemy.pool.impl.QueuePool", "urllib3", "botocore.hooks"])
@pytest.mark.parametrize("failing", [True, False])
def test_what_a_library_logs_is_a_line_without_its_text(
    name: str, failing: bool, log: StringIO
) -> None:
    error = LookupError("Key (email)=(ada@firm.example)") if failing else None
    logging.getLogger(name).error("Failed for %s", "ada@firm.example", exc_info=error)
    logging.getLogger(name).info("It is said that all is well.")
    (line,) = lines_of(log.getvalue())
    assert (line["level"], line["library"]) == ("WARNING", name)
    assert line.get("error") == ("LookupError" if failing else None)
    assert "ada@" not in log.getvalue()


def test_a_failing_run_is_an_error_when_it_is_given_up(
    job: str, cloud: Cloud, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    for attempt in failing_runs(monkeypatch):
        run_matching(job)
        assert counted(log.getvalue()) == (["The job is given up."] if attempt == 5 else [])
    assert levels(log)["The run failed."] == "WARNING"
    assert len(cloud.dead_jobs.take()) == 1


def test_a_refused_mail_is_an_error_when_it_is_given_up(
    mail: UUID, cloud: Cloud, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    for attempt in refused_mails(monkeypatch):
        send_mail(mail)
        assert counted(log.getvalue()) == (["The mail is given up."] if attempt == 5 else [])
    assert levels(log)["The mail was refused."] == "WARNING"
    assert len(cloud.dead_mails.take()) == 1


def test_a_mail_that_may_or_may_not_be_sent_is_an_error(
    mail: UUID, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: object) -> NoReturn:
        raise TimeoutError

    monkeypatch.setattr(notifications, "send_mail", silent)
    send_mail(mail)
    assert "The mail may not be sent." in counted(log.getvalue())


def test_a_message_that_can_not_be_read_is_an_error_without_its_words(
    cloud: Cloud, log: StringIO
) -> None:
    bodies = ["ada@firm.example", json.dumps({"jobId": "ada@firm.example"}), "{}"]
    answer = invoke("run_matching", sqs_event(bodies))
    assert len(answer["batchItemFailures"]) == 3
    assert counted(log.getvalue()) == ["The message could not be handled."] * 3
    assert "firm.example" not in log.getvalue()


def test_a_queue_that_is_away_after_the_commit_is_made_good_by_the_schedule(
    api: Api, people: People, job: str, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MATCHING_QUEUE_URL")
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    assert levels(log) == {
        "The job was not queued; the schedule will find it.": "WARNING",
        "Answered.": "INFO",
    }


def test_a_schedule_that_fails_is_an_error(
    job: str, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MATCHING_QUEUE_URL")
    with pytest.raises(FunctionFailedError, match=r"^ConfigurationError "):
        dispatch()
    assert counted(log.getvalue()) == ["The function failed."]


def test_a_database_that_is_away_is_an_error(
    api: Api, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", NOWHERE)
    monkeypatch.setenv("DATABASE_CONNECT_SECONDS", "1")
    assert api.get("/health").status == 503
    assert counted(log.getvalue()) == ["The database is not available."]


def test_nobodys_data_is_logged_from_the_request_to_the_mail_and_in_failures(
    api: Api,
    people: People,
    cloud: Cloud,
    log: StringIO,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    candidate, address = "Canaria Quillfeather", "canaria@candidate.example"
    planted = [candidate, address, "Canary Wharf", "Canary & Sons", "Secret Canary Counsel"]
    with connect() as connection:
        change = update(User).where(User.id == people.employer.id)
        connection.execute(change.values(email="canary@employer.example"))
    planted.append("canary@employer.example")
    position = {"employer": planted[3], "title": planted[4], "startDate": "2015"}
    a_profile(
        api,
        people,
        name=candidate,
        email=address,
        location=planted[2],
        specializations=["Licensing"],
        workHistory=[position],
    )
    job = an_open_job(api, people.employer, title=planted[4], preferredLocation=planted[2])
    # A run that fails with such words, and an input that is refused.
    with monkeypatch.context() as patch:
        next(failing_runs(patch, words=f"{candidate} {address}"))
        work(cloud)
    assert api.patch(f"/jobs/{job}", {"title": [candidate]}, by=people.employer).status == 422
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    dispatch()
    work(cloud)
    (mail,) = cloud.mails()
    assert mail["To"] == planted[-1], "the flow went all the way"
    written = f"{log.getvalue()}{capsys.readouterr().out}"
    assert "The run failed." in written
    assert "The mail is sent." in written
    assert [each for each in planted if each in written] == []
