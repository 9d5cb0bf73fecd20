"""The mail to employers: recorded with the run, claimed before it is sent, sent at most once.

A notification is due, then claimed by one worker, then sent. A definite refusal makes it due again.
If it is unknown whether it was sent, it stays claimed, so that it is not sent twice; its matches
stay unnotified, so that the mail of a later run names them.

A claim has a lease. Until it ends, no other mail of the job is claimed: both would name the same
matches, which are noted as told only after the mail was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, case, cast, exists, func, select, update
from sqlalchemy.orm import aliased

from jobmatch.candidates.queries import get_anonymous
from jobmatch.matches.notes import is_declined
from jobmatch.matches.service import mark_told
from jobmatch.models import (
    EmployerProfile,
    Job,
    JobMatch,
    JobStatus,
    Notification,
    NotificationSettings,
    NotificationStatus,
    ToldMatch,
    User,
)
from jobmatch.notifications.preferences import DEFAULT_THRESHOLD, wants_mails
from jobmatch.permissions.locks import share_lock_jobs
from jobmatch.permissions.predicates import is_shown, with_employer
from jobmatch.webhooks.recording import record_event
from jobmatch.webhooks.schemas import EventType

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from jobmatch.candidates.schemas import AnonymousCandidate

LEASE = timedelta(seconds=45)
"""How long a worker may take to send a mail: longer than its function's timeout."""
MOST_ATTEMPTS = 5
_FIRST_RETRY = timedelta(minutes=1)
_THRESHOLD = func.coalesce(NotificationSettings.threshold, DEFAULT_THRESHOLD)
_other = aliased(Notification)
MOST_DESCRIBED = 10  # candidates; a mail counts the others


