"""All stored data about a candidate, read in one statement and so as of one moment.

A new table with data about candidates must be added here. A test compares the two.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import TypeAdapter
from pydantic.alias_generators import to_camel
from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSON

from jobmatch.audit.queries import is_about, pseudonym
from jobmatch.audit.schemas import LoggedAbout
from jobmatch.careers.dates import month_text
from jobmatch.careers.employers import FOREVER
from jobmatch.errors import NotFoundError
from jobmatch.models import (
    CandidateKey,
    Decision,
    EmployerProfile,
    FoundMatch,
    Job,
    JobMatch,
    MatchDecision,
    Profile,
    ProfileChange,
    ProfileFeatures,
    ProfileStatus,
    Reserve,
    ToldMatch,
    User,
    UserRole,
    WebhookEvent,
)
from jobmatch.profiles.schemas import Found, Reserved
from jobmatch.rules.rubric import months_of_experience
from jobmatch.webhooks.schemas import SentEvent
from jobmatch.wire import wire

if TYPE_CHECKING:
    from sqlalchemy import Connection, ScalarSelect, Select

    from jobmatch.models import Base


@wire
class ExportedProfile:
    """A profile as a request puts it, with its whole documents.

    Another system may have written the documents, so they are not validated.
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
    """The account of a candidate. It belongs to the platform and outlives the profile."""

    id: UUID
    email: str
    role: UserRole
    is_active: bool
    created_at: datetime


@wire
class MonthsWorked:
    """A period of work, as `YYYY-MM`, both months included; null as `last` if it goes on."""

    first: str
    last: str | None


@wire
class PresentEmployer:
    """An employer of the candidate, in canonical form, and the last month (`YYYY-MM`), if known."""

    company: str
    until: str | None


@wire
class DerivedFeatures:
    """What matching reads of a profile, in canonical form.

    `months` is the experience until now, in months; `gap_months` is the number of months between
    positions, which do not count.
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
    """A stored match, whether employers see it at present or not.

    `fingerprint` identifies what it was made from; null if a request has put the match.
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
    """An employer who was told about the candidate, never by name; for which job, and when."""

    job_id: UUID
    employer_user_id: UUID
    employer_company_name: str | None
    notified_at: datetime


@wire
class Decided:
    """What an employer has decided about the candidate for a job, and why."""

    job_id: UUID
    decision: str
    reason: str | None
    decided_at: datetime


@wire
class ProfileExport:
    """All stored data about a candidate.

    `changeNotes` number changes that are not taken up yet; the log names by the `pseudonym`.
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
    found: list[Found]
    reserved: list[Reserved]
    decided: list[Decided]
    change_notes: list[int]
    pseudonym: str | None
    decisions: list[LoggedAbout]
    sent_events: list[SentEvent]


_LISTS = (
    *("matches", "told", "found", "reserved"),
    *("decided", "changeNotes", "decisions", "sentEvents"),
)


def export_profile(connection: Connection, profile_id: UUID, *, this_month: int) -> ProfileExport:
    """All stored data about a candidate.

    Raises:
        NotFoundError: the profile does not exist.
    """
    row = connection.execute(_statement(profile_id, this_month)).one_or_none()
    if row is None:
        raise NotFoundError("No such profile.")
    document = {to_camel(name): value for name, value in row._mapping.items()}
    if features := document["features"]:
        _spell_months(features)
    for name in _LISTS:
        document[name] = document[name] or []
    return _export().validate_python(document)


def _statement(profile_id: UUID, month: int) -> Select[*tuple[Any, ...]]:
    """One row of JSON values, each of the form of its part of a `ProfileExport`."""
    profile = _fields(ExportedProfile, Profile).where(Profile.id == profile_id)
    user = (
        _fields(LinkedUser, User)
        .join(Profile, Profile.user_id == User.id)
        .where(Profile.id == profile_id)
    )
    months = func.unnest(ProfileFeatures.experience).column_valued("months")
    periods = select(func.json_agg(func.json_build_array(func.lower(months), func.upper(months))))
    features = _fields(
        DerivedFeatures,
        ProfileFeatures,
        experience=periods.scalar_subquery(),
        months=months_of_experience(month),
        employed_until=ProfileFeatures.employed_until,
    ).where(ProfileFeatures.profile_id == profile_id)
    # The column of subscores holds text.
    matches = _fields(ExportedMatch, JobMatch, subscores=cast(JobMatch.subscores, JSON)).where(
        JobMatch.profile_id == profile_id
    )
    told = (
        _fields(
            Told,
            ToldMatch,
            employer_user_id=Job.employer_user_id,
            employer_company_name=EmployerProfile.company_name,
        )
        .join(Job, Job.id == ToldMatch.job_id)
        .outerjoin(EmployerProfile, EmployerProfile.user_id == Job.employer_user_id)
        .where(ToldMatch.profile_id == profile_id)
    )
    found = _fields(Found, FoundMatch).where(FoundMatch.profile_id == profile_id)
    reserved = _fields(Reserved, Reserve).where(Reserve.profile_id == profile_id)
    decided = _fields(Decided, MatchDecision).where(MatchDecision.profile_id == profile_id)
    sent = _fields(SentEvent, WebhookEvent).where(WebhookEvent.profile_id == profile_id)
    name = select(pseudonym()).where(CandidateKey.profile_id == profile_id).scalar_subquery()
    decisions = _fields(LoggedAbout, Decision).where(is_about(name))
    notes = select(func.array_agg(ProfileChange.id)).where(ProfileChange.profile_id == profile_id)
    return select(
        Profile.id,
        Profile.created_at,
        Profile.updated_at,
        Profile.indexed_at,
        Profile.indexed_version,
        _one(profile).label("profile"),
        _one(user).label("user"),
        _one(features).label("features"),
        _all(matches.order_by(JobMatch.job_id)).label("matches"),
        _all(told.order_by(ToldMatch.job_id)).label("told"),
        _all(found.order_by(FoundMatch.job_id)).label("found"),
        _all(reserved.order_by(Reserve.job_id)).label("reserved"),
        _all(decided.order_by(MatchDecision.job_id)).label("decided"),
        notes.scalar_subquery().label("change_notes"),
        name.label("pseudonym"),
        _all(decisions.order_by(Decision.job_id, Decision.number)).label("decisions"),
        _all(sent.order_by(WebhookEvent.number)).label("sent_events"),
    ).where(Profile.id == profile_id)


def _fields(model: type[Any], table: type[Base], **others: Any) -> Select[*tuple[Any, ...]]:
    """Select the fields of a wire model: `others`, and columns of the same name."""
    names = [field.name for field in fields(model)]
    columns = {name: getattr(table, name) for name in names if name not in others} | others
    return select(*(column.label(to_camel(name)) for name, column in columns.items()))


def _one(rows: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    row = rows.correlate(None).subquery()
    return select(func.to_json(row.table_valued())).scalar_subquery()


def _all(rows: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    row = rows.subquery()
    return select(func.json_agg(row.table_valued())).scalar_subquery()


def _spell_months(features: dict[str, Any]) -> None:
    """Write months as `YYYY-MM` instead of as numbers, and employers with their last months."""
    if features["experience"] is not None:
        features["experience"] = [
            {"first": month_text(first), "last": None if end is None else month_text(end - 1)}
            for first, end in features["experience"]
        ]
    last = features.pop("employedUntil")
    features["employers"] = [
        {"company": company, "until": None if until == FOREVER else month_text(until)}
        for company, until in zip(features["employers"], last, strict=True)
    ]


@cache
def _export() -> TypeAdapter[ProfileExport]:
    return TypeAdapter(ProfileExport)
