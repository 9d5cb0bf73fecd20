"""The mail that tells the owner of a webhook that it is disabled; sent at most once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import func, select, update

from jobmatch.aws import MailRefusedError, send_mail
from jobmatch.config import settings
from jobmatch.models import NotificationSettings, User, Webhook
from jobmatch.notifications.preferences import takes_mails
from jobmatch.postgres import connect
from jobmatch.telemetry import Metric, emit, log_failure, logger

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

MOST_ATTEMPTS = 5
_FIRST_RETRY = timedelta(minutes=1)
_OWNER = func.coalesce(Webhook.employer_user_id, Webhook.created_by)


@dataclass(frozen=True, slots=True)
class DisabledMail:
    """A claimed mail: to whom, and about which webhook."""

    webhook_id: UUID
    to: str
    url: str
    attempts: int
    is_employers: bool


def claim_mail(connection: Connection, webhook_id: UUID) -> DisabledMail | None:
    """Claim the mail about a webhook; committed before it is sent, so that it is sent once.

    Returns:
        `None` if it is not due, or its owner is not active or their address takes no mails.
    """
    claimed = (
        update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.mail_due_at <= func.now(), ~Webhook.enabled)
        .values(mail_due_at=None, mail_attempts=Webhook.mail_attempts + 1)
        .returning(
            Webhook.id,
            _OWNER.label("owner"),
            Webhook.url,
            Webhook.mail_attempts,
            Webhook.employer_user_id.is_not(None).label("is_employers"),
        )
    )
    row = connection.execute(claimed).one_or_none()
    if row is None:
        return None
    owner = (
        select(User.email)
        .outerjoin(NotificationSettings, NotificationSettings.user_id == User.id)
        .where(User.id == row.owner, User.is_active, takes_mails())
    )
    address = connection.scalar(owner)
    if not address:
        return None
    return DisabledMail(row.id, address, row.url, row.mail_attempts, row.is_employers)


def tell_of_disabled(webhook_id: UUID) -> None:
    """Mail the owner of a disabled webhook, if that is due.

    Raises:
        Exception: it is unknown whether the mail was sent; it will not be sent again.
    """
    with connect() as connection:
        mail = claim_mail(connection, webhook_id)
    if mail is None:
        logger.info("Nothing to send.", webhook_id=webhook_id)
        return
    try:
        send_mail(compose(mail))
    except MailRefusedError as error:
        log_failure("The mail was refused.", error, expected=True, webhook_id=webhook_id)
        _release(mail)
        return
    emit({Metric.MAILS_SENT: 1})
    logger.info("The mail is sent.", webhook_id=webhook_id)


def _release(mail: DisabledMail) -> None:
    if mail.attempts >= MOST_ATTEMPTS:
        logger.error("The mail is given up.", webhook_id=mail.webhook_id)
        return
    due = func.now() + _FIRST_RETRY * 2 ** (mail.attempts - 1)
    again = update(Webhook).where(Webhook.id == mail.webhook_id, ~Webhook.enabled)
    with connect() as connection:
        connection.execute(again.values(mail_due_at=due))


def compose(mail: DisabledMail) -> EmailMessage:
    """The mail as text. Of the address only the host is named: the rest may be a secret."""
    host = urlsplit(mail.url).hostname or "your server"
    console = settings().console_url
    listed = ""
    if console and mail.is_employers:  # admins have no settings there
        listed = f"Your webhooks are listed at {console}/settings\n\n"
    message = EmailMessage()
    message["From"] = settings().mail_sender
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = f"Your webhook to {host} is disabled"
    message.set_content(
        "Hello,\n\n"
        f"jobmatch has tried for a day to send an event to your webhook at {host}, and each time"
        " it was not accepted. So the webhook is disabled, and gets no more events.\n\n"
        "When your server accepts events again, enable the webhook, and have what it has missed"
        " sent again:\n\n"
        f'    PATCH /webhooks/{mail.webhook_id} {{"enabled": true}}\n'
        f'    POST /webhooks/{mail.webhook_id}/replay {{"fromSequence": 1}}\n\n'
        f"{listed}"
        "What has happened since it was disabled is not sent: list matches once more.\n"
    )
    return message
