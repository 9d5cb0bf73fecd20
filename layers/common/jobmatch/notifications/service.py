"""Sending the mail that tells an employer about good new matches."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from jobmatch.aws import (
    MailRefusedError,
    queue_dead_notification,
    send_mail,
    try_queue_notification,
)
from jobmatch.careers.dates import this_month
from jobmatch.models import NotificationStatus
from jobmatch.notifications.letter import compose
from jobmatch.notifications.queries import (
    claim_notification,
    confirm_notification,
    end_lease,
    release_notification,
)
from jobmatch.postgres import connect, transaction
from jobmatch.telemetry import Metric, emit, log_failure, logger
from jobmatch.webhooks.announcing import announcing

if TYPE_CHECKING:
    from jobmatch.notifications.queries import Mail


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
    logger.info("The mail is sent.", notification_id=notification_id, matches=mail.count)
    if waiting is not None:
        try_queue_notification(waiting)


def _confirm(mail: Mail) -> UUID | None:
    """Note a mail that was sent; the id of one that has waited for it, or `None`."""
    for _ in range(CONFIRMATIONS - 1):
        try:
            with announcing() as connection:
                return confirm_notification(connection, mail)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is tried again
            log_failure(
                "The sent mail could not be noted; it is tried again.",
                error,
                expected=True,
                notification_id=mail.notification_id,
            )
    with announcing() as connection:
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
