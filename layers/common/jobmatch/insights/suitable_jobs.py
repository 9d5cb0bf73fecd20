"""The open jobs that suit a candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.errors import NotFoundError
from jobmatch.insights.suitability import as_rows, suitable
from jobmatch.insights.suitable_schemas import SuitableJob
from jobmatch.jobs.changes import may_admit
from jobmatch.jobs.schemas import REQUIREMENTS
from jobmatch.models import Job, JobStatus, Profile, ProfileFeatures
from jobmatch.permissions.predicates import is_not_suppressed, with_employer
from jobmatch.rules.experience import this_month
from jobmatch.rules.explanations import assess
from jobmatch.rules.ranking import Candidate
from jobmatch.rules.requirements import Requirements
from jobmatch.rules.rubric import FULL, Dimension, months_of_experience

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection, Row

    from jobmatch.web.pages import BestJobFirst


def get_jobs_for_profile(
    connection: Connection,
    profile_id: UUID,
    *,
    limit: int | None = None,
    after: BestJobFirst | None = None,
) -> list[SuitableJob]:
    """The open jobs whose filters a candidate passes, best first; for admins alone.

    Scored at this moment by the rubric of a run, whether the candidate is among the matches that
    are kept or not. Jobs of their own employers are left out, as they are from the matches.

    Raises:
        NotFoundError: there is no such profile.
    """
    month = this_month()
    features = select(
        Profile.id,
        Profile.location,
        ProfileFeatures.specializations,
        ProfileFeatures.technical_domains,
        ProfileFeatures.bars,
        months_of_experience(month).label("months"),
    ).outerjoin(ProfileFeatures, ProfileFeatures.profile_id == Profile.id)
    person = connection.execute(features.where(Profile.id == profile_id)).one_or_none()
    if person is None:
        raise NotFoundError("No such profile.")
    jobs = {row.id: row for row in _open_to(connection, profile_id, month)}
    wanted = {job_id: Requirements.of(row._mapping) for job_id, row in jobs.items()}
    score, job_id = (None, None) if after is None else after
    rows = connection.execute(
        suitable(profile_id, month, limit),
        {"jobs": as_rows(wanted), "after_score": score, "after_job": job_id},
    )
    return [_suitable(jobs[row.job_id], wanted[row.job_id], person, row._mapping) for row in rows]


def _open_to(connection: Connection, profile_id: UUID, month: int) -> list[Row[Any]]:
    """The open jobs that may admit the candidate; for one whose lists are not indexed, it may."""
    candidate = literal([profile_id], ARRAY(Job.id.type))
    jobs = select(
        Job.id, Job.title, Job.employer_user_id, *(getattr(Job, name) for name in REQUIREMENTS)
    ).join(ProfileFeatures, ProfileFeatures.profile_id == profile_id)
    return list(
        connection.execute(
            with_employer(jobs).where(
                Job.status == JobStatus.OPEN,
                may_admit(candidate),
                is_not_suppressed(literal(month)),
            )
        )
    )


def _suitable(job: Row[Any], wanted: Requirements, person: Any, row: Any) -> SuitableJob:
    candidate = Candidate(
        profile_id=person.id,
        overall_score=row["overall_score"],
        scores={each: FULL if row[each] is None else row[each] for each in Dimension},
        specializations=frozenset(person.specializations),
        technical_domains=frozenset(person.technical_domains),
        bars=frozenset(person.bars),
        months=person.months,
        location=person.location,
        stored_fingerprint=None,
    )
    assessment = assess(wanted, candidate)
    return SuitableJob(
        job.id,
        job.title,
        job.employer_user_id,
        assessment.overall_score,
        assessment.recommendation,
        assessment.subscores,
        assessment.summary,
    )
