"""Making, changing and ending webhooks, their secrets, and sending events once more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from jobmatch.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from jobmatch.models import User, UserRole, WebhookEvent
from jobmatch.models import Webhook as WebhookRow
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.predicates import is_admin, may_act_for, viewer_values
from jobmatch.webhooks.numbering import number_events
from jobmatch.webhooks.queries import require_webhook, webhook_columns
from jobmatch.webhooks.receivers import require_url
from jobmatch.webhooks.schemas import TEST, DeliveryState, TestSent, Webhook, WebhookWithSecret
from jobmatch.webhooks.signatures import new_secret

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from jobmatch.permissions import Caller, Viewer
    from jobmatch.webhooks.schemas import WebhookCreate, WebhookUpdate

MOST_WEBHOOKS = 10
"""Of one employer, and of all admins over all employers together."""
OVERLAP = timedelta(hours=24)
"""How long a secret still signs after it was replaced."""
_DISABLED = "The webhook is disabled."


def create_webhook(
    connection: Connection, data: WebhookCreate, *, caller: Caller, anywhere: bool
) -> WebhookWithSecret:
    """Make a webhook; within a transaction.

    Args:
        anywhere: whether it may be sent to addresses that are not public.

    Raises:
        InvalidInputError: it may not be sent there, or there is no such employer.
        ForbiddenError: the caller may not act for this employer.
        ConflictError: the employer, or the admins together, have as many as there may be.
    """
    require_url(data.url, anywhere=anywhere)
    by_admin = connection.scalar(select(is_admin(system=False)), viewer_values(caller))
    owner = data.employer_user_id if by_admin else data.employer_user_id or caller.user_id
    # Two that are made at once are counted one after the other.
    counted = func.hashtextextended(f"webhooks of {owner}", 0)
    connection.execute(select(func.pg_advisory_xact_lock(counted)))
    secret = new_secret()
    values = {
        "employer_user_id": literal(owner, WebhookRow.employer_user_id.type),
        "created_by": literal(caller.user_id),
        "url": literal(data.url),
        "events": literal(list(data.events), WebhookRow.events.type),
        "secret": literal(secret),
    }
    allowed: ColumnElement[bool] = is_admin(system=False)
    if owner is not None:
        is_employer = and_(User.id == owner, User.role == UserRole.EMPLOYER, User.is_active)
        allowed = select(1).where(is_employer, may_act_for(User.id, system=False)).exists()
    row = connection.execute(
        insert(WebhookRow)
        .from_select(list(values), select(*values.values()).where(allowed))
        .returning(*webhook_columns()),
        viewer_values(caller),
    ).one_or_none()
    if row is None:
        if by_admin:
            raise InvalidInputError(FieldError("/employerUserId", "is not an active employer"))
        raise ForbiddenError("You may make webhooks for yourself only.")
    of_owner = WebhookRow.employer_user_id == owner  # or IS NULL
    # After the insert, which the error takes back: who may not have any shall not learn a number.
    if (connection.scalar(select(func.count()).where(of_owner)) or 0) > MOST_WEBHOOKS:
        raise ConflictError(f"There are {MOST_WEBHOOKS} webhooks already; delete one first.")
    return WebhookWithSecret(Webhook(*row), secret)


def _lock(connection: Connection, webhook_id: UUID, viewer: Viewer) -> Any:
    """The row of a webhook that the viewer may change, locked before its events are.

    Raises:
        NotFoundError: it does not exist for the viewer.
    """
    row = connection.execute(
        select(WebhookRow.enabled, WebhookRow.secret)
        .where(
            WebhookRow.id == webhook_id,
            may_act_for(WebhookRow.employer_user_id, system=viewer is SYSTEM),
        )
        .with_for_update(key_share=True, of=WebhookRow),
        viewer_values(viewer),
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such webhook.")
    return row


def update_webhook(
    connection: Connection,
    webhook_id: UUID,
    changes: WebhookUpdate,
    *,
    viewer: Viewer,
    anywhere: bool,
) -> Webhook:
    """Change what `changes` names, and return the webhook; within a transaction.

    Raises:
        NotFoundError: the webhook does not exist for the viewer.
        InvalidInputError: it may not be sent to the new address.
    """
    _lock(connection, webhook_id, viewer)
    values: dict[str, Any] = changes.model_dump(exclude_unset=True)
    if "url" in values:
        require_url(changes.url, anywhere=anywhere)
    if "enabled" in values:
        values |= {"disabled_because": None, "mail_due_at": None}
    if values:
        this = WebhookRow.id == webhook_id
        connection.execute(update(WebhookRow).where(this).values(**values))
    return require_webhook(connection, webhook_id, viewer=viewer)


def delete_webhook(connection: Connection, webhook_id: UUID, *, viewer: Viewer) -> None:
    """End a webhook, and forget its events.

    Raises:
        NotFoundError: the webhook does not exist for the viewer.
    """
    ended = delete(WebhookRow).where(
        WebhookRow.id == webhook_id,
        may_act_for(WebhookRow.employer_user_id, system=viewer is SYSTEM),
    )
    if not connection.execute(ended, viewer_values(viewer)).rowcount:
        raise NotFoundError("No such webhook.")


def rotate_webhook_secret(
    connection: Connection, webhook_id: UUID, *, viewer: Viewer
) -> WebhookWithSecret:
    """Replace the secret of a webhook, which signs beside the new one for a day.

    Raises:
        NotFoundError: the webhook does not exist for the viewer.
    """
    locked = _lock(connection, webhook_id, viewer)
    secret = new_secret()
    row = connection.execute(
        update(WebhookRow)
        .where(WebhookRow.id == webhook_id)
        .values(
            secret=secret,
            previous_secret=locked.secret,
            previous_secret_until=func.now() + OVERLAP,
        )
        .returning(*webhook_columns())
    ).one()
    return WebhookWithSecret(Webhook(*row), secret)


def test_webhook(connection: Connection, webhook_id: UUID, *, viewer: Viewer) -> TestSent:
    """Write an event that only this webhook gets; within a transaction.

    Raises:
        NotFoundError: the webhook does not exist for the viewer.
        ConflictError: it is disabled.
    """
    if not _lock(connection, webhook_id, viewer).enabled:
        raise ConflictError(_DISABLED)
    event_id = uuid4()
    values = {"id": event_id, "webhook_id": webhook_id, "type": TEST}
    data = f'{{"webhookId": "{webhook_id}"}}'
    connection.execute(insert(WebhookEvent).values(**values, data=data))
    return TestSent(event_id)


def replay_webhook(
    connection: Connection, webhook_id: UUID, from_sequence: int, *, viewer: Viewer
) -> int:
    """Make settled events of this sequence and above due again; within a transaction.

    Returns:
        How many there are; the others have been purged or are due already.

    Raises:
        NotFoundError: the webhook does not exist for the viewer.
        ConflictError: it is disabled.
    """
    if not _lock(connection, webhook_id, viewer).enabled:
        raise ConflictError(_DISABLED)
    number_events(connection, webhook_id)
    settled = WebhookEvent.state.in_((DeliveryState.DELIVERED, DeliveryState.GIVEN_UP))
    again = update(WebhookEvent).where(
        WebhookEvent.webhook_id == webhook_id, WebhookEvent.sequence >= from_sequence, settled
    )
    values = {"state": DeliveryState.DUE, "attempts": 0, "next_attempt_at": func.now()}
    return connection.execute(again.values(**values)).rowcount
