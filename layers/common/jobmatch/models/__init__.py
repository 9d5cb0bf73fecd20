"""Tables, enums and relations: the seed of everything.

The first two migrations hold the marketplace's own tables; what we added since carries a
comment that says why. Canonical values are computed by `jobmatch.rules` at write.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Enum,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from jobmatch.models.constraints import constraints_of


class JobStatus(StrEnum):
    """Where a job is in its life; moved by `update_job`."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


class MatchingStatus(StrEnum):
    """Where a job's matching is; moved by the runs, and back to pending by every cause."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class UserRole(StrEnum):
    """What a user is on the marketplace."""

    CANDIDATE = "candidate"
    EMPLOYER = "employer"
    ADMIN = "admin"


class RunOutcome(StrEnum):
    """How a matching run ended, or that it has not."""

    RUNNING = "running"
    COMPLETED = "completed"
    OVERTAKEN = "overtaken"
    FAILED = "failed"
    ABANDONED = "abandoned"


class NotificationStatus(StrEnum):
    """Where a mail to an employer is: only one that is due may be claimed and sent."""

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    DROPPED = "dropped"
    REFUSED = "refused"


class DecisionKind(StrEnum):
    """What was decided: whom to shortlist, whom to tell of, or that a shortlist counts no more."""

    RANKED = "ranked"
    TOLD = "told"
    INVALIDATED = "invalidated"


class ProfileStatus(StrEnum):
    """Only active profiles are matched and shown."""

    PENDING_REVIEW = "pending_review"
    ACTIVE = "active"
    REJECTED = "rejected"


def _enum(members: type[StrEnum], name: str) -> Enum:
    return Enum(members, name=name, values_callable=lambda enum: [member.value for member in enum])


class Base(DeclarativeBase):
    """Declarative base: constraint names are spelt out so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "%(column_0_label)s_idx",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        datetime: DateTime(timezone=True),
        list[str]: ARRAY(Text),
        list[int]: ARRAY(Integer),
        str: Text,
        JobStatus: _enum(JobStatus, "job_status"),
        MatchingStatus: _enum(MatchingStatus, "matching_status"),
        UserRole: _enum(UserRole, "user_role"),
        ProfileStatus: _enum(ProfileStatus, "profile_status"),
        DecisionKind: _enum(DecisionKind, "decision_kind"),
        RunOutcome: _enum(RunOutcome, "run_outcome"),
        NotificationStatus: _enum(NotificationStatus, "notification_status"),
    }


def _id() -> Mapped[UUID]:
    return mapped_column(primary_key=True, server_default=func.gen_random_uuid())


def _now() -> Mapped[datetime]:
    return mapped_column(server_default=func.now())


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


class ProfileFeatures(Base):
    """What matching reads of a profile, in canonical form, in one narrow row.

    `experience` holds the months worked as merged ranges of month numbers (year x 12 + month
    - 1), open-ended for a present position, so that it never goes stale: it is clipped to the
    current month when read. Null means that nothing is known. `gap_months` are the months between
    its ranges, so that the sum need not walk through them; null means that it must. `employers`
    and `employed_until` run in parallel: whom the candidate works for, and up to which month.
    """

    __tablename__ = "profile_features"
    __table_args__ = (
        Index(
            "profile_features_values_idx",
            "specializations",
            "technical_domains",
            "bars",
            postgresql_using="gin",
            postgresql_where=text("status = 'active'"),
        ),
    )

    profile_id: Mapped[UUID] = mapped_column(
        ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True
    )
    status: Mapped[ProfileStatus]
    specializations: Mapped[list[str]]
    technical_domains: Mapped[list[str]]
    bars: Mapped[list[str]]
    location: Mapped[str | None]
    region: Mapped[str | None]
    experience: Mapped[Any | None] = mapped_column(INT4MULTIRANGE)
    gap_months: Mapped[int | None]
    employers: Mapped[list[str]]
    employed_until: Mapped[list[int]]
    mail_domains: Mapped[list[str]]


class ProfileChange(Base):
    """That a candidate's features changed, until the jobs it concerns are due again.

    No foreign key: a note may outlive its profile without harm, and costs no lock on it.
    """

    __tablename__ = "profile_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    profile_id: Mapped[UUID]


