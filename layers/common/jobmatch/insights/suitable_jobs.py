"""The open jobs that suit a candidate, by the same rubric; here each row is a job."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from jobmatch.errors import NotFoundError
from jobmatch.insights.schemas import SuitableJob
from jobmatch.jobs.concerned import may_admit
from jobmatch.models import Job, JobStatus, Profile, ProfileFeatures
from jobmatch.permissions.predicates import is_not_suppressed, with_employer
from jobmatch.rules.explanations import assess
from jobmatch.rules.pairs import ASKED, asked, scored_pairs
from jobmatch.rules.ranking import Candidate, active_bars
from jobmatch.rules.requirements import REQUIREMENTS, Requirements
from jobmatch.rules.rubric import FULL, Dimension, months_of_experience
from jobmatch.wording.queries import get_aliases

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

    from jobmatch.web.pages import BestJobFirst


def _statement(profile_id: UUID, this_month: int, limit: int | None) -> Select[*tuple[Any, ...]]:
    """Those of the jobs in the parameter `jobs` whose filters a candidate passes, best first.

    Returns:
        Rows of job_id, overall_score and each dimension, null if the job does not require it.
    """
    jobs = (
        func.json_to_recordset(bindparam("jobs", type_=JSON))
        .table_valued(
            column("job_id", Uuid),
            *(column(name, values) for name, values in ASKED.items()),
            name="jobs",
        )
        .render_derived(with_types=True)
    )
    pairs = (
        select(jobs.c.job_id)
        .select_from(jobs)
        .join(ProfileFeatures, ProfileFeatures.profile_id == profile_id)
    )
    ranked = scored_pairs(pairs, dict(jobs.c.items()), this_month)
    # The score decides almost always; the job breaks ties.
    score, job_id = bindparam("after_score", type_=Integer), bindparam("after_job", type_=Uuid)
    later = or_(
        score.is_(None),
        ranked.c.overall_score < score,
        and_(ranked.c.overall_score == score, ranked.c.job_id > job_id),
    )
    best_first = (ranked.c.overall_score.desc(), ranked.c.job_id)
    return select(ranked).where(later).order_by(*best_first).limit(limit)


def get_jobs_for_profile(
    connection: Connection,
    profile_id: UUID,
    *,
    this_month: int,
    limit: int | None = None,
    after: BestJobFirst | None = None,
) -> list[SuitableJob]:
    """The open jobs whose filters a candidate passes, best first; for admins only.

    Scored at this moment by the rubric of a run, whether the candidate is shortlisted for the job
    or not. Jobs of the candidate's own employers are left out, as they are in the matches.

    Raises:
        NotFoundError: the profile does not exist.
    """
    features = select(
        Profile.id,
        Profile.location,
        Profile.specializations,
        Profile.technical_domains,
        Profile.bar_admissions,
        months_of_experience(this_month).label("months"),
    ).outerjoin(ProfileFeatures, ProfileFeatures.profile_id == Profile.id)
    profile = connection.execute(features.where(Profile.id == profile_id)).one_or_none()
    if profile is None:
        raise NotFoundError("No such profile.")
    jobs = {row.id: row for row in _open_to(connection, profile_id, this_month)}
    aliases = get_aliases(connection)
    requirements = {job_id: Requirements.of(row._mapping, aliases) for job_id, row in jobs.items()}
    asking = [{"job_id": str(job_id), **asked(each)} for job_id, each in requirements.items()]
    score, job_id = (None, None) if after is None else after
    rows = connection.execute(
        _statement(profile_id, this_month, limit),
        {"jobs": asking, "after_score": score, "after_job": job_id},
    )
    return [
        _suitable(jobs[row.job_id], requirements[row.job_id], profile, row._mapping) for row in rows
    ]


def _open_to(connection: Connection, profile_id: UUID, this_month: int) -> list[Row[Any]]:
    """The open jobs whose filters the candidate may pass; among them jobs that are not indexed."""
    candidate = literal([profile_id], ARRAY(Job.id.type))
    jobs = select(
        Job.id, Job.title, Job.employer_user_id, *(getattr(Job, name) for name in REQUIREMENTS)
    ).join(ProfileFeatures, ProfileFeatures.profile_id == profile_id)
    return list(
        connection.execute(
            with_employer(jobs).where(
                Job.status == JobStatus.OPEN, may_admit(candidate), is_not_suppressed()
            ),
            {"this_month": this_month},
        )
    )


def _suitable(job: Row[Any], requirements: Requirements, profile: Any, row: Any) -> SuitableJob:
    candidate = Candidate(
        profile_id=profile.id,
        overall_score=row["overall_score"],
        scores={name: FULL if row[name] is None else row[name] for name in Dimension},
        specializations=profile.specializations or (),
        technical_domains=profile.technical_domains or (),
        bars=active_bars(profile.bar_admissions),
        months=profile.months,
        location=profile.location,
        stored_fingerprint=None,
    )
    assessment = asdict(assess(requirements, candidate))
    return SuitableJob(job.id, job.title, job.employer_user_id, **assessment)
