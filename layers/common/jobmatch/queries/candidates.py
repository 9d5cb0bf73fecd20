"""Candidates as employers see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from jobmatch.errors import NotFoundError
from jobmatch.matching.anonymity import Anonymizer
from jobmatch.matching.experience import this_month
from jobmatch.matching.rubric import months_of_experience
from jobmatch.models import Job, JobMatch, Profile, ProfileFeatures
from jobmatch.queries.access import is_shown, may_act_for, with_employer
from jobmatch.schemas.candidates import AnonymousCandidate, AnonymousPosition

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

    from jobmatch.viewer import Viewer


def get_match_candidate(
    connection: Connection, job_id: UUID, profile_id: UUID, *, viewer: Viewer
) -> AnonymousCandidate:
    """The candidate of a match, without what tells who they are.

    Raises:
        NotFoundError: the match does not exist for the viewer.
    """
    candidate = (
        select(
            Profile.name,
            Profile.location,
            months_of_experience(this_month()).label("months"),
            func.coalesce(Profile.specializations, []).label("specializations"),
            func.coalesce(Profile.technical_domains, []).label("technical_domains"),
            Profile.bar_admissions,
            Profile.work_history,
        )
        .join(JobMatch, JobMatch.profile_id == Profile.id)
        .join(Job, Job.id == JobMatch.job_id)
        .join(ProfileFeatures, ProfileFeatures.profile_id == Profile.id)
    )
    row = connection.execute(
        with_employer(candidate).where(
            JobMatch.job_id == job_id,
            JobMatch.profile_id == profile_id,
            is_shown(),
            may_act_for(viewer, Job.employer_user_id),
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such match.")
    anonymous = Anonymizer.of(row.name, [each["employer"] for each in row.work_history])
    return AnonymousCandidate(
        profile_id,
        anonymous.optional(row.location),
        row.months,
        [anonymous.text(each) for each in row.specializations],
        [anonymous.text(each) for each in row.technical_domains],
        row.bar_admissions,
        [
            AnonymousPosition(
                anonymous.text(each["title"]),
                anonymous.optional(each["startDate"]),
                anonymous.optional(each["endDate"]),
            )
            for each in row.work_history
        ],
    )
