"""Messages to the queues, mails, and the database's password, without a network."""

from __future__ import annotations

import json
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

import boto3
import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.stub import Stubber

from jobmatch import aws
from jobmatch.errors import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from io import StringIO

QUEUE = "https://sqs.example/matching"
JOBS = [UUID(int=number) for number in range(1, 26)]


def stubbed(service: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client = boto3.client(
        service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    monkeypatch.setattr(aws, "_client", lambda asked, **_: {service: client}[asked])
    with Stubber(client) as stub:
        yield stub


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    monkeypatch.setenv("MATCHING_QUEUE_URL", QUEUE)
    yield from stubbed("sqs", monkeypatch)


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    yield from stubbed("sesv2", monkeypatch)


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
    with pytest.raises(ClientError) as error:
        aws.queue_matching(*JOBS[:10])
    assert describe(error.value) == "ClientError (x, SendMessageBatch, queue matching)"


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
    refused = "ClientError (AccessDenied, SendMessageBatch, queue matching)"
    assert (line["level"], line["error"]) == ("WARNING", refused)
    assert line["job_id"] == str(JOBS[0])
    assert "Words of SQS" not in log.getvalue()


def test_trying_survives_a_missing_setting(monkeypatch: pytest.MonkeyPatch, log: StringIO) -> None:
    monkeypatch.delenv("MATCHING_QUEUE_URL", raising=False)
    aws.try_queue_matching(JOBS[0])
    missing = "ConfigurationError (The environment variable MATCHING_QUEUE_URL is not set.)"
    assert json.loads(log.getvalue())["error"] == missing


@pytest.mark.parametrize(
    ("send", "variable", "key"),
    [
        (aws.queue_notifications, "NOTIFICATION_QUEUE_URL", "notificationId"),
        (aws.try_queue_notification, "NOTIFICATION_QUEUE_URL", "notificationId"),
        (aws.queue_dead_job, "MATCHING_DEAD_LETTER_QUEUE_URL", "jobId"),
    ],
)
def test_each_kind_of_message_goes_to_its_queue_and_holds_one_id(
    send: Callable[[UUID], None],
    variable: str,
    key: str,
    sqs: Stubber,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, "https://sqs.example/other")
    body = json.dumps({key: str(JOBS[0])})
    sqs.add_response(
        "send_message_batch",
        {"Successful": [], "Failed": []},
        {"QueueUrl": "https://sqs.example/other", "Entries": [{"Id": "0", "MessageBody": body}]},
    )
    send(JOBS[0])
    sqs.assert_no_pending_responses()


def test_the_dead_letter_of_a_mail_names_its_job_too(
    sqs: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFICATION_DEAD_LETTER_QUEUE_URL", QUEUE)
    entry = {
        "Id": "0",
        "MessageBody": json.dumps({"notificationId": str(JOBS[0])}),
        "MessageAttributes": {"jobId": {"DataType": "String", "StringValue": str(JOBS[1])}},
    }
    sqs.add_response(
        "send_message_batch",
        {"Successful": [], "Failed": []},
        {"QueueUrl": QUEUE, "Entries": [entry]},
    )
    aws.queue_dead_notification(JOBS[0], JOBS[1])
    sqs.assert_no_pending_responses()


def test_trying_to_queue_a_mail_survives_an_error_too(
    sqs: Stubber, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFICATION_QUEUE_URL", QUEUE)
    sqs.add_client_error("send_message_batch", "AccessDenied", "Words of SQS")
    aws.try_queue_notification(JOBS[0])
    refused = "ClientError (AccessDenied, SendMessageBatch, queue matching)"
    assert json.loads(log.getvalue())["error"] == refused
    assert "Words of SQS" not in log.getvalue()


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "from@jobmatch.example", "to@firm.example"
    message.set_content("Text.")
    return message


def test_a_mail_goes_out_as_it_is_in_one_attempt(
    ses: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, int]] = []
    client = aws._client("sesv2")

    def observed(_: str, **options: int) -> Any:
        asked.append(options)
        return client

    monkeypatch.setattr(aws, "_client", observed)
    ses.add_response(
        "send_email",
        {"MessageId": "m"},
        {
            "FromEmailAddress": "from@jobmatch.example",
            "Destination": {"ToAddresses": ["to@firm.example"]},
            "Content": {"Raw": {"Data": mail().as_bytes()}},
        },
    )
    aws.send_mail(mail())
    ses.assert_no_pending_responses()
    assert asked == [{"attempts": 1}], "a second attempt after a time-out could be a second mail"


@pytest.mark.parametrize(
    ("code", "status"), [("MessageRejected", 400), ("AccessDenied", 403), ("TooManyRequests", 429)]
)
def test_a_mail_that_ses_refuses_is_known_not_to_be_sent(
    code: str, status: int, ses: Stubber
) -> None:
    ses.add_client_error("send_email", code, "to@firm.example", http_status_code=status)
    with pytest.raises(aws.MailRefusedError, match=f"^{code}$"):
        aws.send_mail(mail())


@pytest.mark.parametrize("status", [500, 503])
def test_after_a_fault_of_ses_it_is_unknown_whether_a_mail_was_sent(
    status: int, ses: Stubber
) -> None:
    ses.add_client_error("send_email", "InternalFailure", http_status_code=status)
    with pytest.raises(ClientError):
        aws.send_mail(mail())


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (EndpointConnectionError(endpoint_url="x"), True),
        (ConnectTimeoutError(endpoint_url="x"), True),
        (ReadTimeoutError(endpoint_url="x"), False),
        (ConnectionClosedError(endpoint_url="x"), False),
    ],
)
def test_only_a_service_that_was_never_reached_is_known_not_to_have_sent(
    error: BotoCoreError, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unreachable:
        def send_email(self, **_: object) -> NoReturn:
            raise error

    monkeypatch.setattr(aws, "_client", lambda *_, **__: Unreachable())
    with pytest.raises(aws.MailRefusedError if known else type(error)):
        aws.send_mail(mail())
