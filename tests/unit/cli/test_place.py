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
    assert "AWS refused ReceiveMessage" in said
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
