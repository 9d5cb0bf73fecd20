"""All that is held on a candidate, on the wire.

Whoever adds a table that says something about a candidate adds it here, too; a test compares the
two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from jobmatch.models import DecisionKind, ProfileStatus, UserRole
from jobmatch.web.wire import CAMEL


@dataclass(frozen=True, slots=True)
class ExportedProfile:
    """A profile in the form in which it is put, its documents with all that they hold.

    Another system may have written them, so nothing is asked of their form.
    """

    __pydantic_config__: ClassVar[Any] = CAMEL

    name: str
    email: str | None
    user_id: UUID | None
    status: ProfileStatus
    location: str | None
    specializations: list[str] | None
    technical_domains: list[str] | None
    bar_admissions: Any
    work_history: Any


@dataclass(frozen=True, slots=True)
class LinkedUser:
    """The account that a profile names. It is the platform's, and outlives the profile."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    id: UUID
    email: str
    role: UserRole
    is_active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MonthsWorked:
    """Months without a gap, as `YYYY-MM`, both included; without a last one they go on."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    first: str
    last: str | None


@dataclass(frozen=True, slots=True)
class PresentEmployer:
    """Whom the candidate works for, in canonical form, and the last month (`YYYY-MM`), if known."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    company: str
    until: str | None


@dataclass(frozen=True, slots=True)
class DerivedFeatures:
    """What matching reads of a profile, in canonical form.

    `months` is the experience until now, in months; `gap_months` are the months in between that
    are not counted.
    """

    __pydantic_config__: ClassVar[Any] = CAMEL

    status: ProfileStatus
    specializations: list[str]
    technical_domains: list[str]
    bars: list[str]
    location: str | None
    region: str | None
    experience: list[MonthsWorked] | None
    months: int | None
    gap_months: int | None
    employers: list[PresentEmployer]
    mail_domains: list[str]


@dataclass(frozen=True, slots=True)
class ExportedMatch:
    """A stored match, whether it is shown at present or not.

    `fingerprint` tells what it was made from; none where it was put by hand.
    """

    __pydantic_config__: ClassVar[Any] = CAMEL

    id: UUID
    job_id: UUID
    overall_score: int
    subscores: Any
    summary: str
    recommendation: str
    scored_at: datetime
    notified_at: datetime | None
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """To whom the candidate was described, for which job, and when; never by name."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    job_id: UUID
    employer_user_id: UUID
    employer_company_name: str | None
    notified_at: datetime


@dataclass(frozen=True, slots=True)
class LoggedAbout:
    """An entry of the decision log that the candidate stands in, by their pseudonym."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    job_id: UUID
    number: int
    recorded_at: datetime
    kind: DecisionKind


@dataclass(frozen=True, slots=True)
class ProfileExport:
    """All that is held on a candidate.

    `change_notes` are the numbers of the changes that no job has taken up yet; `pseudonym` is the
    name by which they stand in the decision log, if they do.
    """

    __pydantic_config__: ClassVar[Any] = CAMEL

    id: UUID
    created_at: datetime
    updated_at: datetime
    indexed_at: datetime | None
    indexed_version: str | None
    profile: ExportedProfile
    user: LinkedUser | None
    features: DerivedFeatures | None
    matches: list[ExportedMatch]
    told: list[Told]
    change_notes: list[int]
    pseudonym: str | None
    decisions: list[LoggedAbout]
