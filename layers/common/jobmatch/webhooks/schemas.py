"""Webhooks on the wire: subscriptions, what was sent, and the events that there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from jobmatch.web.pages import Page
from jobmatch.wire import Input, WithoutNul, wire


class EventType(StrEnum):
    """What a webhook may subscribe to."""

    JOB_CREATED = "job.created"
    JOB_UPDATED = "job.updated"
    JOB_CLOSED = "job.closed"
    MATCHING_COMPLETED = "matching.completed"
    MATCH_ADDED = "match.added"
    MATCH_REMOVED = "match.removed"
    MATCH_DECIDED = "match.decided"
    NOTIFICATION_SENT = "notification.sent"


TEST = "webhook.test"
"""The event of the test button, which goes to one webhook whatever it subscribes to."""


EventName = Literal[
    "job.created",
    "job.updated",
    "job.closed",
    "matching.completed",
    "match.added",
    "match.removed",
    "match.decided",
    "notification.sent",
]
"""The same on the wire."""


class DeliveryState(StrEnum):
    """Where an event is on its way to a receiver."""

    DUE = "due"
    CLAIMED = "claimed"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


StateName = Literal["due", "claimed", "delivered", "given_up"]
FAILING = "failing"
"""Why the system has disabled a webhook."""
HIDDEN = "hidden"
"""Why an event was given up whose candidate was hidden before it was sent."""


def _distinct(values: list[EventName]) -> list[EventName]:
    if len(values) > len(set(values)):
        raise ValueError("must not name the same value twice")
    return values


Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="Where events are posted: https, port 443 or 8443, and a host name that is"
        " public.",
    ),
    WithoutNul,
]
Events = Annotated[
    list[EventName],
    Field(min_length=1, max_length=8),
    AfterValidator(_distinct),
]


class WebhookCreate(Input):
    """Body of POST /webhooks. An admin who names no employer hears of all employers."""

    url: Url
    events: Events
    employer_user_id: Annotated[UUID, Field(strict=False)] | None = None


class WebhookUpdate(Input):
    """Body of PATCH /webhooks/{webhookId}; what is absent stays as it is."""

    # `model_fields_set` tells what is absent. Factories keep the defaults out of openapi.json.
    url: Url = Field(default_factory=str)
    events: Events = Field(default_factory=list)
    enabled: bool = Field(
        default_factory=bool, description="False stops it; true sends again what is still due."
    )


class Replay(Input):
    """Body of POST /webhooks/{webhookId}/replay."""

    from_sequence: Annotated[int, Field(ge=1, lt=2**63)]


@wire
class Webhook:
    """A subscription.

    `employerUserId` is null where it hears of all employers. `disabledBecause` says why the system
    has disabled it. Until `previousSecretUntil` the secret before it was replaced signs too.
    """

    id: UUID
    employer_user_id: UUID | None
    url: str
    events: list[EventName]
    enabled: bool
    disabled_because: Literal["failing"] | None
    last_sequence: int
    previous_secret_until: datetime | None
    created_at: datetime


@wire
class WebhookWithSecret:
    """A subscription and the secret that signs what it is sent, which is never shown again."""

    webhook: Webhook
    secret: str


@wire
class WebhookEventItem:
    """An event as a subscription was sent it.

    `lastStatus` is what the receiver answered last; `lastError` is why there was no answer,
    or `hidden`: its candidate is not shown any more, and so it is not sent.
    `nextAttemptAt` is null where it is settled.
    """

    id: UUID
    sequence: int
    type: str
    state: StateName
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    created_at: datetime


@wire
class TestSent:
    """The event that tests a webhook; its state is among the webhook's events."""

    event_id: UUID


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many events are sent once more."""

    events: int


@dataclass(frozen=True, slots=True)
class WebhookPage(Page[Webhook]):
    """A page of subscriptions, newest first."""

    items: list[Webhook]


@dataclass(frozen=True, slots=True)
class WebhookEventPage(Page[WebhookEventItem]):
    """A page of a webhook's events, the last one first."""

    items: list[WebhookEventItem]


@wire
class SentEvent:
    """An event about the candidate that a webhook of an employer or an admin is sent."""

    id: UUID
    number: int
    webhook_id: UUID
    sequence: int | None
    type: str
    data: str
    job_id: UUID
    state: str
    claims: int
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    created_at: datetime
