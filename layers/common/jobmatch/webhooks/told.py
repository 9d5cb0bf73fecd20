"""What a webhook was told last of a candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, case

from jobmatch.models import WebhookEvent
from jobmatch.webhooks.schemas import HIDDEN, DeliveryState, EventType

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

MATCH_EVENTS = (EventType.MATCH_ADDED, EventType.MATCH_REMOVED)


def told_type() -> ColumnElement[str]:
    """The type of a match event; of one that was hidden before it was handed over, removed.

    So its receiver is not told that somebody is gone of whom it was never told, and is told of them
    when they are shown again.
    """
    never_sent = and_(
        WebhookEvent.state == DeliveryState.GIVEN_UP,
        WebhookEvent.last_error == HIDDEN,
        WebhookEvent.claims == 0,
    )
    return case((never_sent, str(EventType.MATCH_REMOVED)), else_=WebhookEvent.type)
