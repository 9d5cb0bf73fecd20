"""The tables of the decision log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.models.base import (
    Base,
    DecisionKind,
    _parent,
)


class CandidateKey(Base):
    """The key of a candidate's pseudonym in the decision log; deleted with the candidate."""

    __tablename__ = "candidate_keys"

    profile_id: Mapped[UUID] = _parent("profiles", primary_key=True)
    key: Mapped[bytes] = mapped_column(
        server_default=text("(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))")
    )


class Decision(Base):
    """An entry of the decision log, which is an append-only chain for each job.

    `hash` is the SHA-256 of `previous` and the text `entry`; the other columns serve searches.
    Without a foreign key: the log outlives the jobs and candidates that it describes.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        PrimaryKeyConstraint("job_id", "number"),
        Index("decisions_recorded_idx", "recorded_at", "job_id", "number"),
        # Spelt as PostgreSQL does, or `alembic check` would see a difference.
        Index(
            "decisions_candidates_idx",
            text("((entry::jsonb -> 'candidates'::text))"),
            postgresql_using="gin",
        ),
    )

    job_id: Mapped[UUID]
    number: Mapped[int]
    recorded_at: Mapped[datetime]
    kind: Mapped[DecisionKind]
    entry: Mapped[str]
    previous: Mapped[bytes]
    hash: Mapped[bytes]
    # Of a ranking that tells only changes: the number of the whole one that they begin from.
    base: Mapped[int | None]


class ExpiredDecision(Base):
    """The last entry of a chain that was deleted at the end of its retention.

    A trigger on the deletion writes it, and nobody else may.
    """

    __tablename__ = "expired_decisions"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    recorded_at: Mapped[datetime]
    hash: Mapped[bytes]
