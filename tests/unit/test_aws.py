"""Messages to the matching queue, and the database's password, without a network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from jobmatch import aws

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import StringIO

QUEUE = "https://sqs.example/matching"
JOBS = [UUID(int=number) for number in range(1, 26)]


def stubbed(service: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client = boto3.client(
        service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    monkeypatch.setattr(aws, "_client", {service: client}.__getitem__)
    with Stubber(client) as stub:
        yield stub


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    monkeypatch.setenv("MATCHING_QUEUE_URL", QUEUE)
    yield from stubbed("sqs", monkeypatch)


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    yield from stubbed("secretsmanager", monkeypatch)


def expect(sqs: Stubber, jobs: Sequence[UUID], *, refused: int = 0) -> None:
    entries = [
        {"Id": str(number), "MessageBody": json.dumps({"jobId": str(job)})}
        for number, job in enumerate(jobs)
    ]
    sent = [
        {"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "0" * 32}
        for entry in entries[refused:]
    ]
    failed = [{"Id": entry["Id"], "SenderFault": False, "Code": "x"} for entry in entries[:refused]]
    answer: dict[str, Any] = {"Successful": sent, "Failed": failed}
    sqs.add_response("send_message_batch", answer, {"QueueUrl": QUEUE, "Entries": entries})


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 25])
def test_jobs_are_queued_by_tens_in_their_order(count: int, sqs: Stubber) -> None:
    for start in range(0, count, 10):
        expect(sqs, JOBS[start : min(start + 10, count)])
    aws.queue_matching(*JOBS[:count])
    sqs.assert_no_pending_responses()


def test_a_message_that_sqs_refuses_is_an_error(sqs: Stubber) -> None:
    expect(sqs, JOBS[:10], refused=2)
    with pytest.raises(RuntimeError, match="2 of 10"):
        aws.queue_matching(*JOBS[:10])


def test_an_error_of_sqs_is_passed_on(sqs: Stubber) -> None:
    sqs.add_client_error("send_message_batch", "AccessDenied")
    with pytest.raises(ClientError, match="AccessDenied"):
        aws.queue_matching(JOBS[0])


def test_trying_queues_the_job(sqs: Stubber, log: StringIO) -> None:
    expect(sqs, JOBS[:1])
    aws.try_queue_matching(JOBS[0])
    sqs.assert_no_pending_responses()
    assert log.getvalue() == ""


def test_trying_survives_an_error_and_logs_the_job_without_the_words(
    sqs: Stubber, log: StringIO
) -> None:
    sqs.add_client_error("send_message_batch", "AccessDenied", "Words of SQS")
    aws.try_queue_matching(JOBS[0])
    line = json.loads(log.getvalue())
    assert (line["level"], line["error"]) == ("ERROR", "ClientError")
    assert line["job_id"] == str(JOBS[0])
    assert "Words of SQS" not in log.getvalue()


def test_trying_survives_a_missing_setting(monkeypatch: pytest.MonkeyPatch, log: StringIO) -> None:
    monkeypatch.delenv("MATCHING_QUEUE_URL", raising=False)
    aws.try_queue_matching(JOBS[0])
    assert json.loads(log.getvalue())["error"] == "ConfigurationError"


def test_a_secret_is_read_by_its_arn(secrets: Stubber) -> None:
    secrets.add_response("get_secret_value", {"SecretString": "text"}, {"SecretId": "the-arn"})
    assert aws.secret("the-arn") == "text"
    secrets.assert_no_pending_responses()
