"""All that is held on a candidate, read in one statement and so as it was at one moment.

Whoever adds a table that says something about a candidate adds it here, too; a test compares the
two.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import TypeAdapter
from pydantic.alias_generators import to_camel
from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSON

from jobmatch.audit.queries import is_about, pseudonym
from jobmatch.careers.dates import month_text
from jobmatch.careers.employers import FOREVER
from jobmatch.errors import NotFoundError
from jobmatch.models import (
    CandidateKey,
    Decision,
    DecisionKind,
    EmployerProfile,
    Job,
    JobMatch,
    Profile,
    ProfileChange,
    ProfileFeatures,
    ProfileStatus,
    ToldMatch,
    User,
    UserRole,
)
from jobmatch.rules.rubric import months_of_experience
from jobmatch.wire import wire

if TYPE_CHECKING:
    from sqlalchemy import Connection, Label, ScalarSelect, Select
    from sqlalchemy.orm import InstrumentedAttribute


@wire
class ExportedProfile:
    """A profile in the form in which it is put, its documents with all that they hold.

    Another system may have written them, so nothing is asked of their form.
    """

    name: str
    email: str | None
    user_id: UUID | None
    status: ProfileStatus
    location: str | None
    specializations: list[str] | None
    technical_domains: list[str] | None
    bar_admissions: Any
    work_history: Any


@wire
class LinkedUser:
    """The account that a profile names. It is the platform's, and outlives the profile."""

    id: UUID
    email: str
    role: UserRole
    is_active: bool
    created_at: datetime


@wire
class MonthsWorked:
    """Months without a gap, as `YYYY-MM`, both included; without a last one they go on."""

    first: str
    last: str | None


@wire
class PresentEmployer:
    """Whom the candidate works for, in canonical form, and the last month (`YYYY-MM`), if known."""

    company: str
    until: str | None


@wire
class DerivedFeatures:
    """What matching reads of a profile, in canonical form.

    `months` is the experience until now, in months; `gap_months` are the months in between that
    are not counted.
    """

    status: ProfileStatus
    specializations: list[str]
    technical_domains: list[str]
    bars: list[str]
    places: list[str] | None
    experience: list[MonthsWorked] | None
    months: int | None
    gap_months: int | None
    employers: list[PresentEmployer]
    mail_domains: list[str]


@wire
class ExportedMatch:
    """A stored match, whether it is shown at present or not.

    `fingerprint` tells what it was made from; none where it was put by hand.
    """

    id: UUID
    job_id: UUID
    overall_score: int
    subscores: Any
    summary: str
    recommendation: str
    scored_at: datetime
    notified_at: datetime | None
    fingerprint: str | None


@wire
class Told:
    """To whom the candidate was described, for which job, and when; never by name."""

    job_id: UUID
    employer_user_id: UUID
    employer_company_name: str | None
    notified_at: datetime


@wire
class LoggedAbout:
    """An entry of the decision log that the candidate stands in, by their pseudonym."""

    job_id: UUID
    number: int
    recorded_at: datetime
    kind: DecisionKind


@wire
class ProfileExport:
    """All that is held on a candidate.

    `change_notes` are the numbers of the changes that no job has taken up yet; `pseudonym` is the
    name by which they stand in the decision log, if they do.
    """

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


_PROFILE = (
    Profile.name,
    Profile.email,
    Profile.user_id,
    Profile.status,
    Profile.location,
    Profile.specializations,
    Profile.technical_domains,
    Profile.bar_admissions,
    Profile.work_history,
)
_FEATURES = (
    ProfileFeatures.status,
    ProfileFeatures.specializations,
    ProfileFeatures.technical_domains,
    ProfileFeatures.bars,
    ProfileFeatures.places,
    ProfileFeatures.gap_months,
    ProfileFeatures.employers,
    ProfileFeatures.employed_until,
    ProfileFeatures.mail_domains,
)
_MATCH = (
    JobMatch.id,
    JobMatch.job_id,
    JobMatch.overall_score,
    # Stored as text.
    cast(JobMatch.subscores, JSON).label("subscores"),
    JobMatch.summary,
    JobMatch.recommendation,
    JobMatch.scored_at,
    JobMatch.notified_at,
    JobMatch.fingerprint,
)
_DECISION = (Decision.job_id, Decision.number, Decision.recorded_at, Decision.kind)


