"""Reading webhooks and what was sent to them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import case, func, select, tuple_

from jobmatch.errors import NotFoundError
from jobmatch.models import UserRole, WebhookEvent
from jobmatch.models import Webhook as WebhookRow
from jobmatch.permissions import SYSTEM, Viewer
from jobmatch.permissions.predicates import may_act_for, require_role, viewer_values
from jobmatch.webhooks.schemas import Webhook, WebhookEventItem
from jobmatch.wire import columns_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from jobmatch.web.pages import BySequence, NewestFirst


@cache
def webhook_columns() -> list[Any]:
    """The columns of a webhook as it is shown; its secrets are not among them."""
    until = WebhookRow.previous_secret_until
    return columns_of(WebhookRow, Webhook, previous_secret_until=case((until > func.now(), until)))


def get_webhooks(
    connection: Connection,
    *,
    viewer: Viewer,
    employer_user_id: UUID | None = None,
    limit: int | None = None,
    after: NewestFirst | None = None,
) -> list[Webhook]:
    """The webhooks that the viewer may change, newest first; of one employer where one is named.

    Raises:
        ForbiddenError: the viewer is neither an active employer nor an active admin.
    """
    owner = WebhookRow.employer_user_id
    statement = select(*webhook_columns()).where(may_act_for(owner, system=viewer is SYSTEM))
    if viewer is not SYSTEM and UserRole.ADMIN not in viewer.roles:
        statement = statement.where(owner == viewer.user_id)  # which leads to the few by an index
    if employer_user_id is not None:
        statement = statement.where(owner == employer_user_id)
    if after is not None:
        statement = statement.where(tuple_(WebhookRow.created_at, WebhookRow.id) < tuple_(*after))
    newest = statement.order_by(WebhookRow.created_at.desc(), WebhookRow.id.desc())
    rows = connection.execute(newest.limit(limit), viewer_values(viewer))
    webhooks = [Webhook(*row) for row in rows]
    if not webhooks and viewer is not SYSTEM:
        require_role(connection, viewer, (UserRole.EMPLOYER, UserRole.ADMIN))
    return webhooks


def get_webhook_events(
    connection: Connection,
    webhook_id: UUID,
    *,
    viewer: Viewer,
    limit: int | None = None,
    after: BySequence | None = None,
) -> list[WebhookEventItem]:
    """What a webhook was sent, the last event first; what was never dispatched is not among it.

    Raises:
        NotFoundError: the webhook does not exist for the viewer.
    """
    owned = may_act_for(WebhookRow.employer_user_id, system=viewer is SYSTEM)
    # Decided once and not for each event, or PostgreSQL would read and sort all of them.
    allowed = select(1).where(WebhookRow.id == webhook_id, owned).exists()
    statement = select(*columns_of(WebhookEvent, WebhookEventItem)).where(
        WebhookEvent.webhook_id == webhook_id, WebhookEvent.sequence.is_not(None), allowed
    )
    if after is not None:
        statement = statement.where(WebhookEvent.sequence < after.sequence)
    latest = statement.order_by(WebhookEvent.sequence.desc()).limit(limit)
    rows = connection.execute(latest, viewer_values(viewer))
    events = [WebhookEventItem(*row) for row in rows]
    if not events:
        require_webhook(connection, webhook_id, viewer=viewer)
    return events


def require_webhook(connection: Connection, webhook_id: UUID, *, viewer: Viewer) -> Webhook:
    """A webhook as it is shown.

    Raises:
        NotFoundError: it does not exist for the viewer.
    """
    allowed = may_act_for(WebhookRow.employer_user_id, system=viewer is SYSTEM)
    row = connection.execute(
        select(*webhook_columns()).where(WebhookRow.id == webhook_id, allowed),
        viewer_values(viewer),
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such webhook.")
    return Webhook(*row)
