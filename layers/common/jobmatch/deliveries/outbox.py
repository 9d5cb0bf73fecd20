"""Claiming the events that are due, and noting what became of them.

An event is due, then claimed until a lease ends, then delivered, due again, or given up. Whoever
claims or settles locks the webhook's row first. A worker that dies loses nothing: when the lease
has ended the event is due again, and goes out under the same id. Each claim has a number, so that
what is told late about an earlier one does not settle a later one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, case, func, literal_column, select, update

from jobmatch.deliveries.hiding import give_up_hidden
from jobmatch.models import Webhook, WebhookEvent
from jobmatch.permissions.locks import ids
from jobmatch.webhooks.numbering import number_events
from jobmatch.webhooks.recording import is_entitled
from jobmatch.webhooks.schemas import FAILING, DeliveryState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from jobmatch.webhooks.messages import DeliveryResult

LEASE = timedelta(minutes=20)
"""How long what SQS repeats may take, its three tries and pauses.

The wait in the queue comes on top. Where that takes longer, the event is claimed once more.
"""
BACK_OFF: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=6),
)
"""The pause after each failed attempt; after one more the event is given up, in under a day."""
MOST_ATTEMPTS = len(BACK_OFF) + 1
STALE = "stale"
"""The sender's word for a signature that waited too long, which is nobody's failure."""
# As the index has it, so that no value has to be known for it.
_PENDING = WebhookEvent.state.in_([literal_column("'due'"), literal_column("'claimed'")])


@dataclass(frozen=True, slots=True)
class ClaimedEvent:
    """An event that is sent now; `body` is the same for each attempt."""

    id: UUID
    claim: int
    attempt: int
    body: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Events of one webhook that are sent now, where to, and the secrets that sign them."""

    url: str
    secrets: list[str]
    events: list[ClaimedEvent]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was noted: the pause before the next attempt, or that the webhook is disabled.

    `has_more` is whether events of the webhook are due now.
    """

    pause: timedelta | None = None
    has_more: bool = False
    is_disabled: bool = False


def _lock(connection: Connection, webhook_id: UUID, *columns: Any) -> Any:
    """The webhook's row, locked before its events; `None` if it is not there any more."""
    row = select(Webhook.id, *columns).where(Webhook.id == webhook_id)
    return connection.execute(row.with_for_update(key_share=True, of=Webhook)).one_or_none()


def is_due() -> ColumnElement[bool]:
    """Whether an event is to be sent now, for the first time or once more."""
    return and_(_PENDING, WebhookEvent.next_attempt_at <= func.now())


def get_due_webhooks(connection: Connection) -> list[UUID]:
    """The webhooks with events that are due."""
    due = select(WebhookEvent.webhook_id).where(is_due()).distinct().subquery("due")
    hearing = select(Webhook.id).join(due, due.c.webhook_id == Webhook.id)
    hearing = hearing.where(Webhook.enabled, is_entitled()).order_by(Webhook.id)
    return list(connection.scalars(hearing))


def claim_events(
    connection: Connection, webhook_id: UUID, *, limit: int, this_month: int
) -> Claim | None:
    """Number the new events of a webhook, and claim those that are due; within a transaction.

    An event about a candidate who is hidden by now is given up instead.

    Args:
        limit: how many events of the webhook may be claimed at a time.

    Returns:
        `None` where nothing is due, or nobody hears any more.
    """
    held = Webhook.previous_secret_until > func.now()
    columns = (
        Webhook.url,
        Webhook.secret,
        case((held, Webhook.previous_secret)).label("previous_secret"),
        (Webhook.enabled & is_entitled()).label("is_open"),
    )
    webhook = _lock(connection, webhook_id, *columns)
    if webhook is None or not webhook.is_open:
        return None
    number_events(connection, webhook_id)
    give_up_hidden(connection, webhook_id, is_due(), this_month=this_month)
    on_their_way = (
        select(func.count())
        .where(
            WebhookEvent.webhook_id == webhook_id,
            WebhookEvent.state == DeliveryState.CLAIMED,
            WebhookEvent.next_attempt_at > func.now(),
        )
        .scalar_subquery()
    )
    due = (
        select(WebhookEvent.id)
        .where(WebhookEvent.webhook_id == webhook_id, is_due())
        .order_by(WebhookEvent.sequence)
        .limit(func.greatest(limit - on_their_way, 0))
    )
    rows = connection.execute(
        update(WebhookEvent)
        .where(WebhookEvent.id.in_(due))
        .values(
            state=DeliveryState.CLAIMED,
            next_attempt_at=func.now() + LEASE,
            claims=WebhookEvent.claims + 1,
        )
        .returning(
            WebhookEvent.id,
            WebhookEvent.sequence,
            WebhookEvent.claims,
            WebhookEvent.attempts,
            WebhookEvent.type,
            WebhookEvent.data,
            WebhookEvent.created_at,
        )
    ).all()
    if not rows:
        return None
    secrets = [each for each in (webhook.secret, webhook.previous_secret) if each]
    claimed = [
        ClaimedEvent(
            row.id,
            row.claims,
            row.attempts + 1,
            _body(row.type, row.sequence, row.created_at, row.data),
        )
        for row in sorted(rows, key=lambda row: row.sequence)
    ]
    return Claim(webhook.url, secrets, claimed)


