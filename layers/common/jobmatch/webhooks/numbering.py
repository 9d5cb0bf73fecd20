"""The sequence of a webhook's events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, update

from jobmatch.models import Webhook, WebhookEvent

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection


def number_events(connection: Connection, webhook_id: UUID) -> None:
    """Give the new events of a locked webhook their sequence; within a transaction.

    Numbers have no gap. What another transaction saw committed before it wrote its own event has a
    smaller number, because events are numbered in the order of their insertion.
    """
    is_new = and_(WebhookEvent.webhook_id == webhook_id, WebhookEvent.sequence.is_(None))
    place = func.row_number().over(order_by=WebhookEvent.number)
    places = select(WebhookEvent.id, place.label("place")).where(is_new).subquery("places")
    last = select(Webhook.last_sequence).where(Webhook.id == webhook_id).scalar_subquery()
    numbered = connection.execute(
        update(WebhookEvent)
        .where(WebhookEvent.id == places.c.id)
        .values(sequence=last + places.c.place)
    ).rowcount
    if numbered:
        connection.execute(
            update(Webhook)
            .where(Webhook.id == webhook_id)
            .values(last_sequence=Webhook.last_sequence + numbered)
        )
