"""The tables by which changed candidates are taken up: notes, what jobs ask for, reserves."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.models.base import Base, _parent


class ProfileChange(Base):
    """A note that a candidate changed, or that a job lost a match; deleted when it is taken up.

    It names the candidate, or the job where the candidate was deleted. Without a foreign key: a
    note may outlive what it names, and costs no lock on it.
    """

    __tablename__ = "profile_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    profile_id: Mapped[UUID | None]
    job_id: Mapped[UUID | None]


class JobFeatures(Base):
    """A job in canonical form, with which changed candidates are compared.

    The required lists find the jobs that a change may concern; the other columns are what the job
    asks for, as `jobmatch.rules.pairs` takes it. An older release leaves the latter null; each run
    writes all.
    """

    __tablename__ = "job_features"

    job_id: Mapped[UUID] = _parent("jobs", primary_key=True)
    specializations: Mapped[list[str]]
    technical_domains: Mapped[list[str]]
    bars: Mapped[list[str]]
    specialization_terms: Mapped[list[str] | None]
    specialization_entries: Mapped[list[int] | None]
    preferred_terms: Mapped[list[str] | None]
    preferred_entries: Mapped[list[int] | None]
    technical_terms: Mapped[list[str] | None]
    technical_entries: Mapped[list[int] | None]
    bar_terms: Mapped[list[str] | None]
    bar_entries: Mapped[list[int] | None]
    full_places: Mapped[list[str] | None]
    near_places: Mapped[list[str] | None]
    partial_places: Mapped[list[str] | None]
    minimum_experience: Mapped[int | None]
    states_place: Mapped[bool | None]
    remote: Mapped[bool | None]


class JobBound(Base):
    """Up to where a job's shortlist and reserve are complete, by the rubric; one row a job.

    Every candidate whose place is before the bound (higher score, or equal score and lower profile
    id) is in one of the two; without a score everybody who passes is. That holds while the job is
    completed at the same demand.
    """

    __tablename__ = "job_bounds"

    job_id: Mapped[UUID] = _parent("jobs", primary_key=True)
    score: Mapped[int | None]
    # The id right after the last one's, so that it is nobody's.
    before: Mapped[UUID | None]
    demand: Mapped[int]
    # The month of the full run, and how many candidates passed then.
    month: Mapped[int]
    passed: Mapped[int]


class Reserve(Base):
    """A candidate next to a job's shortlist, who moves up when somebody leaves it."""

    __tablename__ = "reserves"
    __table_args__ = (
        PrimaryKeyConstraint("job_id", "profile_id"),
        Index("reserves_profile_idx", "profile_id"),
    )

    job_id: Mapped[UUID] = _parent("jobs")
    profile_id: Mapped[UUID] = _parent("profiles")
    overall_score: Mapped[int]
