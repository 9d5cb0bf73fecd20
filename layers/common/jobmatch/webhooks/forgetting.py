"""What becomes of events when the candidate whom they name is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, any_, cast, literal, null, select, update
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from jobmatch.models import Webhook, WebhookEvent
from jobmatch.webhooks.recording import inserted, write_events
from jobmatch.webhooks.schemas import EventType
from jobmatch.webhooks.told import MATCH_EVENTS, told_type

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection

_ADDED, _REMOVED = str(EventType.MATCH_ADDED), str(EventType.MATCH_REMOVED)


def forget_candidate(connection: Connection, profile_id: UUID) -> None:
    """Tell who was told of a candidate that they are gone, and drop what events say of them.

    In the transaction that deletes the candidate, after the locks of their jobs. Their id stays in
    the events, whose receivers have it; the score and the decision do not.
    """
    about = WebhookEvent.profile_id == profile_id
    named = select(WebhookEvent.webhook_id).where(about)
    # Locked before their events, as whoever dispatches them does.
    locked = select(Webhook.id).where(Webhook.id.in_(named)).order_by(Webhook.id)
    if not connection.scalars(locked.with_for_update(key_share=True)).all():
        return
    columns = (WebhookEvent.webhook_id, WebhookEvent.job_id, WebhookEvent.data)
    last = (
        select(*columns, told_type().label("type"))
        .where(about, WebhookEvent.type.in_(MATCH_EVENTS))
        .ext(distinct_on(WebhookEvent.webhook_id, WebhookEvent.job_id))
        .order_by(WebhookEvent.webhook_id, WebhookEvent.job_id, WebhookEvent.number.desc())
    ).subquery("last")
    data = cast(cast(last.c.data, JSONB).op("-")("overallScore"), Text)
    rows = (
        select(Webhook.id, literal(_REMOVED, Text), data, last.c.job_id, null())
        .join(last, last.c.webhook_id == Webhook.id)
        .where(last.c.type == _ADDED, Webhook.enabled, any_(Webhook.events) == _REMOVED)
    )
    write_events(connection, inserted(rows), {})
    kept: ColumnElement[Any] = cast(WebhookEvent.data, JSONB)
    for name in ("overallScore", "decision", "before"):
        kept = kept.op("-")(name)
    connection.execute(
        update(WebhookEvent).where(about).values(data=cast(kept, Text), profile_id=None)
    )