@dataclass(frozen=True, slots=True)
class MailedMatch:
    """A match as described in the mail; the candidate is `None` if deleted in the meantime."""

    profile_id: UUID
    overall_score: int
    recommendation: str
    summary: str
    candidate: AnonymousCandidate | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A claimed notification: the recipient, the job, and the new matches.

    Args:
        company: the employer's, if it is known.
        threshold: the score from which the employer wants to hear of matches.
        scores: of all new matches, by the profile's id.
        described: the best of them, best first.
    """

    notification_id: UUID
    job_id: UUID
    to: str
    company: str | None
    title: str
    threshold: int
    scores: dict[UUID, int]
    described: list[MailedMatch]

    @property
    def count(self) -> int:
        """How many new matches there are."""
        return len(self.scores)


def awaits_mail() -> ColumnElement[bool]:
    """Whether a match is new to the employer, good enough for their settings, and not declined."""
    return and_(
        JobMatch.notified_at.is_(None),
        ~exists().where(
            ToldMatch.job_id == JobMatch.job_id, ToldMatch.profile_id == JobMatch.profile_id
        ),
        ~is_declined(),
        JobMatch.overall_score >= _THRESHOLD,
        wants_mails(),
        User.is_active,
        Job.status == JobStatus.OPEN,
        is_shown(),
    )


def get_due_notifications(connection: Connection) -> list[UUID]:
    """The notifications that are due now, oldest first."""
    due = select(Notification.id).where(
        Notification.status == NotificationStatus.DUE, Notification.due_at <= func.now()
    )
    return list(connection.scalars(due.order_by(Notification.due_at)))


def claim_notification(
    connection: Connection, notification_id: UUID, *, this_month: int
) -> Mail | None:
    """Claim a mail that is due; within a transaction that is committed before it is sent.

    Its content is read now, because employer, job, settings and matches may have changed since it
    was recorded. If there is no match left to describe, it is dropped.

    Returns:
        The mail, or `None` if it was claimed before, is dropped, or stays due because another mail
        of the job is being sent.
    """
    is_due = and_(Notification.id == notification_id, Notification.status == NotificationStatus.DUE)
    its_job = select(_other.job_id).where(_other.id == notification_id).scalar_subquery()
    # Jobs are locked before notifications: a run that completes holds the job's lock, and its
    # insert of a notification waits for our update.
    share_lock_jobs(connection, select(Notification.job_id).where(is_due))
    # The worker of an ended lease is dead: nobody knows whether its mail was sent.
    ended = and_(Notification.job_id == its_job, Notification.lease_until <= func.now())
    connection.execute(update(Notification).where(ended).values(lease_until=None))
    is_sending = exists().where(
        _other.job_id == Notification.job_id, _other.lease_until.is_not(None)
    )
    job_id = connection.scalar(
        update(Notification)
        .where(is_due, ~is_sending)
        .values(
            status=NotificationStatus.CLAIMED,
            claimed_at=func.now(),
            lease_until=func.now() + LEASE,
        )
        .returning(Notification.job_id)
    )
    if job_id is None:
        return None
    news = (
        select(
            User.email,
            EmployerProfile.company_name,
            Job.title,
            JobMatch.profile_id,
            JobMatch.overall_score,
            JobMatch.recommendation,
            JobMatch.summary,
            _THRESHOLD.label("threshold"),
        )
        .select_from(JobMatch)
        .join(Job, Job.id == JobMatch.job_id)
        .join(User, User.id == Job.employer_user_id)
        .outerjoin(NotificationSettings, NotificationSettings.user_id == User.id)
    )
    rows = connection.execute(
        with_employer(news)
        .where(JobMatch.job_id == job_id, awaits_mail())
        .order_by(JobMatch.overall_score.desc(), JobMatch.profile_id),
        {"this_month": this_month},
    ).all()
    if not rows:
        connection.execute(
            update(Notification)
            .where(Notification.id == notification_id)
            .values(status=NotificationStatus.DROPPED, finished_at=func.now(), lease_until=None)
        )
        return None
    best = rows[:MOST_DESCRIBED]
    candidates = get_anonymous(connection, [row.profile_id for row in best], this_month=this_month)
    return Mail(
        notification_id,
        job_id,
        rows[0].email,
        rows[0].company_name,
        rows[0].title,
        rows[0].threshold,
        {row.profile_id: row.overall_score for row in rows},
        [
            MailedMatch(
                row.profile_id,
                row.overall_score,
                row.recommendation,
                row.summary,
                candidates.get(row.profile_id),
            )
            for row in best
        ],
    )


def confirm_notification(connection: Connection, mail: Mail) -> UUID | None:
    """Record that a mail was sent and which matches it described; within a transaction.

    Another attempt after the answer to the first one was lost changes nothing.

    Returns:
        The id of a mail of the same job that is due and had to wait for this one, or `None`.
    """
    this = Notification.id == mail.notification_id
    if connection.scalar(select(Notification.status).where(this)) is not NotificationStatus.SENT:
        mark_told(connection, mail.job_id, mail.scores)
        about = {"notificationId": str(mail.notification_id), "matches": mail.count}
        record_event(connection, EventType.NOTIFICATION_SENT, mail.job_id, about)
    # Runs record mails with the job locked, as it is here: this finds all that had to wait.
    waiting = select(_other.id).where(
        _other.job_id == mail.job_id, _other.status == NotificationStatus.DUE
    )
    waiting_id: UUID | None = connection.scalar(
        update(Notification)
        .where(this)
        .values(status=NotificationStatus.SENT, finished_at=func.now(), lease_until=None)
        .returning(waiting.scalar_subquery())
    )
    return waiting_id


def end_lease(connection: Connection, mail: Mail) -> None:
    """Let the next mail of the job go; this one stays claimed, because it may have been sent."""
    this = Notification.id == mail.notification_id
    connection.execute(update(Notification).where(this).values(lease_until=None))


def release_notification(
    connection: Connection, mail: Mail, *, gives_up: bool = True
) -> NotificationStatus:
    """Make a mail due again that was definitely not sent; within a transaction.

    The delay doubles with each attempt. After the fifth refusal the mail stays refused, but without
    `gives_up` it gets one more attempt. It is dropped if another mail for the job is due by now.
    """
    other = exists().where(
        Notification.job_id == mail.job_id, Notification.status == NotificationStatus.DUE
    )
    most = MOST_ATTEMPTS if gives_up else MOST_ATTEMPTS - 1
    attempts = func.least(Notification.attempts + 1, most)
    kind = Notification.status.type
    status: NotificationStatus | None = connection.scalar(
        update(Notification)
        .where(
            Notification.id == mail.notification_id,
            Notification.status == NotificationStatus.CLAIMED,
        )
        .values(
            attempts=attempts,
            lease_until=None,
            due_at=func.now() + _FIRST_RETRY * func.power(2, Notification.attempts),
            status=case(
                (attempts >= MOST_ATTEMPTS, cast(NotificationStatus.REFUSED, kind)),
                (other, cast(NotificationStatus.DROPPED, kind)),
                else_=cast(NotificationStatus.DUE, kind),
            ),
        )
        .returning(Notification.status)
    )
    return status or NotificationStatus.CLAIMED
