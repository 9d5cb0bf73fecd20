"""The tables of what callers leave: keys of requests, times of previews, operators' aliases."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.models.base import Base, _id, _now, _parent, constraints_of


class IdempotencyKey(Base):
    """A POST /jobs that a caller may repeat: the key, the hash of the body, and the job made."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        PrimaryKeyConstraint("caller_user_id", "key"),
        *constraints_of("idempotency_keys"),
        Index("idempotency_keys_created_idx", "created_at"),
    )

    caller_user_id: Mapped[UUID] = _parent("users")
    key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str]
    job_id: Mapped[UUID]
    created_at: Mapped[datetime] = _now()


class PreviewCount(Base):
    """When an employer asked for the latest previews, newest first; refused ones are left out.

    `since` and `previews` were used before migration 0025.
    """

    __tablename__ = "preview_counts"

    employer_user_id: Mapped[UUID] = _parent("users", primary_key=True)
    asked_at: Mapped[list[datetime]] = mapped_column(server_default=text("'{}'"))
    since: Mapped[datetime] = _now()
    previews: Mapped[int] = mapped_column(server_default=text("1"))


class VocabularyAlias(Base):
    """An operator's own name for a known term; a deleted one stays, to tell who did what when."""

    __tablename__ = "vocabulary_aliases"
    __table_args__ = (
        *constraints_of("vocabulary_aliases"),
        Index(
            "vocabulary_aliases_form_idx",
            "list",
            "form",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = _id()
    list: Mapped[str]
    value: Mapped[str] = mapped_column(String(100))
    # The normal form of the value, by which it is looked up; the label of the term.
    form: Mapped[str]
    term: Mapped[str] = mapped_column(String(100))
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = _now()
    deleted_by: Mapped[UUID | None]
    deleted_at: Mapped[datetime | None]
    # When the stored profiles and jobs were last read by it, or without it.
    applied_at: Mapped[datetime | None]
