"""The state of the simulated AWS: messages that wait in queues, and mails that were sent."""

from __future__ import annotations

import email
import json
from dataclasses import dataclass
from email.policy import default
from functools import cache
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID, uuid4

import boto3
from moto.backends import get_backend

from local.events import QUEUE_ARN, sqs_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

SENDER = "matches@jobmatch.example"


@cache
def _client(service: str) -> Any:
    """Created once: it takes longer than most tests, and moto answers old clients too."""
    return boto3.client(service)


class Queue:
    """An SQS queue; its messages name one id each, or none."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.url: str = client.create_queue(QueueName=name)["QueueUrl"]

    def take(self) -> list[UUID]:
        """Receive all messages, and return their ids; that changed candidates wait names none."""
        bodies = [json.loads(record["body"]) for record in self.records()]
        return [UUID(*body.values()) for body in bodies if all(body.values())]

    def records(self) -> list[dict[str, Any]]:
        """Receive all messages, and return the records that a function gets for them."""
        taken = []
        while messages := self._client.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        ).get("Messages"):
            for message in messages:
                taken.append(sqs_record(message, queue_arn=QUEUE_ARN))
                self._client.delete_message(
                    QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"]
                )
        return taken


@dataclass(frozen=True)
class Cloud:
    """The queues of template.yaml, and a verified sender."""

    matching: Queue
    dead_jobs: Queue
    notifications: Queue
    dead_mails: Queue
    webhooks: Queue
    deliveries: Queue
    results: Queue

    @classmethod
    def create(cls) -> Self:
        sqs = _client("sqs")
        _client("sesv2").create_email_identity(EmailIdentity=SENDER)
        names: tuple[str, ...] = ("matching", "matching-dead")
        names += ("notifications", "notifications-dead", "webhooks", "deliveries", "results")
        return cls(*(Queue(sqs, name) for name in names))

    def environment(self) -> dict[str, str]:
        """Variables that direct our functions to these queues."""
        return {
            "MATCHING_QUEUE_URL": self.matching.url,
            "MATCHING_DEAD_LETTER_QUEUE_URL": self.dead_jobs.url,
            "NOTIFICATION_QUEUE_URL": self.notifications.url,
            "NOTIFICATION_DEAD_LETTER_QUEUE_URL": self.dead_mails.url,
            "WEBHOOK_DISPATCH_QUEUE_URL": self.webhooks.url,
            "WEBHOOK_QUEUE_URL": self.deliveries.url,
            "WEBHOOK_RESULT_QUEUE_URL": self.results.url,
            "MAIL_SENDER": SENDER,
            "CONSOLE_URL": "https://jobs.example/console",
        }

    def mails_about(self, job: str) -> int:
        """How many mails with a link to the job were sent."""
        texts = [mail.get_body(("plain",)) for mail in self.mails()]
        return sum(text is not None and job in text.get_content() for text in texts)

    def mails(self) -> list[EmailMessage]:
        """The mails that were sent, oldest first."""
        return [email.message_from_string(sent.raw_data, policy=default) for sent in _sent()]


@dataclass(frozen=True)
class Notary:
    """What signs heads of the decision log: a queue, a key and a bucket that locks."""

    queue: Queue
    key: str
    bucket: str

    @classmethod
    def create(cls, client: Callable[[str], Any] | None = None) -> Self:
        """Create them, with this process's clients or those that are given by service."""
        client = client or _client
        created = client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        key, s3 = created["KeyMetadata"]["KeyId"], client("s3")
        bucket = f"anchors-{uuid4()}"
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
        rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1461}}
        locked = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=locked)
        return cls(Queue(client("sqs"), "anchors"), key, bucket)

    def environment(self) -> dict[str, str]:
        """Variables that direct our functions there."""
        return {
            "ANCHOR_QUEUE_URL": self.queue.url,
            "ANCHOR_KEY_ID": self.key,
            "ANCHOR_BUCKET": self.bucket,
        }


def _sent() -> list[Any]:
    messages: list[Any] = get_backend("ses")["123456789012"]["us-east-1"].sent_messages
    return messages
