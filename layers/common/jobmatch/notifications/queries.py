"""The mail to employers: recorded with the run, claimed before it is sent, sent at most once.

A notification is due, then claimed by one worker, then sent. A definite refusal makes it due
again. If it is unknown whether the mail was sent, the notification stays claimed, so that it is
not sent twice; its matches stay unnotified, so that the mail of a later run names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, case, cast, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from jobmatch.errors import NotFoundError
from jobmatch.matches.service import mark_told
from jobmatch.models import (
    EmployerFeatures,
    EmployerProfile,
    Job,
    JobMatch,
    JobStatus,
    Notification,
    NotificationSettings,
    NotificationStatus,
    ToldMatch,
    User,
    UserRole,
)
from jobmatch.notifications.schemas import NotificationPreferences
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.locks import share_lock_jobs
from jobmatch.permissions.predicates import is_shown, may_act_for, viewer_values, with_employer

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from jobmatch.permissions import Viewer


DEFAULT_THRESHOLD = 75
MOST_ATTEMPTS = 5
_FIRST_RETRY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MailedMatch:
    """A candidate as described in the mail: without name or address."""

    profile_id: UUID
    overall_score: int
    recommendation: str
    summary: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A claimed notification: the recipient, the job, and the matches to describe, best first."""

    notification_id: UUID
    job_id: UUID
    to: str
    title: str
    matches: list[MailedMatch]


def _awaits_mail() -> ColumnElement[bool]:
    """Whether a match is new to the employer and good enough for the employer's settings."""
    return and_(
        JobMatch.notified_at.is_(None),
        ~exists().where(
            ToldMatch.job_id == JobMatch.job_id, ToldMatch.profile_id == JobMatch.profile_id
        ),
        JobMatch.overall_score >= func.coalesce(NotificationSettings.threshold, DEFAULT_THRESHOLD),
        func.coalesce(NotificationSettings.enabled, True),
        User.is_active,
        Job.status == JobStatus.OPEN,
        is_shown(),
    )


def record_notification(
    connection: Connection, job_id: UUID, run_id: UUID, *, this_month: int
) -> UUID | None:
    """Record that a mail is due if a run has found new matches; within its transaction.

    Returns:
        The id of the notification. `None` if there is no new match, or if a mail for the job is
        due already: that mail will describe the new matches as well.
    """
    job = (
        select(Job.id, cast(run_id, Notification.run_id.type))
        .join(User, User.id == Job.employer_user_id)
        .outerjoin(NotificationSettings, NotificationSettings.user_id == User.id)
    )
    news = with_employer(job).where(
        Job.id == job_id,
        select(1)
        .where(JobMatch.job_id == Job.id, _awaits_mail())
        .correlate(Job, User, NotificationSettings, EmployerProfile, EmployerFeatures)
        .exists(),
    )
    recorded: UUID | None = connection.scalar(
        insert(Notification)
        .from_select(["job_id", "run_id"], news)
        .on_conflict_do_nothing()
        .returning(Notification.id),
        {"this_month": this_month},
    )
    return recorded


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
        The mail, or `None` if it was claimed before or is dropped.
    """
    is_due = and_(Notification.id == notification_id, Notification.status == NotificationStatus.DUE)
    # Jobs are locked before notifications: a run that completes holds the job's lock, and its
    # insert of a notification waits for our update.
    share_lock_jobs(connection, select(Notification.job_id).where(is_due))
    job_id = connection.scalar(
        update(Notification)
        .where(is_due)
        .values(status=NotificationStatus.CLAIMED, claimed_at=func.now())
        .returning(Notification.job_id)
    )
    if job_id is None:
        return None
    news = (
        select(
            User.email,
            Job.title,
            JobMatch.profile_id,
            JobMatch.overall_score,
            JobMatch.recommendation,
            JobMatch.summary,
        )
        .select_from(JobMatch)
        .join(Job, Job.id == JobMatch.job_id)
        .join(User, User.id == Job.employer_user_id)
        .outerjoin(NotificationSettings, NotificationSettings.user_id == User.id)
    )
    rows = connection.execute(
        with_employer(news)
        .where(JobMatch.job_id == job_id, _awaits_mail())
        .order_by(JobMatch.overall_score.desc(), JobMatch.profile_id),
        {"this_month": this_month},
    ).all()
    if not rows:
        _finish(connection, notification_id, NotificationStatus.DROPPED)
        return None
    matches = [MailedMatch(*row[2:]) for row in rows]
    return Mail(notification_id, job_id, rows[0].email, rows[0].title, matches)


def confirm_notification(connection: Connection, mail: Mail) -> None:
    """Record that a mail was sent and which matches it described; within a transaction."""
    scores = {match.profile_id: match.overall_score for match in mail.matches}
    mark_told(connection, mail.job_id, scores)
    _finish(connection, mail.notification_id, NotificationStatus.SENT)


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


def _finish(connection: Connection, notification_id: UUID, status: NotificationStatus) -> None:
    connection.execute(
        update(Notification)
        .where(Notification.id == notification_id)
        .values(status=status, finished_at=func.now())
    )


def _is_employer(user_id: UUID, viewer: Viewer) -> ColumnElement[bool]:
    return and_(
        User.id == user_id,
        User.role == UserRole.EMPLOYER,
        may_act_for(User.id, system=viewer is SYSTEM),
    )


def get_notification_settings(
    connection: Connection, employer_user_id: UUID, *, viewer: Viewer
) -> NotificationPreferences:
    """The notification settings of an employer.

    Raises:
        NotFoundError: the employer does not exist for the viewer.
    """
    row = connection.execute(
        select(
            func.coalesce(NotificationSettings.enabled, True),
            func.coalesce(NotificationSettings.threshold, DEFAULT_THRESHOLD),
        )
        .select_from(User)
        .outerjoin(NotificationSettings, NotificationSettings.user_id == User.id)
        .where(_is_employer(employer_user_id, viewer)),
        viewer_values(viewer),
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such employer.")
    return NotificationPreferences(enabled=row[0], threshold=row[1])


def put_notification_settings(
    connection: Connection,
    employer_user_id: UUID,
    settings: NotificationPreferences,
    *,
    viewer: Viewer,
) -> None:
    """Replace the notification settings of an employer.

    Raises:
        NotFoundError: the employer does not exist for the viewer.
    """
    employer = select(User.id, literal(settings.enabled), literal(settings.threshold)).where(
        _is_employer(employer_user_id, viewer)
    )
    statement = insert(NotificationSettings).from_select(
        ["user_id", "enabled", "threshold"], employer
    )
    replaced = {name: statement.excluded[name] for name in ("enabled", "threshold")}
    stored = connection.execute(
        statement.on_conflict_do_update(index_elements=["user_id"], set_=replaced),
        viewer_values(viewer),
    )
    if not stored.rowcount:
        raise NotFoundError("No such employer.")