def _body(kind: str, sequence: int, at: datetime, data: str) -> str:
    told = json.dumps({"type": kind, "timestamp": at.isoformat(), "sequence": sequence})
    return f'{told[:-1]}, "data": {data}}}'


def release_events(connection: Connection, event_ids: Sequence[UUID]) -> None:
    """Make claimed events due at once, because the queue took not all of them.

    Some may have been taken: they are sent twice, under the same id.
    """
    these = and_(WebhookEvent.id.in_(ids(event_ids)), WebhookEvent.state == DeliveryState.CLAIMED)
    connection.execute(
        update(WebhookEvent)
        .where(these)
        .values(state=DeliveryState.DUE, next_attempt_at=func.now())
    )


def note_result(connection: Connection, result: DeliveryResult) -> Outcome:
    """Note what became of a delivery; within a transaction. The same once more changes nothing.

    After the last attempt the webhook is disabled, what it has not got is given up, and a mail to
    its owner is due.
    """
    if _lock(connection, result.webhook_id) is None:
        return Outcome()
    event = and_(WebhookEvent.id == result.event_id, WebhookEvent.webhook_id == result.webhook_id)
    said = {"last_status": result.status, "last_error": result.error}
    if result.status is not None and 200 <= result.status < 300:  # noqa: PLR2004 - success in HTTP
        undelivered = and_(event, WebhookEvent.state != DeliveryState.DELIVERED)
        attempts = func.greatest(WebhookEvent.attempts, result.attempt)
        settled = {"state": DeliveryState.DELIVERED, "next_attempt_at": None}
        connection.execute(
            update(WebhookEvent).where(undelivered).values(**settled, attempts=attempts, **said)
        )
        return Outcome(has_more=_has_due(connection, result.webhook_id))
    # The fence: a later claim may be on its way, or have come through.
    this = and_(
        event,
        WebhookEvent.state == DeliveryState.CLAIMED,
        WebhookEvent.claims == result.claim,
    )
    pause = None
    values: dict[str, Any] = {"state": DeliveryState.DUE, "next_attempt_at": func.now()}
    if result.error != STALE:
        values |= {"attempts": result.attempt, **said}
        if result.attempt >= MOST_ATTEMPTS:
            values |= {"state": DeliveryState.GIVEN_UP, "next_attempt_at": None}
        else:
            pause = BACK_OFF[result.attempt - 1]
            values["next_attempt_at"] = func.now() + pause
    if not connection.execute(update(WebhookEvent).where(this).values(**values)).rowcount:
        return Outcome()
    if values["state"] == DeliveryState.GIVEN_UP:
        return Outcome(is_disabled=_disable(connection, result.webhook_id))
    return Outcome(pause, has_more=_has_due(connection, result.webhook_id))


def _has_due(connection: Connection, webhook_id: UUID) -> bool:
    """Whether a webhook has events that are due now, which waited for others to be settled."""
    due = select(WebhookEvent.id).where(WebhookEvent.webhook_id == webhook_id, is_due())
    return connection.scalar(due.limit(1)) is not None


def _disable(connection: Connection, webhook_id: UUID) -> bool:
    """Disable a webhook whose receiver has failed for a day; whether it was not yet."""
    # What has no number could not be replayed.
    number_events(connection, webhook_id)
    unsent = and_(WebhookEvent.webhook_id == webhook_id, _PENDING)
    connection.execute(
        update(WebhookEvent)
        .where(unsent)
        .values(state=DeliveryState.GIVEN_UP, next_attempt_at=None)
    )
    disabled = connection.execute(
        update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.enabled)
        .values(
            enabled=False,
            disabled_because=FAILING,
            mail_due_at=func.now(),
            mail_attempts=0,
        )
    )
    return bool(disabled.rowcount)
