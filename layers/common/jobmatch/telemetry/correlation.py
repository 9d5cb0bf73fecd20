"""One id from a request through the queues to the mail.

It starts as the id that API Gateway gave a request, or Lambda an invocation, and is the
`correlation_id` of every log line. A message carries it as an attribute, beside its body.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jobmatch.telemetry import log_failure, logger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

ATTRIBUTE = "correlationId"
MAIL_HEADER = "X-Correlation-Id"
# Request ids of API Gateway are Base64, those of Lambda and SQS are UUIDs. What is sent on to a
# log, a queue and a mail's header must be nothing else, whoever put it into a message.
_ID = re.compile(r"[A-Za-z0-9+/=_-]{1,64}", re.ASCII)


def correlation_id() -> str | None:
    """The id of what is going on, if it has one."""
    return _valid(logger.get_correlation_id())


def message_attributes() -> dict[str, dict[str, str]]:
    """The attributes of a message that is sent now, as SQS takes them."""
    current = correlation_id()
    return {ATTRIBUTE: {"DataType": "String", "StringValue": current}} if current else {}


@contextmanager
def handling(record: SQSRecord) -> Iterator[None]:
    """What is logged and sent on while a message is handled carries the message's id.

    A message without one gives its own. A failure is logged; the message will come again.
    """
    before = logger.get_correlation_id()
    logger.set_correlation_id(_sent_with(record) or record.message_id)
    try:
        yield
    except Exception as error:
        log_failure("The message could not be handled.", error, message_id=record.message_id)
        raise
    finally:
        logger.set_correlation_id(before)


def _sent_with(record: SQSRecord) -> str | None:
    attributes = record.get("messageAttributes") or {}
    return _valid(attributes.get(ATTRIBUTE, {}).get("stringValue"))


def _valid(candidate: object) -> str | None:
    return candidate if isinstance(candidate, str) and _ID.fullmatch(candidate) else None
