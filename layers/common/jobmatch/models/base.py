"""What all tables share: enums, the declarative base, column helpers, and checks of values."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Enum, ForeignKey, Integer, MetaData, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class JobStatus(StrEnum):
    """Where a job is in its life; `update_job` changes it."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


class MatchingStatus(StrEnum):
    """Where a job's matching is; runs change it, and what makes a job due sets it to pending."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class UserRole(StrEnum):
    """The role of a user on the marketplace."""

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
    """Where a mail to an employer is; only a mail that is due may be claimed and sent."""

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    DROPPED = "dropped"
    REFUSED = "refused"


class DecisionKind(StrEnum):
    """What was decided.

    Who is shortlisted, to tell the employer, to delete matches, or what the employer thinks.
    """

    RANKED = "ranked"
    TOLD = "told"
    INVALIDATED = "invalidated"
    DECIDED = "decided"


class ProfileStatus(StrEnum):
    """Only active profiles are matched and shown."""

    PENDING_REVIEW = "pending_review"
    ACTIVE = "active"
    REJECTED = "rejected"


def _enum(members: type[StrEnum], name: str) -> Enum:
    return Enum(members, name=name, values_callable=lambda enum: [member.value for member in enum])


class Base(DeclarativeBase):
    """The declarative base; constraints have explicit names, which migrations use."""

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
        list[datetime]: ARRAY(DateTime(timezone=True)),
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


def _parent(table: str, **options: Any) -> Mapped[UUID]:
    """A foreign key to the `id` of a table; a row is deleted with the row that it refers to."""
    return mapped_column(ForeignKey(f"{table}.id", ondelete="CASCADE"), **options)


CONSTRAINTS = {
    "users": {"email": "email ~ '^[^@]+@[^@]+$'"},
    "employer_profiles": {
        "company_name": "is_text(company_name, 255)",
        "corporate_domains": "are_texts(corporate_domains, 100, 255)",
    },
    "profiles": {
        "name": "is_text(name, 255)",
        "email": "email ~ '^[^@]+@[^@]+$'",
        "specializations": "are_texts(specializations, 50, 100)",
        "technical_domains": "are_texts(technical_domains, 50, 100)",
        "bar_admissions": "are_bar_admissions(bar_admissions)",
        "work_history": "are_positions(work_history)",
    },
    "jobs": {
        "version": "version > 0",
        "title": "is_text(title, 255)",
        "description": "length(description) <= 20000",
        "minimum_experience": "minimum_experience BETWEEN 0 AND 60",
        "required_specializations": "are_texts(required_specializations, 50, 100)",
        "preferred_specializations": "are_texts(preferred_specializations, 50, 100)",
        "required_bar": "are_texts(required_bar, 50, 100)",
        "required_technical_domains": "are_texts(required_technical_domains, 50, 100)",
    },
    "job_matches": {
        "overall_score": "overall_score BETWEEN 0 AND 100",
        "summary": "length(summary) <= 5000",
        "recommendation": "recommendation IN"
        " ('Strong Match', 'Good Match', 'Partial Match', 'Weak Match')",
        "subscores": "are_subscores(subscores)",
    },
    "match_decisions": {
        "decision": "decision IN ('shortlisted', 'held', 'declined')",
        "reason": "is_text(reason, 2000)",
        "declined": "decision <> 'declined' OR reason IS NOT NULL",
    },
    "vocabulary_aliases": {"list": "list IN ('specializations', 'technicalDomains', 'bars')"},
    "idempotency_keys": {"key": "key <> ''"},
    "webhooks": {
        "url": "is_text(url, 2000)",
        "disabled_because": "disabled_because IN ('failing')",
        "previous_secret": "(previous_secret IS NULL) = (previous_secret_until IS NULL)",
    },
    "webhook_events": {"state": "state IN ('due', 'claimed', 'delivered', 'given_up')"},
    "notification_settings": {
        "threshold": "threshold BETWEEN 0 AND 100",
        "off_because": "off_because IN ('bounce', 'complaint')",
    },
}
"""By table and name. NULL passes where the column allows it."""


def constraints_of(table: str) -> list[CheckConstraint]:
    """The check constraints of a table."""
    return [CheckConstraint(check, name=name) for name, check in CONSTRAINTS[table].items()]
