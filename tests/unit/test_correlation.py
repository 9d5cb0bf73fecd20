"""The correlation id: taken from a message only where it looks like one, and never kept on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from jobmatch.telemetry import logger
from jobmatch.telemetry.correlation import correlation_id, handling, message_attributes
from local.events import sqs_event

if TYPE_CHECKING:
    from io import StringIO

JOB = "51618f55-9642-4f75-a7d1-f229c9aaa73a"
API_GATEWAYS = "JKJaXmPLvHcESHA="


def record(**texts: str) -> SQSRecord:
    (raw,) = sqs_event(["{}"], texts=texts)["Records"]
    return SQSRecord(raw)


def test_a_message_passes_its_id_on() -> None:
    with handling(record(correlationId=API_GATEWAYS)):
        assert correlation_id() == API_GATEWAYS
        assert message_attributes() == {
            "correlationId": {"DataType": "String", "StringValue": API_GATEWAYS}
        }
    assert correlation_id() is None


@pytest.mark.parametrize(
    "sent", ["", "a b", "a\nb", "a\r\nBcc: x@y.example", "é", "a" * 65, "٣", "ab\n", "{}", "a;b"]
)
def test_what_can_be_no_id_is_replaced_by_the_messages_own(sent: str) -> None:
    message = record(correlationId=sent)
    with handling(message):
        assert correlation_id() == message.message_id


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        None,
        {"correlationId": {"binaryValue": "YQ==", "dataType": "Binary"}},
        {"correlationId": {"stringValue": None, "dataType": "String"}},
        {"correlationId": {"stringValue": 5, "dataType": "Number"}},
        {"other": {"stringValue": API_GATEWAYS, "dataType": "String"}},
    ],
)
def test_a_message_without_an_id_gives_its_own(attributes: Any) -> None:
    message = record()
    message.raw_event["messageAttributes"] = attributes
    with handling(message):
        assert correlation_id() == message.message_id


def test_a_failed_message_is_logged_under_its_id_and_leaves_nothing_behind(log: StringIO) -> None:
    logger.set_correlation_id("before")
    with pytest.raises(LookupError), handling(record(correlationId=API_GATEWAYS)):
        raise LookupError("ada@firm.example")
    line = json.loads(log.getvalue())
    assert (line["level"], line["correlation_id"]) == ("ERROR", API_GATEWAYS)
    assert "ada@firm.example" not in log.getvalue()
    assert correlation_id() == "before"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"jobId": JOB}, {"job_id": JOB}),
        ({"webhookId": JOB, "eventId": JOB}, {"webhook_id": JOB, "event_id": JOB}),
        ({"notificationId": JOB}, {"notification_id": JOB}),
        ({"jobId": JOB, "name": "Ada"}, {"job_id": JOB}),
        ({"jobId": "Ada"}, {}),
        ({"jobId": [JOB]}, {}),
        (["jobId"], {}),
        ("jobId", {}),
        (None, {}),
    ],
)
def test_a_failed_message_names_the_job_or_the_mail_and_nothing_else(
    body: object, named: dict[str, str], log: StringIO
) -> None:
    (raw,) = sqs_event([json.dumps(body)])["Records"]
    with pytest.raises(LookupError), handling(SQSRecord(raw)):
        raise LookupError
    line = json.loads(log.getvalue())
    ids = ("job_id", "notification_id", "webhook_id", "event_id")
    assert {name: line[name] for name in ids if name in line} == named
    assert "Ada" not in log.getvalue()


def test_an_id_that_a_queue_would_refuse_is_not_sent() -> None:
    logger.set_correlation_id("not\x00an id")
    assert message_attributes() == {}
