"""Worker processes on the test's database and simulated AWS, which tests kill."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from jobmatch.deliveries import outbox
from jobmatch.notifications import letter
from jobmatch.notifications import service as notifications
from local.events import QUEUE_ARN, sqs_record
from local.queues import failures
from tests.support.functions import invoke, load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import EmailMessage
    from multiprocessing.context import ForkServerProcess

    from jobmatch.notifications.queries import Mail

PATIENCE = 30.0
TOLD = "X-Test-MailedMatch"
NOTIFICATION = "X-Test-Notification"
"""Headers of a stamped mail: the candidates that it names, and its notification."""

# The server from which workers are forked has imported this module and what it needs.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.support.workers"])
DELIVERING = {
    "dispatch_webhooks": "WEBHOOK_DISPATCH_QUEUE_URL",
    "send_webhook": "WEBHOOK_QUEUE_URL",
    "note_webhook_result": "WEBHOOK_RESULT_QUEUE_URL",
}
"""The functions that bring events to receivers, and the queues that feed them."""
for _name in ("dispatch_matching", "run_matching", "notify_employer", *DELIVERING):
    load(_name)


def start(target: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """A process that calls `target`, a function at the top level of a module."""
    process = _processes.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def kill(process: ForkServerProcess) -> None:
    """Send SIGKILL, and wait for the end."""
    process.kill()
    process.join(PATIENCE)
    process.close()


def survives(
    environment: Mapping[str, str], operation: str, event: object, step: int, *, sent: bool
) -> bool:
    """Call a function in a process that kills itself at a step.

    A step is a write to a socket: a message to the database, or a part of a request to AWS.

    Args:
        environment: of the process.
        operation: the function.
        event: what it is called with.
        step: counted from 1.
        sent: it dies right after the write, before any answer; else right before the write.

    Returns:
        Whether it ended normally, because it has fewer steps.
    """
    process = start(_until_step, dict(environment), operation, event, step, sent)
    process.join(PATIENCE)
    code = process.exitcode
    process.kill()
    process.join()
    process.close()
    assert code in (0, -signal.SIGKILL), f"{operation} ended with {code} at step {step}"
    return code == 0


def _until_step(
    environment: Mapping[str, str], operation: str, event: dict[str, Any], step: int, sent: bool
) -> None:
    os.environ.update(environment)
    left = step

    def stepping(write: Callable[..., Any]) -> Callable[..., Any]:
        def written(end: socket.socket, data: Any, *flags: int) -> Any:
            nonlocal left
            left -= 1
            if left == 0 and not sent:
                os.kill(os.getpid(), signal.SIGKILL)
            done = write(end, data, *flags)
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return written

    for name in ("send", "sendall"):
        setattr(socket.socket, name, stepping(getattr(socket.socket, name)))
    invoke(operation, event)


def stamp(patch: pytest.MonkeyPatch) -> None:
    """Let this process put the headers on its mails."""
    compose = letter.compose

    def stamped(mail: Mail) -> EmailMessage:
        message = compose(mail)
        message[NOTIFICATION] = str(mail.notification_id)
        message[TOLD] = " ".join(map(str, mail.scores))
        return message

    patch.setattr(notifications, "compose", stamped)


def work_for_ever(environment: Mapping[str, str]) -> None:
    """Receive messages from both queues and handle them, as our functions do on AWS."""
    stamp(pytest.MonkeyPatch())
    queues = {"run_matching": "MATCHING_QUEUE_URL", "notify_employer": "NOTIFICATION_QUEUE_URL"}
    _handle_for_ever(environment, queues)


def deliver_for_ever(environment: Mapping[str, str]) -> None:
    """Bring events to receivers, with a lease and pauses that a test can wait for."""
    outbox.LEASE = timedelta(seconds=2)
    outbox.BACK_OFF = (timedelta(seconds=1),) * len(outbox.BACK_OFF)
    _handle_for_ever(environment, DELIVERING)


def _handle_for_ever(environment: Mapping[str, str], queues: Mapping[str, str]) -> None:
    os.environ.update(environment)
    sqs = boto3.client("sqs")
    while True:
        idle = True
        for operation, name in queues.items():
            url = environment[name]
            messages = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=5,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            ).get("Messages", [])
            if not messages:
                continue
            idle = False
            records = [sqs_record(message, queue_arn=QUEUE_ARN) for message in messages]
            failed = failures(
                invoke(operation, {"Records": records}),
                [message["MessageId"] for message in messages],
            )
            for message in messages:
                if message["MessageId"] not in failed:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if idle:
            time.sleep(0.02)
