"""The messages between the functions that deliver events, and the queues that they wait in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from pydantic import Field

from jobmatch.aws import sqs
from jobmatch.config import settings
from jobmatch.telemetry import log_failure
from jobmatch.telemetry.correlation import message_attributes
from jobmatch.wire import Input

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Id = Annotated[UUID, Field(strict=False)]
_BATCH = 10
"""Most messages that one request to SQS may send."""
LONGEST_DELAY = 900
"""Seconds that SQS can hold a message back."""


class WebhookMessage(Input):
    """A webhook that may have events to be sent."""

    webhook_id: Id


class Delivery(Input):
    """A signed event, ready to be posted. The secret is not in it."""

    webhook_id: Id
    event_id: Id
    claim: int
    attempt: int
    url: str
    headers: dict[str, str]
    body: str


class DeliveryResult(Input):
    """What became of a delivery: the status that the receiver answered, or why there is none."""

    webhook_id: Id
    event_id: Id
    claim: int
    attempt: int
    status: int | None = None
    error: str | None = None


def _send(
    url: str,
    messages: Sequence[WebhookMessage | Delivery | DeliveryResult],
    delay: int = 0,
    *,
    fair: bool = False,
) -> None:
    """Send messages; `fair` is to have SQS take turns among webhooks where one has many."""
    attributes = message_attributes()
    common: dict[str, Any] = {"DelaySeconds": delay}
    if attributes:
        common["MessageAttributes"] = attributes
    entries = [
        {
            "Id": str(number % _BATCH),
            "MessageBody": message.model_dump_json(by_alias=True, exclude_none=True),
            **({"MessageGroupId": str(message.webhook_id)} if fair else {}),
            **common,
        }
        for number, message in enumerate(messages)
    ]
    for start in range(0, len(entries), _BATCH):
        portion = entries[start : start + _BATCH]
        answer = sqs().send_message_batch(QueueUrl=url, Entries=portion)
        if refused := answer.get("Failed", ()):
            from botocore.exceptions import ClientError  # noqa: PLC0415 - as in jobmatch.aws

            raise ClientError({"Error": refused[0]}, "SendMessageBatch")


def _named(webhook_ids: Iterable[UUID]) -> list[WebhookMessage]:
    return [WebhookMessage.model_validate({"webhookId": each}) for each in sorted(webhook_ids)]


def queue_webhooks(webhook_ids: Iterable[UUID]) -> None:
    """Have the due events of these webhooks sent.

    Raises:
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: the queue was not
            reached or refused; the next schedule finds the events.
    """
    _send(settings().webhook_dispatch_queue_url, _named(webhook_ids))


def try_queue_webhooks(webhook_ids: Iterable[UUID], *, delay: int = 0) -> None:
    """Queue webhooks whose events are committed; if that fails, the schedule finds them later."""
    messages = _named(webhook_ids)
    try:
        _send(settings().webhook_dispatch_queue_url, messages, delay)
    except Exception as error:  # noqa: BLE001 - the caller's work is done and safe
        log_failure(
            "The webhooks were not queued; the schedule will find them.",
            error,
            expected=True,
            webhooks=len(messages),
        )


def queue_disabled_mails(webhook_ids: Iterable[UUID]) -> None:
    """Have the owners of these webhooks told that they are disabled; raises as above."""
    _send(settings().notification_queue_url, _named(webhook_ids))


def queue_deliveries(deliveries: Sequence[Delivery]) -> None:
    """Hand signed events to those who can reach the internet; raises as above."""
    _send(settings().webhook_queue_url, deliveries, fair=True)


def queue_result(result: DeliveryResult) -> None:
    """Tell those who can reach the database what became of a delivery; raises as above."""
    _send(settings().webhook_result_queue_url, [result])
