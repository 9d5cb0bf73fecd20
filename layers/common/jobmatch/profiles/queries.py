"""Reading candidate profiles: as admins see them, and as employers do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select, true

from jobmatch.anonymity.anonymizer import Anonymizer
from jobmatch.errors import NotFoundError
from jobmatch.models import Job, JobMatch, JobStatus, Profile, ProfileFeatures
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.locks import ids
from jobmatch.permissions.predicates import is_shown, may_act_for, viewer_values, with_employer
from jobmatch.profiles.schemas import (
    COLUMNS,
    AnonymousCandidate,
    AnonymousPosition,
    BarAdmissionDocument,
    ProfileDetail,
)
from jobmatch.rules.fingerprint import profile_version
from jobmatch.rules.rubric import months_of_experience
from jobmatch.vocabulary.kinds import Kind

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row, Select

    from jobmatch.permissions import Viewer


_LISTS = {
    name: func.coalesce(getattr(Profile, name), []).label(name)
    for name in ("specializations", "technical_domains")
}


def require_profile(connection: Connection, profile_id: UUID) -> ProfileDetail:
    """One profile.

    Raises:
        NotFoundError: the profile does not exist.
    """
    columns = [_LISTS[name] if name in _LISTS else getattr(Profile, name) for name in COLUMNS]
    row = connection.execute(select(*columns).where(Profile.id == profile_id)).one_or_none()
    if row is None:
        raise NotFoundError("No such profile.")
    return ProfileDetail(**row._mapping)


def is_not_indexed() -> ColumnElement[bool]:
    """Whether a profile's features were made from other content, by other rules, or not at all."""
    # The expression of the index, so that the few profiles are found without reading all. A plain
    # "is distinct" would not use the index.
    made_by = case((Profile.indexed_at == Profile.updated_at, Profile.indexed_version))
    version = profile_version()
    return or_(made_by.is_(None), made_by < version, made_by > version)


def is_to_index(after: UUID | None, *, every: bool) -> ColumnElement[bool]:
    """Whether a profile with an id greater than `after` is to be indexed; with `every`, all are."""
    return and_(
        true() if every else is_not_indexed(), true() if after is None else Profile.id > after
    )


def count_not_indexed(
    connection: Connection, *, after: UUID | None = None, every: bool = False
) -> int:
    """How many profiles wait to be indexed; with `every`, how many profiles there are."""
    count = select(func.count()).select_from(Profile).where(is_to_index(after, every=every))
    return connection.execute(count).scalar_one()


def get_match_candidate(
    connection: Connection, job_id: UUID, profile_id: UUID, *, viewer: Viewer, this_month: int
) -> AnonymousCandidate:
    """The candidate of a match, without anything that identifies them.

    This is the present profile, which who has closed the job has no more reason to read.

    Raises:
        NotFoundError: the match does not exist for the viewer, or the job is over.
    """
    candidate = (
        described_candidates(this_month)
        .join(JobMatch, JobMatch.profile_id == Profile.id)
        .join(Job, Job.id == JobMatch.job_id)
    )
    row = connection.execute(
        with_employer(candidate).where(
            JobMatch.job_id == job_id,
            JobMatch.profile_id == profile_id,
            Job.status.not_in((JobStatus.CLOSED, JobStatus.ARCHIVED)),
            is_shown(),
            may_act_for(Job.employer_user_id, system=viewer is SYSTEM),
        ),
        {"this_month": this_month, **viewer_values(viewer)},
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such match.")
    return _anonymous(row, row.work_history)


def get_anonymous(
    connection: Connection, profile_ids: Sequence[UUID], *, this_month: int
) -> dict[UUID, AnonymousCandidate]:
    """Candidates by their ids, without positions, whose texts take longest to clean.

    The caller has checked that the employer may see them.
    """
    described = described_candidates(this_month).where(Profile.id.in_(ids(profile_ids)))
    rows = connection.execute(described)
    return {row.id: _anonymous(row, ()) for row in rows}


def described_candidates(this_month: int) -> Select[*tuple[Any, ...]]:
    """The id, then the fields of a `CandidateText` in their order; the name is among them."""
    return select(
        Profile.id,
        Profile.name,
        Profile.location,
        months_of_experience(this_month).label("months"),
        *_LISTS.values(),
        Profile.bar_admissions,
        Profile.work_history,
    ).join(ProfileFeatures, ProfileFeatures.profile_id == Profile.id)


def _anonymous(row: Row[Any], positions: Sequence[Mapping[str, Any]]) -> AnonymousCandidate:
    employers = [position["employer"] for position in row.work_history]
    anonymous = Anonymizer.of(row.name, employers)
    return AnonymousCandidate(
        row.id,
        anonymous.place(row.location),
        row.months,
        [anonymous.value(Kind.SPECIALIZATION, label) for label in row.specializations],
        [anonymous.value(Kind.TECHNICAL_DOMAIN, label) for label in row.technical_domains],
        [_bar(admission, anonymous) for admission in row.bar_admissions],
        [
            AnonymousPosition(
                anonymous.text(position["title"]),
                anonymous.date(position.get("startDate")),
                anonymous.date(position.get("endDate")),
            )
            for position in positions
        ],
    )


def _bar(admission: Mapping[str, Any], anonymous: Anonymizer) -> BarAdmissionDocument:
    year = admission.get("year")
    return {
        "jurisdiction": anonymous.value(Kind.BAR, admission["jurisdiction"]),
        # Another system may have stored a text.
        "year": year if isinstance(year, int) else None,
        "status": anonymous.status(admission.get("status")),
    }
