"""The same commands on AWS, which moto simulates: queues, log and functions of a stack."""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from cli import dead_letters
from cli.__main__ import main
from cli.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

QUEUES = ("Matching", "Notification")
TEMPLATE = {
    "Resources": {
        **{f"{name}Queue": {"Type": "AWS::SQS::Queue"} for name in QUEUES},
        **{f"{name}DeadLetterQueue": {"Type": "AWS::SQS::Queue"} for name in QUEUES},
        "FunctionLogs": {"Type": "AWS::Logs::LogGroup"},
    },
    "Outputs": {"FunctionLogGroup": {"Value": {"Ref": "FunctionLogs"}}},
}
JOB = "51618f55-9642-4f75-a7d1-f229c9aaa73a"
MAIL = "0190a3c4-5d6e-7f80-91a2-b3c4d5e6f708"


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A stack with queues and a log."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("JOBMATCH_STACK", "jobmatch-test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        boto3.client("cloudformation").create_stack(
            StackName="jobmatch-test", TemplateBody=json.dumps(TEMPLATE)
        )
        yield Place(argparse.Namespace(url=None, stack="jobmatch-test", state=None))


def send(place: Place, about: str, body: dict[str, str], **attributes: str) -> None:
    _, url = place.queue_urls(about)
    named: Any = {
        name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()
    }
    place.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body), MessageAttributes=named)


def test_dead_letters_of_both_queues_are_listed_again_and_again(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    send(place, "matching", {"jobId": JOB})
    send(place, "mails", {"notificationId": MAIL}, jobId=JOB)
    for _ in range(2):
        assert main(["dead"]) == 0
        said = capsys.readouterr().out
        assert said.count(f"job {JOB}") == 2
        assert f"mail {MAIL}" in said


def test_a_mail_that_was_given_up_is_retried_by_a_run_of_its_job(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(place, "mails", {"notificationId": MAIL}, jobId=JOB)
    called = list[tuple[str, str]]()
    monkeypatch.setattr(place, "call", lambda method, path: called.append((method, path)))
    (letter,) = dead_letters.find(place)
    assert dead_letters.retry(place, letter) == f"job {JOB} is requested"
    assert called == [("POST", f"/jobs/{JOB}/matching-runs")]
    assert dead_letters.find(place) == []


def test_a_mail_whose_message_could_not_be_handled_is_queued_again_with_its_id(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    send(place, "mails", {"notificationId": MAIL}, correlationId="JKJaXmPLvHcESHA=")
    assert main(["dead", "retry", "--all"]) == 0
    assert f"mail {MAIL} is queued" in capsys.readouterr().out
    assert dead_letters.find(place) == []
    url, _ = place.queue_urls("mails")
    (message,) = place.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(message["Body"]) == {"notificationId": MAIL}
    assert message["MessageAttributes"]["correlationId"]["StringValue"] == "JKJaXmPLvHcESHA="


def test_more_letters_than_one_answer_holds(place: Place) -> None:
    for _ in range(25):
        send(place, "matching", {"jobId": JOB})
    assert len({letter.id for letter in dead_letters.find(place)}) == 25


def test_a_queue_that_is_gone_is_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    _, url = place.queue_urls("matching")
    boto3.client("sqs").delete_queue(QueueUrl=url)
    assert main(["dead"]) == 1
    said = capsys.readouterr().err
    assert "AWS refused GetQueueAttributes" in said
    assert "NonExistentQueue" in said


def test_the_log_of_a_stack_is_searched(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    client = boto3.client("logs")
    (group,) = client.describe_log_groups()["logGroups"]
    client.create_log_stream(logGroupName=group["logGroupName"], logStreamName="a")
    lines = [{"level": "INFO", "message": "Answered.", "correlation_id": id_} for id_ in "xyx"]
    client.put_log_events(
        logGroupName=group["logGroupName"],
        logStreamName="a",
        logEvents=[
            {"timestamp": int(time.time() * 1000), "message": json.dumps(line)} for line in lines
        ],
    )
    assert main(["logs", "x"]) == 0
    assert capsys.readouterr().out == "INFO Answered. correlation_id=x\n" * 2


def test_a_stack_that_does_not_exist_is_one_line(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dead", "--stack", "other"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "AWS refused DescribeStackResource" in said


STATE: dict[str, Any] = {
    "jobId": JOB,
    "status": "open",
    "matchingStatus": "failed",
    "isDue": False,
    "isGivenUp": True,
    "explanation": "5 attempts in a row have failed.",
    "since": "2026-11-29T22:00:00Z",
    "nextTryAt": None,
    "leaseUntil": None,
    "failures": 5,
    "lastError": "ProgrammingError (42501, permission denied for table job_matches)",
    "profilesNotIndexed": 0,
    "lastRun": None,
    "lastMail": {
        "id": MAIL,
        "status": "due",
        "attempts": 2,
        "createdAt": "2026-11-29T21:00:00Z",
        "dueAt": "2026-11-29T22:04:00Z",
        "finishedAt": None,
    },
    "unread": [],
}


@pytest.fixture
def in_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What was printed, however the terminal wraps it."""
    monkeypatch.setattr(Place, "call", lambda *_: STATE)
    return lambda: " ".join(capsys.readouterr().out.split())


def test_why_joins_state_mail_queue_and_log(place: Place, in_one_line: Any) -> None:
    send(place, "matching", {"jobId": JOB})
    client = boto3.client("logs")
    group = client.describe_log_groups()["logGroups"][0]["logGroupName"]
    client.create_log_stream(logGroupName=group, logStreamName="a")
    line = {"level": "ERROR", "message": "The job is given up.", "job_id": JOB}
    client.put_log_events(
        logGroupName=group,
        logStreamName="a",
        logEvents=[{"timestamp": int(time.time() * 1000), "message": json.dumps(line)}],
    )
    assert main(["why", JOB]) == 0
    said = in_one_line()
    assert "open, failed since 2026-11-29T22:00:00Z" in said
    assert "permission denied for table job_matches" in said
    assert "Failures 5 in a row" in said
    assert "Next try none" in said
    assert "due, 2 attempts, next try from 2026-11-29T22:04:00Z" in said
    assert "0 messages wait, 0 are being handled; 1 dead letters, 1 of them of this job" in said
    assert f"ERROR The job is given up. job_id={JOB}" in said


@pytest.mark.parametrize("lost", ["MatchingQueue", "MatchingDeadLetterQueue"])
def test_why_names_a_queue_that_is_gone_beside_all_else(
    place: Place, in_one_line: Any, lost: str
) -> None:
    queue, letters = place.queue_urls("matching")
    boto3.client("sqs").delete_queue(QueueUrl=queue if lost == "MatchingQueue" else letters)
    assert main(["why", JOB]) == 0
    said = in_one_line()
    assert f"{lost}: AWS refused " in said
    assert "NonExistentQueue" in said
    assert "5 attempts in a row have failed." in said


def test_why_says_that_the_log_is_gone_beside_all_else(place: Place, in_one_line: Any) -> None:
    client = boto3.client("logs")
    for group in client.describe_log_groups()["logGroups"]:
        client.delete_log_group(logGroupName=group["logGroupName"])
    assert main(["why", JOB]) == 0
    said = in_one_line()
    assert "Log AWS refused FilterLogEvents: ResourceNotFoundException" in said
    assert "0 messages wait" in said


def test_why_by_an_address_alone_says_what_is_not_shown(
    in_one_line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOBMATCH_STACK", raising=False)
    assert main(["why", JOB, "--url", "http://127.0.0.1:9"]) == 0
    assert "Queue not shown: name the stack with --stack" in in_one_line()
