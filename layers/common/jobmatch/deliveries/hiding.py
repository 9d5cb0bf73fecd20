"""Not sending what was written about a candidate who is hidden by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select, update

from jobmatch.models import Job, ProfileFeatures, ProfileStatus, WebhookEvent
from jobmatch.permissions.predicates import is_not_suppressed, with_employer
from jobmatch.webhooks.schemas import HIDDEN, DeliveryState, EventType

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection

_SHOWING = (EventType.MATCH_ADDED, EventType.MATCH_DECIDED)
"""What is said only of a candidate who is shown; that somebody is gone is said of any."""


def give_up_hidden(
    connection: Connection, webhook_id: UUID, due: ColumnElement[bool], *, this_month: int
) -> None:
    """Settle the due events of a locked webhook whose candidate is hidden, or deleted."""
    shown = with_employer(
        select(ProfileFeatures.profile_id)
        .select_from(Job)
        .join(ProfileFeatures, ProfileFeatures.profile_id == WebhookEvent.profile_id)
    ).where(
        Job.id == WebhookEvent.job_id,
        ProfileFeatures.status == ProfileStatus.ACTIVE,
        is_not_suppressed(),
    )
    hidden = and_(
        WebhookEvent.webhook_id == webhook_id,
        due,
        WebhookEvent.type.in_(_SHOWING),
        ~shown.correlate(WebhookEvent).exists(),
    )
    settled = {"state": DeliveryState.GIVEN_UP, "next_attempt_at": None, "last_error": HIDDEN}
    connection.execute(
        update(WebhookEvent).where(hidden).values(**settled), {"this_month": this_month}
    )
