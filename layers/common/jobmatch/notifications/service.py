"""Sending the mail that tells an employer about good new matches."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from html import escape
from typing import TYPE_CHECKING
from uuid import UUID

from jobmatch.aws import (
    MailRefusedError,
    queue_dead_notification,
    send_mail,
    try_queue_notification,
)
from jobmatch.careers.dates import this_month
from jobmatch.config import settings
from jobmatch.models import NotificationStatus
from jobmatch.notifications.queries import (
    claim_notification,
    confirm_notification,
    end_lease,
    release_notification,
)
from jobmatch.postgres import connect, transaction
from jobmatch.telemetry import Metric, emit, log_failure, logger
from jobmatch.telemetry.correlation import MAIL_HEADER, correlation_id

if TYPE_CHECKING:
    from jobmatch.notifications.queries import Mail, MailedMatch


MOST_NAMED = 10
"""How many candidates a mail describes; it counts the others."""
CONFIRMATIONS = 3
"""How often it is tried to note a mail that was sent: what is not noted may be told again."""


def notify_employer(notification_id: UUID) -> None:
    """Send a mail if it is due: claim, send, confirm, each step committed before the next.

    Raises:
        Exception: it is unknown whether the mail was sent; it will not be sent again.
    """
    with transaction() as connection:
        mail = claim_notification(connection, notification_id, this_month=this_month())
    if mail is None:
        logger.info("Nothing to send.", notification_id=notification_id)
        return
    try:
        message = compose(mail)
    except Exception as error:  # noqa: BLE001 - after any failure here, nothing was sent
        log_failure("The mail could not be written.", error, notification_id=notification_id)
        _release(mail)
        return
    try:
        send_mail(message)
    except MailRefusedError as error:
        log_failure("The mail was refused.", error, expected=True, notification_id=notification_id)
        _release(mail)
        return
    except Exception as error:
        # It may have been sent, so it is not sent again; the mail of a later run names its matches.
        log_failure("The mail may not be sent.", error, notification_id=notification_id)
        with connect() as connection:
            end_lease(connection, mail)
        raise
    emit({Metric.MAILS_SENT: 1})
    waiting = _confirm(mail)
    logger.info("The mail is sent.", notification_id=notification_id, matches=len(mail.matches))
    if waiting is not None:
        try_queue_notification(waiting)


def _confirm(mail: Mail) -> UUID | None:
    """Note a mail that was sent; the id of one that has waited for it, or `None`."""
    for _ in range(CONFIRMATIONS - 1):
        try:
            with transaction() as connection:
                return confirm_notification(connection, mail)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is tried again
            log_failure(
                "The sent mail could not be noted; it is tried again.",
                error,
                expected=True,
                notification_id=mail.notification_id,
            )
    with transaction() as connection:
        return confirm_notification(connection, mail)


def _release(mail: Mail) -> None:
    try:
        with transaction() as connection:
            status = release_notification(connection, mail)
            if status is NotificationStatus.REFUSED:
                # Before the commit, so that a refused mail is never lost without a report.
                queue_dead_notification(mail.notification_id, mail.job_id)
    except Exception as error:  # noqa: BLE001 - after any failure here, the mail stays due
        log_failure(
            "The mail could not be given up; it is tried again.",
            error,
            expected=True,
            notification_id=mail.notification_id,
        )
        with transaction() as connection:
            release_notification(connection, mail, gives_up=False)
        return
    if status is NotificationStatus.REFUSED:
        logger.error("The mail is given up.", notification_id=mail.notification_id)


def compose(mail: Mail) -> EmailMessage:
    """The mail, as text and as HTML. Candidates are anonymous; every value is escaped."""
    # A header can't hold control characters; a title can.
    printable = (letter if letter.isprintable() else " " for letter in mail.title)
    title = " ".join("".join(printable).split())
    count = len(mail.matches)
    news = "1 good new match" if count == 1 else f"{count} good new matches"
    link = f"{settings().job_base_url}/{mail.job_id}"
    named, others = mail.matches[:MOST_NAMED], count - MOST_NAMED
    message = EmailMessage()
    message["From"] = settings().mail_sender
    # Raises ValueError for anything but one address: a list would have other readers.
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = f"{news} for {title}"
    if current := correlation_id():
        message[MAIL_HEADER] = current
    closing = f"And {others} more. " if others > 0 else ""
    lines = [f"{match.overall_score}: {_sentence(match)}" for match in named]
    text = [f"{news} for your job {title}:", *lines, f"{closing}See them all: {link}\n"]
    message.set_content("\n\n".join(text))
    rows = "".join(
        f"<li><strong>{match.overall_score}</strong> {escape(_sentence(match))}</li>"
        for match in named
    )
    message.add_alternative(
        f"<p>{news} for your job <strong>{escape(title)}</strong>:</p><ul>{rows}</ul>"
        f'<p>{closing}<a href="{escape(link)}">See them all</a></p>',
        subtype="html",
    )
    return message


def _sentence(match: MailedMatch) -> str:
    # Our own summaries begin with the label; a summary that an admin put may not.
    if match.summary.startswith(match.recommendation):
        return match.summary
    return f"{match.recommendation}: {match.summary}"
