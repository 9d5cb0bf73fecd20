"""Reading candidate profiles: as admins see them, and as employers do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from jobmatch.errors import NotFoundError
from jobmatch.models import Job, JobMatch, Profile, ProfileFeatures
from jobmatch.models import Profile as ProfileRow
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.locks import ids
from jobmatch.permissions.predicates import is_shown, may_act_for, viewer_values, with_employer
from jobmatch.profiles.schemas import AnonymousCandidate, AnonymousPosition, ProfileDetail
from jobmatch.rules.anonymity import Anonymizer
from jobmatch.rules.rubric import months_of_experience

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Connection, Row, Select

    from jobmatch.permissions import Viewer


def get_profile(connection: Connection, profile_id: UUID) -> ProfileDetail | None:
    """One profile, or none."""
    row = connection.execute(
        select(
            ProfileRow.name,
            ProfileRow.email,
            ProfileRow.user_id,
            ProfileRow.status,
            ProfileRow.location,
            func.coalesce(ProfileRow.specializations, []),
            func.coalesce(ProfileRow.technical_domains, []),
            ProfileRow.bar_admissions,
            ProfileRow.work_history,
        ).where(ProfileRow.id == profile_id)
    ).one_or_none()
    return None if row is None else ProfileDetail(*row)


def require_profile(connection: Connection, profile_id: UUID) -> ProfileDetail:
    """One profile.

    Raises:
        NotFoundError: there is no such profile.
    """
    profile = get_profile(connection, profile_id)
    if profile is None:
        raise NotFoundError("No such profile.")
    return profile


def get_match_candidate(
    connection: Connection, job_id: UUID, profile_id: UUID, *, viewer: Viewer, this_month: int
) -> AnonymousCandidate:
    """The candidate of a match, without what tells who they are.

    Raises:
        NotFoundError: the match does not exist for the viewer.
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
            is_shown(),
            may_act_for(Job.employer_user_id, system=viewer is SYSTEM),
        ),
        {"this_month": this_month, **viewer_values(viewer)},
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such match.")
    return _anonymous(row)


def get_anonymous(
    connection: Connection, profile_ids: Sequence[UUID], *, this_month: int
) -> dict[UUID, AnonymousCandidate]:
    """Candidates whom the caller has found to be for the employer's eyes, by their ids."""
    described = described_candidates(this_month).where(Profile.id.in_(ids(profile_ids)))
    rows = connection.execute(described)
    return {row.id: _anonymous(row) for row in rows}


def described_candidates(this_month: int) -> Select[*tuple[Any, ...]]:
    """What profiles say, and their months of experience; names are among it."""
    return select(
        Profile.id,
        Profile.name,
        Profile.location,
        months_of_experience(this_month).label("months"),
        func.coalesce(Profile.specializations, []).label("specializations"),
        func.coalesce(Profile.technical_domains, []).label("technical_domains"),
        Profile.bar_admissions,
        Profile.work_history,
    ).join(ProfileFeatures, ProfileFeatures.profile_id == Profile.id)


def _anonymous(row: Row[Any]) -> AnonymousCandidate:
    anonymous = Anonymizer.of(row.name, [each["employer"] for each in row.work_history])
    return AnonymousCandidate(
        row.id,
        anonymous.optional(row.location),
        row.months,
        [anonymous.text(each) for each in row.specializations],
        [anonymous.text(each) for each in row.technical_domains],
        row.bar_admissions,
        [
            AnonymousPosition(
                anonymous.text(each["title"]),
                anonymous.optional(each.get("startDate")),
                anonymous.optional(each.get("endDate")),
            )
            for each in row.work_history
        ],
    )
