"""The tables that matching has added: features, what was found, told and decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.models.base import Base, ProfileStatus, _now, _parent, constraints_of


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
