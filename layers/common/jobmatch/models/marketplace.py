"""The marketplace's own tables; a comment explains the columns that matching has added."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, literal_column, text
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
    _parent,
    constraints_of,
)


def _documents() -> Mapped[list[dict[str, Any]]]:
    return mapped_column(JSONB, server_default=text("'[]'::jsonb"))


class User(Base):
    """A person who can sign in."""

    __tablename__ = "users"
    __table_args__ = tuple(constraints_of("users"))

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
    __table_args__ = tuple(constraints_of("employer_profiles"))

    id: Mapped[UUID] = _id()
    user_id: Mapped[UUID] = _parent("users", unique=True)
    company_name: Mapped[str] = mapped_column(String(255))
    corporate_domains: Mapped[list[str] | None]
    created_at: Mapped[datetime] = _now()


NAME_SEPARATORS = "-.,/()'\u2019"
"""What stands between the words of a name, besides blanks."""
NAME_WORDS = (
    "to_tsvector('simple'::regconfig, translate(name::text, '-.,/()''\u2019'::text,"
    " '        '::text))"
)
"""The words of a profile's name, as PostgreSQL spells the index on them."""


class Profile(Base):
    """A candidate as an admin has stored them: labels and texts as they are shown.

    `bar_admissions` and `work_history` hold documents of `jobmatch.profiles.schemas`, which are
    always read and replaced as a whole.
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
    bar_admissions: Mapped[list[dict[str, Any]]] = _documents()
    work_history: Mapped[list[dict[str, Any]]] = _documents()
    created_at: Mapped[datetime] = _now()
    updated_at: Mapped[datetime] = _now()

    # The `updated_at` and the version of the rules from which the features were made. A foreign
    # writer changes neither, which shows that the profile is not indexed.
    indexed_at: Mapped[datetime | None]
    indexed_version: Mapped[str | None]

    matches: Mapped[list[JobMatch]] = relationship(back_populates="profile")

    __table_args__ = (
        *constraints_of("profiles"),
        # The version by which a profile is indexed, or NULL where it has changed since. Spelt as
        # PostgreSQL does, or `alembic check` would see a difference.
        Index(
            "profiles_indexed_idx",
            text(
                "(\nCASE\n    WHEN indexed_at = updated_at THEN indexed_version\n"
                "    ELSE NULL::text\nEND)"
            ),
        ),
        # For the pages of all profiles and of those in a status, and the ways to find one.
        Index("profiles_page_idx", "created_at", "id"),
        Index("profiles_status_page_idx", "status", "created_at", "id"),
        Index("profiles_name_idx", text(NAME_WORDS), postgresql_using="gin"),
        Index(
            "profiles_email_idx",
            literal_column("lower(email::text)").label("address"),
            postgresql_ops={"address": "text_pattern_ops"},
        ),
    )


class Job(Base):
    """A posting. The columns up to `matched_at` are the marketplace's."""

    __tablename__ = "jobs"

    id: Mapped[UUID] = _id()
    employer_user_id: Mapped[UUID] = _parent("users")
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

    # The entity tag: only `update_job` raises it, so that a matching run breaks no If-Match.
    version: Mapped[int] = mapped_column(server_default=text("1"))
    # The fence: a run may write only while its id is here.
    matching_run_id: Mapped[UUID | None]
    matching_lease_until: Mapped[datetime | None]
    # Wishes to match the job, counted; and how many there were when the run claimed it.
    matching_demand: Mapped[int] = mapped_column(server_default=text("0"))
    matching_claimed_demand: Mapped[int] = mapped_column(server_default=text("0"))
    # Failed attempts in a row, when the next one is due, and why the last one failed.
    matching_failures: Mapped[int] = mapped_column(server_default=text("0"))
    matching_retry_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    # The rules by which it was matched last; reindexing makes it due where they have changed.
    matching_version: Mapped[str | None]
    # Since when a pending job is due. In other states a column above tells it, if not NULL.
    matching_due_since: Mapped[datetime] = _now()
    # What the system that posted it calls it, and the name of that system, "" where it gave none.
    identifier_name: Mapped[str | None]
    identifier: Mapped[str | None]

    employer: Mapped[User] = relationship(back_populates="jobs", foreign_keys=[employer_user_id])
    creator: Mapped[User] = relationship(foreign_keys=[created_by])
    matches: Mapped[list[JobMatch]] = relationship(back_populates="job")

    __table_args__ = (
        *constraints_of("jobs"),
        Index("jobs_employer_idx", "employer_user_id"),
        Index("jobs_status_idx", "status"),
        # So that nothing is posted twice; an archived job may be posted again.
        Index(
            "jobs_identifier_idx",
            "employer_user_id",
            "identifier_name",
            "identifier",
            unique=True,
            postgresql_where=text("identifier IS NOT NULL AND status <> 'archived'"),
        ),
        # For the keyset pages of one employer's jobs, of all jobs, and of open jobs.
        Index("jobs_employer_page_idx", "employer_user_id", "created_at", "id"),
        Index("jobs_page_idx", "created_at", "id"),
        Index("jobs_open_idx", "created_at", "id", postgresql_where=text("status = 'open'")),
        # For the pages of jobs in some matching status, most of which are rare.
        Index("jobs_matching_page_idx", "matching_status", "created_at", "id"),
        # For the few open jobs that are due or running.
        Index(
            "jobs_due_idx",
            "matching_status",
            "matched_at",
            postgresql_where=text("status = 'open'"),
        ),
    )


class JobMatch(Base):
    """The stored result of one candidate for one job. `subscores` is JSON as text."""

    __tablename__ = "job_matches"

    id: Mapped[UUID] = _id()
    job_id: Mapped[UUID] = _parent("jobs")
    profile_id: Mapped[UUID] = _parent("profiles")
    overall_score: Mapped[int]
    subscores: Mapped[str]
    summary: Mapped[str]
    recommendation: Mapped[str] = mapped_column(String(50))
    scored_at: Mapped[datetime] = _now()
    notified_at: Mapped[datetime | None]
    # Of what the match was made from; NULL where an admin has put it.
    fingerprint: Mapped[str | None]
    # The month from which it may be shown, as triggers keep it; NULL hides it (ADR 0030).
    shown_from: Mapped[int | None]

    job: Mapped[Job] = relationship(back_populates="matches")
    profile: Mapped[Profile] = relationship(back_populates="matches")

    __table_args__ = (
        *constraints_of("job_matches"),
        Index("job_matches_job_profile_idx", "job_id", "profile_id", unique=True),
        Index("job_matches_job_idx", "job_id"),
        Index("job_matches_profile_idx", "profile_id"),
        Index("job_matches_score_idx", "job_id", "overall_score"),
        # For the keyset pages of a job's matches, best first.
        Index("job_matches_page_idx", "job_id", text("overall_score DESC"), "profile_id"),
        # For counting those that may be shown, without looking at them.
        Index("job_matches_shown_idx", "job_id", "shown_from"),
        # For the few that an admin has put.
        Index(
            "job_matches_by_hand_idx",
            "job_id",
            "profile_id",
            postgresql_where=text("fingerprint IS NULL"),
        ),
    )
