"""The marketplace's own tables, and what we added to them since, with a comment that says why.

Canonical values are computed by `jobmatch.rules` at write.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.models.base import (
    Base,
    JobStatus,
    MatchingStatus,
    ProfileStatus,
    UserRole,
    _id,
    _now,
    constraints_of,
)


class User(Base):
    """Someone who can sign in."""

    __tablename__ = "users"
    __table_args__ = (*constraints_of("users"),)

    id: Mapped[UUID] = _id()
    email: Mapped[str] = mapped_column(String(255), unique=True)
    role: Mapped[UserRole]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = _now()

    jobs: Mapped[list[Job]] = relationship(
        back_populates="employer", foreign_keys="Job.employer_user_id"
    )


class EmployerProfile(Base):
    """The company that an employer hires for."""

    __tablename__ = "employer_profiles"
    __table_args__ = (*constraints_of("employer_profiles"),)

    id: Mapped[UUID] = _id()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    company_name: Mapped[str] = mapped_column(String(255))
    corporate_domains: Mapped[list[str] | None]
    created_at: Mapped[datetime] = _now()


class Profile(Base):
    """A candidate, as put by an admin: labels and texts as they are shown.

    `bar_admissions` and `work_history` are documents in the wire form of
    `jobmatch.profiles.schemas`: they are always read and replaced as a whole.
    """

    __tablename__ = "profiles"

    id: Mapped[UUID] = _id()
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(255))
    status: Mapped[ProfileStatus] = mapped_column(server_default=ProfileStatus.PENDING_REVIEW)
    location: Mapped[str | None] = mapped_column(String(255))
    specializations: Mapped[list[str] | None]
    technical_domains: Mapped[list[str] | None]
    bar_admissions: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb")
    )
    work_history: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb")
    )
    created_at: Mapped[datetime] = _now()
    updated_at: Mapped[datetime] = _now()

    # The updated_at that the features were made from, and by which rules. Whoever else writes a
    # profile leaves them behind, which shows that it is not indexed.
    indexed_at: Mapped[datetime | None]
    indexed_version: Mapped[str | None]

    matches: Mapped[list[JobMatch]] = relationship(back_populates="profile")

    __table_args__ = (
        *constraints_of("profiles"),
        # By which rules a profile is indexed as it is now; null where it is not.
        Index(
            "profiles_indexed_idx",
            # Spelt as PostgreSQL does, or `alembic check` would see a difference.
            text(
                "(\nCASE\n    WHEN indexed_at = updated_at THEN indexed_version\n"
                "    ELSE NULL::text\nEND)"
            ),
        ),
    )


class Job(Base):
    """A posting. The columns up to `matched_at` are the marketplace's."""

    __tablename__ = "jobs"

    id: Mapped[UUID] = _id()
    employer_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None]
    status: Mapped[JobStatus] = mapped_column(server_default=JobStatus.DRAFT)
    matching_status: Mapped[MatchingStatus] = mapped_column(server_default=MatchingStatus.PENDING)
    required_specializations: Mapped[list[str] | None]
    preferred_specializations: Mapped[list[str] | None]
    minimum_experience: Mapped[int | None]
    preferred_location: Mapped[str | None] = mapped_column(String(255))
    required_bar: Mapped[list[str] | None]
    required_technical_domains: Mapped[list[str] | None]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = _now()
    updated_at: Mapped[datetime] = _now()
    matched_at: Mapped[datetime | None]

    # The entity tag: moved by update_job alone, so that a matching run breaks no If-Match.
    version: Mapped[int] = mapped_column(server_default=text("1"))
    # The fence: a run may write only while the job still carries its id.
    matching_run_id: Mapped[UUID | None]
    matching_lease_until: Mapped[datetime | None]
    # Causes for matching that came up, and how many of them the running run knew of.
    matching_demand: Mapped[int] = mapped_column(server_default=text("0"))
    matching_claimed_demand: Mapped[int] = mapped_column(server_default=text("0"))
    # Failed attempts in a row, when the next one is due, and why the last one failed.
    matching_failures: Mapped[int] = mapped_column(server_default=text("0"))
    matching_retry_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    # The rules by which it was matched last; reindexing makes it due where they have changed.
    matching_version: Mapped[str | None]
    # Since when a job is due that no other time here says it of: a pending one, mostly.
    matching_due_since: Mapped[datetime] = _now()

    employer: Mapped[User] = relationship(back_populates="jobs", foreign_keys=[employer_user_id])
    creator: Mapped[User] = relationship(foreign_keys=[created_by])
    matches: Mapped[list[JobMatch]] = relationship(back_populates="job")

    __table_args__ = (
        CheckConstraint("version > 0", name="version"),
        *constraints_of("jobs"),
        Index("jobs_employer_idx", "employer_user_id"),
        Index("jobs_status_idx", "status"),
        # The keyset pages of one employer's jobs, of all jobs, and of the open ones to match.
        Index("jobs_employer_page_idx", "employer_user_id", "created_at", "id"),
        Index("jobs_page_idx", "created_at", "id"),
        Index("jobs_open_idx", "created_at", "id", postgresql_where=text("status = 'open'")),
        # The few that are due, or running, among the open ones.
        Index(
            "jobs_due_idx",
            "matching_status",
            "matched_at",
            postgresql_where=text("status = 'open'"),
        ),
    )


class JobMatch(Base):
    """The cached result for one candidate and one job. `subscores` is JSON as text."""

    __tablename__ = "job_matches"

    id: Mapped[UUID] = _id()
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    overall_score: Mapped[int]
    subscores: Mapped[str]
    summary: Mapped[str]
    recommendation: Mapped[str] = mapped_column(String(50))
    scored_at: Mapped[datetime] = _now()
    notified_at: Mapped[datetime | None]

    # What the match was made from; none where it was put by hand.
    fingerprint: Mapped[str | None]

    job: Mapped[Job] = relationship(back_populates="matches")
    profile: Mapped[Profile] = relationship(back_populates="matches")

    __table_args__ = (
        *constraints_of("job_matches"),
        Index("job_matches_job_profile_idx", "job_id", "profile_id", unique=True),
        Index("job_matches_job_idx", "job_id"),
        Index("job_matches_profile_idx", "profile_id"),
        Index("job_matches_score_idx", "job_id", "overall_score"),
        # The keyset pages of a job's matches, best first.
        Index("job_matches_page_idx", "job_id", text("overall_score DESC"), "profile_id"),
    )
