"""The tables of mails to employers: the outbox, and who wants which."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.models.base import (
    Base,
    NotificationStatus,
    _id,
    _now,
    _parent,
    constraints_of,
)


class Notification(Base):
    """A mail that a completed run has made due: a row of the outbox.

    `lease_until` is set while a worker sends it; a claimed mail without it may have gone out.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        # At most one mail is due for a job: it lists what is unnotified when it is sent.
        Index(
            "notifications_due_job_idx",
            "job_id",
            unique=True,
            postgresql_where=text("status = 'due'"),
        ),
        # And at most one is being sent, or the two would name the same people.
        Index(
            "notifications_leased_job_idx",
            "job_id",
            unique=True,
            postgresql_where=text("lease_until IS NOT NULL"),
        ),
        Index("notifications_created_idx", "created_at", "id"),
    )

    id: Mapped[UUID] = _id()
    job_id: Mapped[UUID] = _parent("jobs")
    run_id: Mapped[UUID]
    status: Mapped[NotificationStatus] = mapped_column(server_default=NotificationStatus.DUE)
    due_at: Mapped[datetime] = _now()
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = _now()
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class NotificationSettings(Base):
    """Whether and from which score an employer gets mails; without a row, the defaults count."""

    __tablename__ = "notification_settings"
    __table_args__ = tuple(constraints_of("notification_settings"))

    user_id: Mapped[UUID] = _parent("users", primary_key=True)
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    threshold: Mapped[int] = mapped_column(server_default=text("75"))
    # What the mail service reported of an address of the employer, who may have another by now.
    off_address: Mapped[str | None]
    off_because: Mapped[str | None]
    off_since: Mapped[datetime | None]
    # When mails were last turned on again after such a report: what was sent before does not count.
    on_since: Mapped[datetime | None]
