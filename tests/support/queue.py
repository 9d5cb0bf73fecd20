"""A look at the simulated matching queue."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID


class Queue:
    """An SQS queue in the simulated AWS."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.url: str = client.create_queue(QueueName="matching")["QueueUrl"]

    def take(self) -> list[UUID]:
        """The jobs whose messages wait, taken off the queue."""
        taken = []
        while messages := self._client.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10
        ).get("Messages"):
            for message in messages:
                taken.append(UUID(json.loads(message["Body"])["jobId"]))
                self._client.delete_message(
                    QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"]
                )
        return taken
