"""The open jobs that suit a candidate, by the same rubric; here each row is a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
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
from jobmatch.rules.ranking import Candidate, active_bars
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
from jobmatch.wording.queries import get_aliases

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


_PLACES = ("full", "near", "partial")


def _as_rows(jobs: Mapping[UUID, Requirements]) -> list[dict[str, Any]]:
    """What `suitable` takes as its parameter `jobs`.

    A list is its terms, and in parallel the numbers of the entries that they belong to.
    """
    rows = []
    for job_id, requirements in jobs.items():
        place = requirements.place
        row = {
            "job_id": str(job_id),
            "minimum_experience": requirements.minimum_experience or 0,
            "states_place": place is not None,
            "remote": place is not None and place.remote,
            **{name: list(getattr(place, name, ())) for name in _PLACES},
        }
        lists = (
            requirements.required_specializations,
            requirements.preferred_specializations,
            requirements.required_technical_domains,
            requirements.required_bar,
        )
        for name, entries in zip(_LISTS, lists, strict=True):
            numbered = [
                (term, number) for number, terms in enumerate(entries.values()) for term in terms
            ]
            row[name] = [term for term, _ in numbered]
            row[f"{name}_entries"] = [number for _, number in numbered]
            row[f"{name}_count"] = len(entries)
        rows.append(row)
    return rows


def _statement(profile_id: UUID, this_month: int, limit: int | None) -> Select[*tuple[Any, ...]]:
    """Those of the jobs in the parameter `jobs` whose filters a candidate passes, best first.

    Returns:
        Rows of job_id, overall_score and each dimension, null if the job does not require it.
    """
    texts, numbers = ARRAY(Text), ARRAY(Integer)
    jobs = (
        func.json_to_recordset(bindparam("jobs", type_=JSON))
        .table_valued(
            column("job_id", Uuid),
            *(column(name, texts) for name in (*_LISTS, *_PLACES)),
            *(column(f"{name}_entries", numbers) for name in _LISTS),
            *(column(f"{name}_count", Integer) for name in _LISTS),
            column("minimum_experience", Integer),
            column("states_place", Boolean),
            column("remote", Boolean),
            name="jobs",
        )
        .render_derived(with_types=True)
    )
    features = ProfileFeatures
    present = dict(
        zip(
            _LISTS,
            (
                features.specializations,
                features.specializations,
                features.technical_domains,
                features.bars,
            ),
            strict=True,
        )
    )
    counted = [f"{name}_count" for name in _LISTS]
    of_place = ("states_place", "remote", *_PLACES)
    facts = (
        select(
            jobs.c.job_id,
            *(
                _met(jobs.c[name], jobs.c[f"{name}_entries"], present[name]).label(name)
                for name in _LISTS
            ),
            months_of_experience(this_month).label("months"),
            features.places.label("places"),
            *(jobs.c[name] for name in (*counted, "minimum_experience", *of_place)),
        )
        .select_from(jobs)
        .join(ProfileFeatures, ProfileFeatures.profile_id == profile_id)
        .offset(0)
        .subquery("facts")
    )
    required_counts = JobCounts(
        *(facts.c[name] for name in (*counted, "minimum_experience", *of_place))
    )
    scores = dimension_scores(required_counts, facts)
    required = ("required_specializations", "technical_domains", "bars")
    passes = [or_(facts.c[f"{name}_count"] == 0, facts.c[name] > 0) for name in required]
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


def _met(
    terms: ColumnElement[list[str]],
    entries: ColumnElement[list[int]],
    present: InstrumentedAttribute[list[str]],
) -> ColumnElement[int]:
    """How many entries of a list the candidate meets."""
    term = func.unnest(terms, entries).table_valued("term", "entry", name="required")
    row = term.render_derived()
    found = select(func.count(row.c.entry.distinct())).where(row.c.term == any_(present))
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
        specializations=profile.specializations or (),
        technical_domains=profile.technical_domains or (),
        bars=active_bars(profile.bar_admissions),
        months=profile.months,
        location=profile.location,
        stored_fingerprint=None,
    )
    assessment = asdict(assess(requirements, candidate))
    return SuitableJob(job.id, job.title, job.employer_user_id, **assessment)
