"""Dead letters: messages that were given up, of jobs and of mails."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cli.client import RefusedError
from cli.errors import CommandError
from cli.place import QUEUES, aws_errors

if TYPE_CHECKING:
    from cli.place import Place

HIDDEN_SECONDS = 60
"""How long the letters that are read are hidden, should this end before it shows them again."""
MOST = 1_000
"""Most letters that are read of one queue."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter. The body is None where it is not one of ours, and then not shown."""

    id: str
    about: str
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


def depth(place: Place, about: str) -> tuple[int, int]:
    """How many messages wait in a queue, and how many are being handled."""
    url, _ = place.queue_urls(about)
    client = place.sqs
    with aws_errors(QUEUES[about]):
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    waiting, in_flight = (int(found[name]) for name in names)
    return waiting, in_flight


def find(place: Place, *abouts: str) -> list[Letter]:
    """The dead letters, oldest first: about "matching", "mails" or both."""
    letters = [letter for about in abouts or QUEUES for letter in _read(place, about)]
    return sorted(letters, key=lambda letter: letter.sent_at)


def _read(place: Place, about: str) -> list[Letter]:
    _, url = place.queue_urls(about)
    client = place.sqs
    found: dict[str, Letter] = {}
    with aws_errors(QUEUES[about].replace("Queue", "DeadLetterQueue")):
        while len(found) < MOST:
            answer = client.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=HIDDEN_SECONDS,
                MessageSystemAttributeNames=["SentTimestamp"],
                MessageAttributeNames=["All"],
            )
            messages = answer.get("Messages", [])
            found |= {message["MessageId"]: _letter(message, about) for message in messages}
            if not messages:
                break
        for letter in found.values():
            # Shown again at once, to whoever looks next.
            client.change_message_visibility(
                QueueUrl=url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
            )
    return list(found.values())


def _letter(message: dict[str, Any], about: str) -> Letter:
    sent = int(message["Attributes"]["SentTimestamp"]) / 1000
    return Letter(
        message["MessageId"],
        about,
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


def retry(place: Place, letter: Letter) -> str:
    """Have the work done again, and delete the letter; says what was done.

    A job is requested, because a given-up one is not due. So is the job of a mail that was given
    up: its next run records a new mail. A message that only could not be handled is queued again.

    Raises:
        CommandError: it is not a message of ours, or its job is not open any more.
    """
    if letter.job_id:
        try:
            place.call("POST", f"/jobs/{letter.job_id}/matching-runs")
        except RefusedError as error:
            raise CommandError(f"{error} (drop it if that is right)") from None
        done = f"job {letter.job_id} is requested"
    elif letter.notification_id:
        url, _ = place.queue_urls(letter.about)
        client = place.sqs
        with aws_errors():
            client.send_message(
                QueueUrl=url,
                MessageBody=json.dumps(letter.body),
                MessageAttributes=letter.attributes,
            )
        done = f"mail {letter.notification_id} is queued; it is sent if it is still due"
    else:
        raise CommandError("it is not a message of ours; drop it")
    drop(place, letter)
    return done


def drop(place: Place, letter: Letter) -> str:
    """Delete a letter; says so."""
    _, url = place.queue_urls(letter.about)
    client = place.sqs
    with aws_errors():
        client.delete_message(QueueUrl=url, ReceiptHandle=letter.receipt)
    return "dropped"
