"""The correlation id: one id from a request through the queues to the mail.

API Gateway gives it to a request, or Lambda to an invocation. Every log line has it as
`correlation_id`, and a message carries it as an attribute beside its body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jobmatch.telemetry import log_failure, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

ATTRIBUTE = "correlationId"
MAIL_HEADER = "X-Correlation-Id"
_IDS = {
    "jobId": "job_id",
    "notificationId": "notification_id",
    "webhookId": "webhook_id",
    "eventId": "event_id",
}
"""The members of our messages, and what the log calls them."""
# Request ids of API Gateway are Base64, those of Lambda and SQS are UUIDs. Whoever sent a message,
# nothing else may go into a log, a queue or a mail's header.
_ID = re.compile(r"[A-Za-z0-9+/=_-]{1,64}", re.ASCII)


def correlation_id() -> str | None:
    """The id of the present request or message, or `None`."""
    return _valid(logger.get_correlation_id())


def message_attributes() -> dict[str, dict[str, str]]:
    """The attributes of a message that is sent now, in the form of SQS."""
    current = correlation_id()
    return {ATTRIBUTE: {"DataType": "String", "StringValue": current}} if current else {}


@contextmanager
def handling(record: SQSRecord) -> Iterator[None]:
    """While a message is handled, make its id the correlation id.

    A message without the attribute gives its own id. A failure is logged and raised, so that the
    message will come again.
    """
    before = logger.get_correlation_id()
    sent = (record.get("messageAttributes") or {}).get(ATTRIBUTE, {}).get("stringValue")
    logger.set_correlation_id(_valid(sent) or record.message_id)
    try:
        yield
    except Exception as error:
        named = _ids_in(record.body)
        log_failure(
            "The message could not be handled.", error, message_id=record.message_id, **named
        )
        raise
    finally:
        logger.set_correlation_id(before)


def _ids_in(body: str) -> dict[str, Any]:
    """The ids of a message of ours; of any other nothing, because it may hold anything."""
    try:
        message = json.loads(body)
        return {field: str(UUID(message[key])) for key, field in _IDS.items() if key in message}
    except (AttributeError, TypeError, ValueError):
        return {}


def _valid(candidate: object) -> str | None:
    return candidate if isinstance(candidate, str) and _ID.fullmatch(candidate) else None
