"""The open jobs that suit a candidate, by the same rubric; here each row is a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    column,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from jobmatch.errors import NotFoundError
from jobmatch.insights.schemas import SuitableJob
from jobmatch.jobs.due import may_admit
from jobmatch.jobs.schemas import REQUIREMENTS
from jobmatch.models import Job, JobStatus, Profile, ProfileFeatures
from jobmatch.permissions.predicates import is_not_suppressed, with_employer
from jobmatch.rules.explanations import assess
from jobmatch.rules.ranking import Candidate
from jobmatch.rules.requirements import Requirements
from jobmatch.rules.rubric import (
    FULL,
    WEIGHTS,
    Dimension,
    JobCounts,
    dimension_scores,
    months_of_experience,
    overall_score,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from jobmatch.web.pages import BestJobFirst


_LISTS = {
    "required_specializations": ProfileFeatures.specializations,
    "preferred_specializations": ProfileFeatures.specializations,
    "technical_domains": ProfileFeatures.technical_domains,
    "bars": ProfileFeatures.bars,
}
"""The lists of `JobCounts`, each with the candidate's list that it is compared with."""
_OTHERS = {"minimum_experience": Integer, "location": Text, "region": Text}


def _as_rows(jobs: Mapping[UUID, Requirements]) -> list[dict[str, Any]]:
    """The parameter `jobs` of the statement; names as in `JobCounts`."""
    return [
        {
            "job_id": str(job_id),
            "required_specializations": list(requirements.required_specializations),
            "preferred_specializations": list(requirements.preferred_specializations),
            "technical_domains": list(requirements.required_technical_domains),
            "bars": list(requirements.required_bar),
            "minimum_experience": requirements.minimum_experience or 0,
            "location": requirements.location or "",
            "region": requirements.region or "",
        }
        for job_id, requirements in jobs.items()
    ]


def _statement(profile_id: UUID, this_month: int, limit: int | None) -> Select[*tuple[Any, ...]]:
    """Those of the jobs in the parameter `jobs` whose filters a candidate passes, best first.

    Returns:
        Rows of job_id, overall_score and each dimension, null if the job does not require it.
    """
    jobs = (
        func.json_to_recordset(bindparam("jobs", type_=JSON))
        .table_valued(
            column("job_id", Uuid),
            *(column(name, ARRAY(Text)) for name in _LISTS),
            *(column(name, kind) for name, kind in _OTHERS.items()),
            name="jobs",
        )
        .render_derived(with_types=True)
    )
    facts = (
        select(
            jobs.c.job_id,
            *(_shared(jobs.c[name], present).label(name) for name, present in _LISTS.items()),
            months_of_experience(this_month).label("months"),
            ProfileFeatures.location.label("location"),
            ProfileFeatures.region.label("region"),
            *(func.cardinality(jobs.c[name]).label(f"job_{name}") for name in _LISTS),
            *(jobs.c[name].label(f"job_{name}") for name in _OTHERS),
        )
        .select_from(jobs)
        .join(ProfileFeatures, ProfileFeatures.profile_id == profile_id)
        .offset(0)
        .subquery("facts")
    )
    required_counts = JobCounts(**{name: facts.c[f"job_{name}"] for name in (*_LISTS, *_OTHERS)})
    scores = dimension_scores(required_counts, facts)
    required = ("required_specializations", "technical_domains", "bars")
    passes = [or_(facts.c[f"job_{name}"] == 0, facts.c[name] > 0) for name in required]
    scored = (
        select(facts.c.job_id, *(scores[dimension].label(dimension) for dimension in Dimension))
        .where(*passes)
        .offset(0)
        .subquery("scored")
    )
    overall = _overall_score({dimension: scored.c[dimension] for dimension in Dimension})
    ranked = select(scored, overall.label("overall_score")).subquery("ranked")
    # The score decides almost always; the job breaks ties.
    score, job_id = bindparam("after_score", type_=Integer), bindparam("after_job", type_=Uuid)
    later = or_(
        score.is_(None),
        ranked.c.overall_score < score,
        and_(ranked.c.overall_score == score, ranked.c.job_id > job_id),
    )
    best_first = (ranked.c.overall_score.desc(), ranked.c.job_id)
    return select(ranked).where(later).order_by(*best_first).limit(limit)


def _overall_score(scores: Mapping[Dimension, ColumnElement[Any]]) -> ColumnElement[int]:
    """The total of a row; the score of a dimension that its job does not require is null."""
    weights = {
        dimension: case((score.is_not(None), WEIGHTS[dimension]), else_=0)
        for dimension, score in scores.items()
    }
    known = {dimension: func.coalesce(score, 0) for dimension, score in scores.items()}
    requires_nothing = and_(*(score.is_(None) for score in scores.values()))
    total: ColumnElement[int] = overall_score(known, weights)
    return case((requires_nothing, FULL), else_=total)


def _shared(
    required: ColumnElement[list[str]], present: InstrumentedAttribute[list[str]]
) -> ColumnElement[int]:
    value = func.unnest(required).table_valued("value", name="required").render_derived()
    found = select(func.count()).select_from(value).where(value.c.value == any_(present))
    return found.scalar_subquery()


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
        ProfileFeatures.specializations,
        ProfileFeatures.technical_domains,
        ProfileFeatures.bars,
        months_of_experience(this_month).label("months"),
    ).outerjoin(ProfileFeatures, ProfileFeatures.profile_id == Profile.id)
    profile = connection.execute(features.where(Profile.id == profile_id)).one_or_none()
    if profile is None:
        raise NotFoundError("No such profile.")
    jobs = {row.id: row for row in _open_to(connection, profile_id, this_month)}
    requirements = {job_id: Requirements.of(row._mapping) for job_id, row in jobs.items()}
    score, job_id = (None, None) if after is None else after
    rows = connection.execute(
        _statement(profile_id, this_month, limit),
        {"jobs": _as_rows(requirements), "after_score": score, "after_job": job_id},
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
        specializations=frozenset(profile.specializations),
        technical_domains=frozenset(profile.technical_domains),
        bars=frozenset(profile.bars),
        months=profile.months,
        location=profile.location,
        stored_fingerprint=None,
    )
    assessment = asdict(assess(requirements, candidate))
    return SuitableJob(job.id, job.title, job.employer_user_id, **assessment)