def export_profile(connection: Connection, profile_id: UUID, *, this_month: int) -> ProfileExport:
    """All that is held on a candidate.

    Raises:
        NotFoundError: there is no such profile.
    """
    row = connection.execute(_statement(profile_id, this_month)).one_or_none()
    if row is None:
        raise NotFoundError("No such profile.")
    document = {to_camel(name): value for name, value in row._mapping.items()}
    if features := document["features"]:
        _spell_months(features)
    for many in ("matches", "told", "changeNotes", "decisions"):
        document[many] = document[many] or []
    return _export().validate_python(document)


def _statement(profile_id: UUID, month: int) -> Select[*tuple[Any, ...]]:
    """One row, whose parts are JSON in the form of the wire."""
    months = func.unnest(ProfileFeatures.experience).column_valued("months")
    periods = select(func.json_agg(func.json_build_array(func.lower(months), func.upper(months))))
    features = _fields(
        *_FEATURES,
        periods.scalar_subquery().label("experience"),
        months_of_experience(month).label("months"),
    ).where(ProfileFeatures.profile_id == profile_id)
    told = (
        _fields(
            ToldMatch.job_id,
            Job.employer_user_id,
            EmployerProfile.company_name.label("employer_company_name"),
            ToldMatch.notified_at,
        )
        .join(Job, Job.id == ToldMatch.job_id)
        .outerjoin(EmployerProfile, EmployerProfile.user_id == Job.employer_user_id)
        .where(ToldMatch.profile_id == profile_id)
    )
    matches = _fields(*_MATCH).where(JobMatch.profile_id == profile_id)
    user = _fields(User.id, User.email, User.role, User.is_active, User.created_at)
    name = select(pseudonym()).where(CandidateKey.profile_id == profile_id).scalar_subquery()
    decisions = _fields(*_DECISION).where(is_about(name))
    notes = select(func.array_agg(ProfileChange.id)).where(ProfileChange.profile_id == profile_id)
    return select(
        Profile.id,
        Profile.created_at,
        Profile.updated_at,
        Profile.indexed_at,
        Profile.indexed_version,
        _one(_fields(*_PROFILE).where(Profile.id == profile_id)).label("profile"),
        _one(user.join(Profile, Profile.user_id == User.id).where(Profile.id == profile_id)).label(
            "user"
        ),
        _one(features).label("features"),
        _all(matches.order_by(JobMatch.job_id)).label("matches"),
        _all(told.order_by(ToldMatch.job_id)).label("told"),
        notes.scalar_subquery().label("change_notes"),
        name.label("pseudonym"),
        _all(decisions.order_by(Decision.job_id, Decision.number)).label("decisions"),
    ).where(Profile.id == profile_id)


def _fields(*columns: InstrumentedAttribute[Any] | Label[Any]) -> Select[*tuple[Any, ...]]:
    return select(*(column.label(to_camel(column.key)) for column in columns))


def _one(rows: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    row = rows.correlate(None).subquery()
    return select(func.to_json(row.table_valued())).scalar_subquery()


def _all(rows: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    row = rows.subquery()
    return select(func.json_agg(row.table_valued())).scalar_subquery()


def _spell_months(features: dict[str, Any]) -> None:
    """Months by name instead of by number, and employers with theirs."""
    if features["experience"] is not None:
        features["experience"] = [
            {"first": month_text(first), "last": None if after is None else month_text(after - 1)}
            for first, after in features["experience"]
        ]
    last = features.pop("employedUntil")
    features["employers"] = [
        {"company": company, "until": None if until == FOREVER else month_text(until)}
        for company, until in zip(features["employers"], last, strict=True)
    ]


@cache
def _export() -> TypeAdapter[ProfileExport]:
    return TypeAdapter(ProfileExport)
