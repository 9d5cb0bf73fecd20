"""Queues and dead letters as an admin sees them, and what retrying and dropping do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from sqlalchemy import insert

from jobmatch.models import Job, JobStatus, MatchingStatus, Notification
from tests.support.away import NOT_REACHED, away
from tests.support.given import an_open_job
from tests.support.rows import change, job_row, write

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.cloud import Cloud, Queue
    from tests.support.people import People

LETTERS = "/admin/dead-letters"


def send(queue: Queue, body: object, **attributes: str) -> str:
    named: Any = {
        name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()
    }
    text = body if isinstance(body, str) else json.dumps(body)
    sent = boto3.client("sqs").send_message(
        QueueUrl=queue.url, MessageBody=text, MessageAttributes=named
    )
    return str(sent["MessageId"])


def listed(api: Api, people: People) -> list[dict[str, Any]]:
    answer = api.get(LETTERS, by=people.admin)
    assert answer.status == 200, answer.text
    assert answer.json["isComplete"] is True
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def settle(api: Api, people: People, what: str, *ids: str) -> list[dict[str, Any]]:
    answer = api.post(f"{LETTERS}/{what}", {"ids": ids}, by=people.admin)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


@pytest.fixture
def failed(api: Api, people: People, cloud: Cloud) -> str:
    """A job that was given up; its dead letter is not sent yet."""
    job = an_open_job(api, people.employer, title="Licensing counsel")
    cloud.matching.take()
    status = MatchingStatus.FAILED
    change(Job, job, matching_status=status, matching_failures=5, last_error="It broke.")
    return job


def test_the_queues_are_counted(api: Api, people: People, cloud: Cloud) -> None:
    for _ in range(2):
        send(cloud.notifications, {"notificationId": str(uuid4())})
    boto3.client("sqs").receive_message(QueueUrl=cloud.notifications.url)
    send(cloud.dead_jobs, {"jobId": str(uuid4())})
    answer = api.get("/admin/queues", by=people.admin)
    assert answer.json["items"] == [
        {"name": "matching", "waiting": 0, "inFlight": 0, "dead": 1},
        {"name": "mails", "waiting": 1, "inFlight": 1, "dead": 0},
    ]


def test_letters_come_with_what_is_known_and_stay_where_they_are(
    api: Api, people: People, cloud: Cloud, failed: str
) -> None:
    mail, gone = uuid4(), str(uuid4())
    write(insert(Notification).values(id=mail, job_id=failed, run_id=uuid4(), attempts=5))
    ids = [
        send(cloud.dead_jobs, {"jobId": failed}),
        send(cloud.dead_mails, {"notificationId": str(mail)}, jobId=failed),
        send(cloud.dead_mails, {"notificationId": str(mail)}),
        send(cloud.dead_jobs, {"jobId": gone}),
        send(cloud.dead_mails, "Ada Quill"),
    ]
    for _ in range(2):
        letters = {letter["id"]: letter for letter in listed(api, people)}
        assert sorted(letters) == sorted(ids)
    known: dict[str, object] = {"jobId": failed, "jobTitle": "Licensing counsel"}
    job = {"queue": "matching", "notificationId": None, "attempts": 5, "reason": "It broke."}
    sent = {"queue": "mails", "notificationId": str(mail), "attempts": 5, "reason": None}
    nothing = dict.fromkeys(("jobTitle", "notificationId", "attempts", "reason"))
    expected: list[dict[str, object]] = [
        known | job,
        known | sent,
        known | sent,
        nothing | {"queue": "matching", "jobId": gone},
        nothing | {"queue": "mails", "jobId": None},
    ]
    for letter_id, facts in zip(ids, expected, strict=True):
        assert {name: letters[letter_id][name] for name in facts} == facts
    assert "Quill" not in json.dumps(letters)


def test_more_letters_than_one_answer_of_sqs_holds(api: Api, people: People, cloud: Cloud) -> None:
    ids = {send(cloud.dead_jobs, {"jobId": str(uuid4())}) for _ in range(25)}
    assert {letter["id"] for letter in listed(api, people)} == ids
    results = settle(api, people, "drop", *ids)
    assert {result["id"] for result in results if result["isDone"]} == ids
    assert listed(api, people) == []


def test_a_retried_job_is_requested_and_queued(
    api: Api, people: People, cloud: Cloud, failed: str
) -> None:
    retried = send(cloud.dead_jobs, {"jobId": failed})
    other = send(cloud.dead_jobs, {"jobId": failed})
    (result,) = settle(api, people, "retry", retried)
    assert result == {"id": retried, "isDone": True, "message": "Its job is requested."}
    row = job_row(failed)
    assert (row.matching_status, row.matching_failures) == (MatchingStatus.PENDING, 0)
    assert [str(job) for job in cloud.matching.take()] == [failed]
    assert [letter["id"] for letter in listed(api, people)] == [other]


def test_a_mail_that_was_given_up_is_retried_by_a_run_of_its_job(
    api: Api, people: People, cloud: Cloud, failed: str
) -> None:
    letter = send(cloud.dead_mails, {"notificationId": str(uuid4())}, jobId=failed)
    (result,) = settle(api, people, "retry", letter)
    assert result["isDone"]
    assert [str(job) for job in cloud.matching.take()] == [failed]
    assert cloud.notifications.take() == []
    assert listed(api, people) == []


def test_a_mail_whose_message_could_not_be_handled_is_queued_again(
    api: Api, people: People, cloud: Cloud
) -> None:
    mail = str(uuid4())
    letter = send(cloud.dead_mails, {"notificationId": mail})
    (result,) = settle(api, people, "retry", letter)
    assert result["isDone"]
    assert [str(each) for each in cloud.notifications.take()] == [mail]
    assert listed(api, people) == []


def test_what_can_not_be_retried_stays_and_says_why(
    api: Api, people: People, cloud: Cloud, failed: str
) -> None:
    change(Job, failed, status=JobStatus.CLOSED)
    ids = [
        send(cloud.dead_jobs, {"jobId": failed}),
        send(cloud.dead_jobs, {"jobId": str(uuid4())}),
        send(cloud.dead_jobs, "Ada Quill"),
    ]
    unknown = str(uuid4())
    results = settle(api, people, "retry", *ids, unknown)
    assert [(result["id"], result["isDone"]) for result in results] == [
        (each, False) for each in (*ids, unknown)
    ]
    assert [result["message"] for result in results] == [
        "Only an open job is matched.",
        "No such job.",
        "It is not a message of ours; it can only be dropped.",
        "There is no such dead letter.",
    ]
    assert sorted(letter["id"] for letter in listed(api, people)) == sorted(ids)
    assert all(result["isDone"] for result in settle(api, people, "drop", *ids))
    assert listed(api, people) == []


@pytest.mark.parametrize("ids", [[], ["x"], [7], [str(uuid4()) for _ in range(101)], None])
@pytest.mark.parametrize("what", ["retry", "drop"])
def test_ids_are_named_and_not_too_many(api: Api, people: People, what: str, ids: object) -> None:
    assert api.post(f"{LETTERS}/{what}", {"ids": ids}, by=people.admin).status == 422


@pytest.mark.parametrize("name", ["refuses connections"])
def test_while_sqs_is_away_the_answer_is_that_a_retry_may_help(
    name: str, api: Api, people: People
) -> None:
    with away("SQS", NOT_REACHED[name]):
        answers = [
            api.get("/admin/queues", by=people.admin),
            api.get(LETTERS, by=people.admin),
            api.post(f"{LETTERS}/retry", {"ids": [str(uuid4())]}, by=people.admin),
            api.post(f"{LETTERS}/drop", {"ids": [str(uuid4())]}, by=people.admin),
        ]
    assert [answer.status for answer in answers] == [503] * 4
    assert {answer.headers["retry-after"] for answer in answers} == {"1"}
