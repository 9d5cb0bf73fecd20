"""Pollers: they receive messages, call a function and delete what it has handled."""

import threading
from collections.abc import Callable, Collection, Sequence
from typing import Any

from local.aws import LocalAws
from local.environments import Result
from local.events import ACCOUNT_ID, REGION, sqs_record
from local.resources import Function, Source

MOST_MESSAGES = 10
"""Most messages that one ReceiveMessage returns."""

PATIENCE = 5.0
"""Seconds in which a thread ends after the functions have."""


class Poller:
    """Feeds a function from a queue, as an SQS event source does.

    A message that the function does not finish stays in the queue: it is delivered again after the
    visibility timeout, and finally moves to the dead-letter queue.
    """

    def __init__(
        self, source: Source, aws: LocalAws, invoke: Callable[[Function, Any], Result]
    ) -> None:
        self._source = source
        self._aws = aws
        self._invoke = invoke
        self._slots = threading.BoundedSemaphore(source.concurrency)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._handling: set[threading.Thread] = set()

    def start(self) -> None:
        """Start polling."""
        self._thread.start()

    def stop(self) -> None:
        """Receive no more messages."""
        self._stopped.set()

    def join(self) -> None:
        """After the functions have ended: wait for what still handles their results."""
        if self._thread.is_alive():
            self._thread.join(PATIENCE)
        for thread in [*self._handling]:
            thread.join(PATIENCE)

    def _run(self) -> None:
        count = min(self._source.batch_size, MOST_MESSAGES)
        while not self._stopped.is_set():
            # Before receiving: until a slot is free, messages wait in the queue and not here.
            self._slots.acquire()
            messages = self._aws.receive(self._source.queue, count, wait=1)
            if not messages:
                self._slots.release()
            else:
                thread = threading.Thread(target=self._handle, args=(messages,), daemon=True)
                thread.start()
                self._handling = {each for each in self._handling if each.is_alive()} | {thread}

    def _handle(self, messages: Sequence[dict[str, Any]]) -> None:
        try:
            arn = f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{self._source.queue}"
            event = {"Records": [sqs_record(message, queue_arn=arn) for message in messages]}
            result = self._invoke(self._source.function, event)
            sent = [message["MessageId"] for message in messages]
            failed = set(sent) if result.failed else set()
            if self._source.partial_failures and not result.failed:
                failed = failures(result.payload, sent)
            for message in messages:
                if message["MessageId"] not in failed:
                    self._aws.delete(self._source.queue, message["ReceiptHandle"])
        finally:
            self._slots.release()


def failures(payload: Any, sent: Collection[str]) -> set[str]:
    """Ids of the messages that a partial batch response names; all when it can't be read."""
    if payload is None or payload == {}:
        return set()
    try:
        named = {item["itemIdentifier"] for item in payload["batchItemFailures"] or []}
    except (KeyError, TypeError):
        return set(sent)
    return set(sent) if named.difference(sent) else named
