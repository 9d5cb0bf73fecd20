"""Finding what of webhooks is due, where a message was lost or its time has come."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, func, select, update

from jobmatch.deliveries.outbox import get_due_webhooks
from jobmatch.models import Webhook
from jobmatch.postgres import connect
from jobmatch.webhooks.messages import queue_disabled_mails, queue_webhooks

if TYPE_CHECKING:
    from sqlalchemy import Connection


def get_due_mails(connection: Connection) -> list[UUID]:
    """The webhooks whose owners are to be told that they are disabled."""
    due = select(Webhook.id).where(Webhook.mail_due_at <= func.now())
    return list(connection.scalars(due.order_by(Webhook.mail_due_at)))


def tidy_webhooks(connection: Connection) -> None:
    """Forget secrets that sign no more, and the webhooks of admins who were deleted."""
    over = Webhook.previous_secret_until <= func.now()
    gone = {"previous_secret": None, "previous_secret_until": None}
    connection.execute(update(Webhook).where(over).values(**gone))
    connection.execute(
        delete(Webhook).where(Webhook.employer_user_id.is_(None), Webhook.created_by.is_(None))
    )


def queue_due_webhooks() -> int:
    """Queue the webhooks with due events, and the mails about disabled ones; how many it are."""
    with connect() as connection:
        tidy_webhooks(connection)
        webhooks, disabled = get_due_webhooks(connection), get_due_mails(connection)
    queue_webhooks(webhooks)
    queue_disabled_mails(disabled)
    return len(webhooks) + len(disabled)