class EmployerFeatures(Base):
    """Company and mail domains of an employer in canonical form, and what they were made from.

    A row that was made from other values than `employer_profiles` has now, or by other rules,
    counts for nothing: until it is made anew, the employer is shown no candidate at all.
    """

    __tablename__ = "employer_features"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    company_name: Mapped[str]
    corporate_domains: Mapped[list[str] | None]
    company: Mapped[str]
    domains: Mapped[list[str]]
    version: Mapped[str | None]


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


class ToldMatch(Base):
    """That the employer was told about a candidate for a job; outlives the match itself."""

    __tablename__ = "told_matches"
    __table_args__ = (
        PrimaryKeyConstraint("job_id", "profile_id"),
        Index("told_matches_profile_idx", "profile_id"),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    profile_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    notified_at: Mapped[datetime]


class IdempotencyKey(Base):
    """A POST /jobs that a caller may repeat: the key, what was asked, what it made."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        PrimaryKeyConstraint("caller_user_id", "key"),
        *constraints_of("idempotency_keys"),
        Index("idempotency_keys_created_idx", "created_at"),
    )

    caller_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str]
    job_id: Mapped[UUID]
    created_at: Mapped[datetime] = _now()


class JobFeatures(Base):
    """The required lists of a job in canonical form, to find the jobs that a change concerns."""

    __tablename__ = "job_features"

    job_id: Mapped[UUID] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
    )
    specializations: Mapped[list[str]]
    technical_domains: Mapped[list[str]]
    bars: Mapped[list[str]]


class MatchingRun(Base):
    """The history of a job's matching. `id` is the fence that the run wrote on the job."""

    __tablename__ = "matching_runs"
    __table_args__ = (
        Index("matching_runs_job_page_idx", "job_id", "started_at", "id"),
        # What is old, of all jobs.
        Index("matching_runs_started_idx", "started_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    started_at: Mapped[datetime] = _now()
    finished_at: Mapped[datetime | None]
    outcome: Mapped[RunOutcome] = mapped_column(server_default=RunOutcome.RUNNING)
    scorer: Mapped[str]
    rubric_version: Mapped[int]
    passed: Mapped[int | None]
    kept: Mapped[int | None]
    scored: Mapped[int | None]
    reused: Mapped[int | None]
    failed: Mapped[int | None]
    error: Mapped[str | None]
    # With a language model as scorer: which, asked how, about how many, at what cost; why it gave
    # no score, with how many candidates each; and why the rubric had to take over, if it had.
    model_id: Mapped[str | None]
    prompt_version: Mapped[int | None]
    asked: Mapped[int | None]
    input_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    failures: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    fallback: Mapped[str | None]


class Notification(Base):
    """A mail that a completed run left due: the outbox."""

    __tablename__ = "notifications"
    __table_args__ = (
        # One mail is due for a job at a time; it names what is unnotified when it is sent.
        Index(
            "notifications_due_job_idx",
            "job_id",
            unique=True,
            postgresql_where=text("status = 'due'"),
        ),
        Index("notifications_created_idx", "created_at", "id"),
    )

    id: Mapped[UUID] = _id()
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    run_id: Mapped[UUID]
    status: Mapped[NotificationStatus] = mapped_column(server_default=NotificationStatus.DUE)
    due_at: Mapped[datetime] = _now()
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = _now()
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class NotificationSettings(Base):
    """What an employer wants to be told; without a row, the defaults."""

    __tablename__ = "notification_settings"
    __table_args__ = (CheckConstraint("threshold BETWEEN 0 AND 100", name="threshold"),)

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    threshold: Mapped[int] = mapped_column(server_default=text("75"))


class CandidateKey(Base):
    """What makes a candidate's pseudonym in the decision log; goes with the candidate."""

    __tablename__ = "candidate_keys"

    profile_id: Mapped[UUID] = mapped_column(
        ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[bytes] = mapped_column(
        server_default=text("(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))")
    )


class Decision(Base):
    """An entry of the decision log: a chain for each job, to which is only added.

    `entry` is the text whose SHA-256, after the `previous` hash, is `hash`; the other columns are
    there to find it. No foreign key: the log outlives what it tells of.
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
