"""Queues and dead letters on the wire: ids, and of a job its title."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from jobmatch.wire import Input, wire


class QueueName(StrEnum):
    """The queues by what their messages are about."""

    MATCHING = "matching"
    MAILS = "mails"


@wire
class QueueDepth:
    """About how many messages a queue holds: waiting, being handled (`inFlight`), given up."""

    name: QueueName
    waiting: int
    in_flight: int
    dead: int


@dataclass(frozen=True, slots=True)
class QueueDepths:
    """All queues whose dead letters can be retried here."""

    items: list[QueueDepth]


@wire
class DeadLetter:
    """A message that was given up, with what is known today of the job or mail that it is about.

    `sentAt` is when the message was sent first. `attempts` have failed so far; of a job, `reason`
    is why the last one did. What is not known, or not there any more, is null; if both ids are,
    it is not a message of ours, and can only be dropped.
    """

    id: str
    queue: QueueName
    sent_at: datetime
    job_id: UUID | None
    job_title: str | None
    notification_id: UUID | None
    attempts: int | None
    reason: str | None


@wire
class DeadLetters:
    """The dead letters of all queues, oldest first; not complete where a queue holds too many."""

    items: list[DeadLetter]
    is_complete: bool


class LetterIds(Input):
    """Body of the requests that retry or drop dead letters."""

    ids: Annotated[list[Annotated[UUID, Field(strict=False)]], Field(min_length=1, max_length=100)]


@wire
class LetterResult:
    """What became of a dead letter; if `isDone`, it is deleted, else `message` says why not."""

    id: UUID
    is_done: bool
    message: str


@dataclass(frozen=True, slots=True)
class LetterResults:
    """What became of the dead letters that were named, in their order."""

    items: list[LetterResult]
