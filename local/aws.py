"""The AWS services that functions call: moto's server, whose state this process can read."""

import json
import logging
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from local.events import ACCOUNT_ID, REGION
from local.feedback import reported
from local.mails import Mails
from local.resources import Queue


def client_environment(endpoint: str) -> dict[str, str]:
    """Variables that Lambda sets for AWS clients, and those that keep clients on this machine."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "NO_PROXY": "127.0.0.1",
    }


class Depth(NamedTuple):
    """How many messages of a queue may be received now, are in flight, and wait for their time."""

    waiting: int = 0
    in_flight: int = 0
    delayed: int = 0


class LocalAws:
    """moto's server with the template's queues and mail identities.

    Args:
        port: where it answers.
        mails: the file that keeps the mails between runs.
    """

    def __init__(self, port: int, mails: Path | None = None) -> None:
        self._port = port
        self._server: Any = None
        self._sqs: Any = None
        self._feedback = ""
        self._outbox = Mails(mails, self._report)

    def start(self, queues: Iterable[Queue], senders: Iterable[str], feedback: str = "") -> None:
        """Start the server, create the queues and verify the senders of mails.

        Args:
            queues: the template's.
            senders: what SES knows.
            feedback: the queue that hears of bounces and complaints; empty for none.
        """
        self._feedback = feedback
        # Imported here because it takes two seconds, in which the functions can start.
        from moto.backends import get_backend  # noqa: PLC0415
        from moto.server import ThreadedMotoServer  # noqa: PLC0415

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._sqs = get_backend("sqs")[ACCOUNT_ID][REGION]
        self._server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
        self._server.start()
        # Dead-letter queues come first: a redrive policy must name a queue that exists.
        for queue in sorted(queues, key=lambda queue: queue.dead_letters is not None):
            attributes = dict(queue.attributes)
            if queue.dead_letters:
                arn = f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{queue.dead_letters}"
                redrive = {"deadLetterTargetArn": arn, "maxReceiveCount": queue.max_receives}
                attributes["RedrivePolicy"] = json.dumps(redrive)
            self._sqs.create_queue(queue.name, **attributes)
        ses = get_backend("ses")[ACCOUNT_ID][REGION]
        ses.sent_messages = self._outbox
        for sender in senders:
            ses.verify_email_identity(sender)

    def stop(self) -> None:
        """Stop the server and drop its state; does nothing when it is not running."""
        if self._server:
            self._server.stop()
            self._server = None
            self._sqs.reset()

    def receive(self, queue: str, count: int, wait: int) -> list[dict[str, Any]]:
        """Up to `count` messages as ReceiveMessage returns them, after at most `wait` seconds."""
        held = self._sqs.queues.get(queue)
        if held is None:  # somebody has deleted it: its sender is told, and it may come back
            time.sleep(wait)
            return []
        found = self._sqs.receive_message(queue, count, wait, held.visibility_timeout, ["All"])
        return [
            {
                "MessageId": message.id,
                "ReceiptHandle": message.receipt_handle,
                "Body": message.body,
                "Attributes": {
                    "ApproximateReceiveCount": str(message.approximate_receive_count),
                    "SentTimestamp": str(message.sent_timestamp),
                    "SenderId": message.sender_id,
                    "ApproximateFirstReceiveTimestamp": str(
                        message.approximate_first_receive_timestamp
                    ),
                },
                "MessageAttributes": message.message_attributes,
            }
            for message in found
        ]

    def delete(self, queue: str, receipt_handle: str) -> None:
        """Delete a message that was received."""
        held = self._sqs.queues.get(queue)
        if held is None:
            return
        # moto replaces its list without this lock: a message sent meanwhile would be lost.
        with held._messages_lock:  # noqa: SLF001 - see above
            held.delete_message(receipt_handle)

    def url(self, queue: str) -> str:
        """The address of a queue."""
        return f"http://127.0.0.1:{self._port}/{ACCOUNT_ID}/{queue}"

    def _report(self, mail: dict[str, Any]) -> None:
        event = reported(mail["to"], mail["sentAt"])
        if event and self._feedback in self._sqs.queues:
            self._sqs.send_message(self._feedback, json.dumps(event))

    def depth(self, queue: str) -> Depth:
        """How many messages a queue holds; none if it is gone."""
        held = self._sqs.queues.get(queue)
        if held is None:
            return Depth()
        return Depth(
            held.approximate_number_of_messages,
            held.approximate_number_of_messages_not_visible,
            held.approximate_number_of_messages_delayed,
        )

    def mails(self) -> list[dict[str, Any]]:
        """The mails that were sent, newest first."""
        return self._outbox.newest_first()
