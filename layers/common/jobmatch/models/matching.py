"""The tables that matching has added: features, runs, what was found and told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, String, text
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.models.base import (
    Base,
    ProfileStatus,
    RunOutcome,
    _id,
    _now,
    _parent,
    constraints_of,
)


class ProfileFeatures(Base):
    """What matching reads of a profile, in canonical form, in one narrow row.

    `experience` holds the months worked as merged ranges of month numbers (year x 12 + month
    - 1). The range of a present position is open-ended; a reader clips it to the current month,
    so that it never goes stale. NULL means that nothing is known. `gap_months` counts the months
    between the ranges, which spares a reader the sum over them; where it is NULL, the reader has
    to sum. `employers` and `employed_until` are parallel lists: an employer and the last month.
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
        # By these three an employer's preview counts all candidates but their own people.
        Index(
            "profile_features_active_idx", "profile_id", postgresql_where=text("status = 'active'")
        ),
        Index(
            "profile_features_employers_idx",
            "employers",
            "mail_domains",
            postgresql_using="gin",
            postgresql_where=text("status = 'active'"),
        ),
        Index(
            "profile_features_unindexed_idx",
            "profile_id",
            postgresql_where=text("places IS NULL"),
        ),
    )

    profile_id: Mapped[UUID] = _parent("profiles", primary_key=True)
    status: Mapped[ProfileStatus]
    specializations: Mapped[list[str]]
    technical_domains: Mapped[list[str]]
    bars: Mapped[list[str]]
    # Of rubric version 1; a later contract step drops them.
    location: Mapped[str | None]
    region: Mapped[str | None]
    # Keys of `jobmatch.places.keys`, none where the place is unknown. Null in a row that an older
    # release has written: its employers are in another form, so that it is shown to nobody.
    places: Mapped[list[str] | None]
    experience: Mapped[Any | None] = mapped_column(INT4MULTIRANGE)
    gap_months: Mapped[int | None]
    employers: Mapped[list[str]]
    employed_until: Mapped[list[int]]
    mail_domains: Mapped[list[str]]
    # A hash of the words that a model reads; null with the rubric or from an older release.
    texts: Mapped[str | None]


class EmployerFeatures(Base):
    """Company and mail domains of an employer in canonical form, and what they were made from.

    A row is outdated when `employer_profiles` has other values now, or the rules have changed.
    Until it is made anew, the employer sees no candidate.
    """

    __tablename__ = "employer_features"

    user_id: Mapped[UUID] = _parent("users", primary_key=True)
    company_name: Mapped[str]
    corporate_domains: Mapped[list[str] | None]
    company: Mapped[str]
    domains: Mapped[list[str]]
    version: Mapped[str | None]


class ToldMatch(Base):
    """A note that the employer was told about a candidate for a job; outlives the match."""

    __tablename__ = "told_matches"
    __table_args__ = (
        PrimaryKeyConstraint("job_id", "profile_id"),
        Index("told_matches_profile_idx", "profile_id"),
    )

    job_id: Mapped[UUID] = _parent("jobs")
    profile_id: Mapped[UUID] = _parent("profiles")
    notified_at: Mapped[datetime]


class FoundMatch(Base):
    """When a candidate was first among a job's matches; outlives the match.

    A trigger writes it, whoever stores the match.
    """

    __tablename__ = "found_matches"
    __table_args__ = (
        PrimaryKeyConstraint("job_id", "profile_id"),
        Index("found_matches_profile_idx", "profile_id"),
        # For the few of a job that are new.
        Index("found_matches_job_idx", "job_id", "found_at"),
    )

    job_id: Mapped[UUID] = _parent("jobs")
    profile_id: Mapped[UUID] = _parent("profiles")
    found_at: Mapped[datetime] = _now()


class MatchDecision(Base):
    """What an employer has decided about a candidate for a job; outlives the match."""

    __tablename__ = "match_decisions"
    __table_args__ = (
        PrimaryKeyConstraint("job_id", "profile_id"),
        *constraints_of("match_decisions"),
        Index("match_decisions_profile_idx", "profile_id"),
    )

    job_id: Mapped[UUID] = _parent("jobs")
    profile_id: Mapped[UUID] = _parent("profiles")
    decision: Mapped[str]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime] = _now()


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


class MatchingRun(Base):
    """A run of a job's matching. `id` is the fence that the run wrote on the job."""

    __tablename__ = "matching_runs"
    __table_args__ = (
        Index("matching_runs_job_page_idx", "job_id", "started_at", "id"),
        # For the purge of old runs, over all jobs.
        Index("matching_runs_started_idx", "started_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = _parent("jobs")
    started_at: Mapped[datetime] = _now()
    # Whether it took up changed candidates, and ranked no others.
    takes_up: Mapped[bool] = mapped_column(server_default=text("false"))
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
    # With a language model as scorer: the model and the version of the prompt, how many candidates
    # it was asked about, its tokens, how many candidates it gave no score by reason, and why the
    # rubric had to take over, if it had.
    model_id: Mapped[str | None]
    prompt_version: Mapped[int | None]
    # Of the vocabulary and the operator's aliases by which values were read.
    vocabulary_version: Mapped[str | None]
    # The entry of the decision log after which it tells the shortlist of this completed run; NULL
    # before migration 0028, when each completed run added its own.
    entry_number: Mapped[int | None]
    asked: Mapped[int | None]
    input_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    failures: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    fallback: Mapped[str | None]


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
