"""Messages of a dead-letter queue, for the API and the command line.

SQS shows no message without receiving it. So whoever reads the letters hides them, and shows again
those that are to stay.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jobmatch.queues.schemas import QueueName

if TYPE_CHECKING:
    from collections.abc import Sequence

HIDDEN_SECONDS = 60
"""How long letters that are read are hidden, should nobody show them again."""
MOST = 1_000
"""Most letters that are read of one queue."""
_BATCH = 10
"""Most messages that one request to SQS may name."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter. The body is `None` where it is not one of ours, and then not shown."""

    id: str
    sent_at: datetime
    body: dict[str, str] | None
    attributes: dict[str, Any]
    receipt: str

    @property
    def job_id(self) -> str | None:
        """The job whose matching would make it good."""
        named = (self.body or {}).get("jobId")
        return named or self.attributes.get("jobId", {}).get("StringValue")

    @property
    def notification_id(self) -> str | None:
        """The mail that it is about, if it is about one."""
        return (self.body or {}).get("notificationId")


Found = tuple[QueueName, Letter]
"""A letter, and whose dead letter it is."""


def depth(client: Any, url: str) -> tuple[int, int]:
    """How many messages wait in a queue, and how many are being handled; about, as SQS says."""
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    waiting, in_flight = (int(found[name]) for name in names)
    return waiting, in_flight


def read_letters(client: Any, url: str) -> list[Letter]:
    """The letters of a dead-letter queue, oldest first; hidden until `show_again`."""
    found: dict[str, Letter] = {}
    expected, _ = depth(client, url)
    while len(found) < MOST:
        # Without waiting, SQS asks some of its servers only, and may find none of a few messages.
        wait = 1 if len(found) < expected else 0
        answer = client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=_BATCH,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            break
        found |= {message["MessageId"]: _letter(message) for message in messages}
    return sorted(found.values(), key=lambda letter: letter.sent_at)


def show_again(client: Any, url: str, letters: Sequence[Letter]) -> None:
    """Show letters to whoever looks next; one that is gone or shown already stays so."""
    for start in range(0, len(letters), _BATCH):
        entries = [
            {"Id": str(number), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
            for number, letter in enumerate(letters[start : start + _BATCH])
        ]
        client.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def send_again(client: Any, url: str, letter: Letter) -> None:
    """Send the message of a letter once more, to the queue that it came from."""
    body = json.dumps(letter.body)
    client.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=letter.attributes)


def delete_letter(client: Any, url: str, letter: Letter) -> None:
    """Delete a letter; one that is gone already stays so."""
    client.delete_message(QueueUrl=url, ReceiptHandle=letter.receipt)


def _letter(message: dict[str, Any]) -> Letter:
    sent = int(message["Attributes"]["SentTimestamp"]) / 1000
    return Letter(
        message["MessageId"],
        datetime.fromtimestamp(sent, UTC),
        _body(message["Body"]),
        message.get("MessageAttributes", {}),
        message["ReceiptHandle"],
    )


def _body(text: str) -> dict[str, str] | None:
    try:
        body = json.loads(text)
        return {key: str(UUID(body[key])) for key in ("jobId", "notificationId") if key in body}
    except (AttributeError, TypeError, ValueError):
        return None
