"""The tables of webhooks: who subscribes to which events, and the outbox of what they are sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.models.base import Base, _id, _now, _parent, constraints_of

PENDING = "state IN ('due', 'claimed')"
"""Which events are not settled."""


class Webhook(Base):
    """A subscription: where events of an employer's jobs are sent, and by which secret signed."""

    __tablename__ = "webhooks"
    __table_args__ = (
        *constraints_of("webhooks"),
        # For each change of a job: who hears of it.
        Index("webhooks_employer_idx", "employer_user_id"),
        Index("webhooks_page_idx", "created_at", "id"),
        Index(
            "webhooks_previous_secret_idx",
            "previous_secret_until",
            postgresql_where=text("previous_secret_until IS NOT NULL"),
        ),
        Index("webhooks_mail_idx", "mail_due_at", postgresql_where=text("mail_due_at IS NOT NULL")),
    )

    id: Mapped[UUID] = _id()
    # NULL is an admin's, over all employers.
    employer_user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE")
    )
    # An employer's outlives whoever made it; an admin's own is deleted by the schedule.
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    url: Mapped[str]
    events: Mapped[list[str]]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    # Why the system has disabled it; NULL where its owner has.
    disabled_because: Mapped[str | None]
    secret: Mapped[str]
    # What was the secret before signs as well, until this time; then the schedule forgets it.
    previous_secret: Mapped[str | None]
    previous_secret_until: Mapped[datetime | None]
    last_sequence: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    created_at: Mapped[datetime] = _now()
    # When the mail is due that says that it is disabled, and how often it was refused.
    mail_due_at: Mapped[datetime | None]
    mail_attempts: Mapped[int] = mapped_column(server_default=text("0"))


class WebhookEvent(Base):
    """What a subscription is sent of one event: a row of the outbox.

    `number` is the order of insertion. `sequence` is the subscription's own and has no gap; it is
    given when the event is first dispatched, so that no change of a job waits for another's.
    """

    __tablename__ = "webhook_events"
    __table_args__ = (
        *constraints_of("webhook_events"),
        Index("webhook_events_sequence_idx", "webhook_id", "sequence", unique=True),
        Index(
            "webhook_events_new_idx",
            "webhook_id",
            "number",
            postgresql_where=text("sequence IS NULL"),
        ),
        Index(
            "webhook_events_due_idx",
            "webhook_id",
            "sequence",
            postgresql_where=text(PENDING),
        ),
        # All about a candidate who is deleted, and what was told last, which the purge leaves.
        Index(
            "webhook_events_profile_idx",
            "profile_id",
            "webhook_id",
            "job_id",
            "number",
            postgresql_where=text("profile_id IS NOT NULL"),
        ),
        # What a subscription was told of a job's candidates.
        Index("webhook_events_job_idx", "job_id"),
        Index("webhook_events_created_idx", "created_at", "id"),
    )

    id: Mapped[UUID] = _id()
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    webhook_id: Mapped[UUID] = _parent("webhooks")
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str]
    # JSON as text, so that each attempt sends the same bytes.
    data: Mapped[str]
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    # No foreign key: a deleted candidate's events stay, without this.
    profile_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(server_default=text("'due'"))
    # How often it was handed to the sender. What a sender tells counts for its own claim alone.
    claims: Mapped[int] = mapped_column(server_default=text("0"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    # When a due event is sent next, or until when the worker who has claimed it may take.
    next_attempt_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = _now()
