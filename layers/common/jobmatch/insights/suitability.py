"""One candidate and many jobs: the same rubric, where each row is a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Text, Uuid, and_, any_, bindparam, column, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from jobmatch.models import ProfileFeatures
from jobmatch.rules.rubric import (
    Asked,
    Dimension,
    dimension_scores,
    months_of_experience,
    overall_score_of_rows,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from jobmatch.rules.requirements import Requirements

_LISTS = ("required_specializations", "preferred_specializations", "technical_domains", "bars")


def as_rows(jobs: Mapping[UUID, Requirements]) -> list[dict[str, Any]]:
    """What `suitable` takes as its parameter `jobs`."""
    return [
        {
            "job_id": str(job_id),
            "required_specializations": list(wanted.required_specializations),
            "preferred_specializations": list(wanted.preferred_specializations),
            "technical_domains": list(wanted.required_technical_domains),
            "bars": list(wanted.required_bar),
            "minimum_experience": wanted.minimum_experience or 0,
            "location": wanted.location or "",
            "region": wanted.region or "",
        }
        for job_id, wanted in jobs.items()
    ]


def suitable(profile_id: UUID, this_month: int, limit: int | None) -> Select[*tuple[Any, ...]]:
    """The statement: of the jobs of `jobs`, those whose filters a candidate passes, best first.

    Returns:
        Rows of job_id, overall_score and each dimension, null where the job does not ask for it.
    """
    jobs = (
        func.json_to_recordset(bindparam("jobs", type_=JSON))
        .table_valued(
            column("job_id", Uuid),
            *(column(name, ARRAY(Text)) for name in _LISTS),
            column("minimum_experience", Integer),
            column("location", Text),
            column("region", Text),
            name="jobs",
        )
        .render_derived(with_types=True)
    )
    features = ProfileFeatures
    counts = {name: func.cardinality(jobs.c[name]) for name in _LISTS}
    facts = (
        select(
            jobs.c.job_id,
            _shared(jobs.c.required_specializations, features.specializations).label(
                "required_specializations"
            ),
            _shared(jobs.c.preferred_specializations, features.specializations).label(
                "preferred_specializations"
            ),
            _shared(jobs.c.technical_domains, features.technical_domains).label(
                "technical_domains"
            ),
            _shared(jobs.c.bars, features.bars).label("bars"),
            months_of_experience(this_month).label("months"),
            features.location.label("location"),
            features.region.label("region"),
            *(counts[name].label(f"asked_{name}") for name in _LISTS),
            jobs.c.minimum_experience,
            jobs.c.location.label("asked_location"),
            jobs.c.region.label("asked_region"),
        )
        .select_from(jobs)
        .join(features, features.profile_id == profile_id)
        .offset(0)
        .subquery("facts")
    )
    asked = Asked(
        facts.c.asked_required_specializations,
        facts.c.asked_preferred_specializations,
        facts.c.asked_technical_domains,
        facts.c.asked_bars,
        facts.c.minimum_experience,
        facts.c.asked_location,
        facts.c.asked_region,
    )
    scores = dimension_scores(asked, facts)
    required = ("required_specializations", "technical_domains", "bars")
    passes = [or_(facts.c[f"asked_{name}"] == 0, facts.c[name] > 0) for name in required]
    scored = (
        select(facts.c.job_id, *(scores[each].label(each) for each in Dimension))
        .where(*passes)
        .offset(0)
        .subquery("scored")
    )
    overall = overall_score_of_rows({each: scored.c[each] for each in Dimension})
    ranked = select(scored, overall.label("overall_score")).subquery("ranked")
    # The first half alone decides almost always; the second settles ties.
    score, job_id = bindparam("after_score", type_=Integer), bindparam("after_job", type_=Uuid)
    later = or_(
        score.is_(None),
        ranked.c.overall_score < score,
        and_(ranked.c.overall_score == score, ranked.c.job_id > job_id),
    )
    best_first = (ranked.c.overall_score.desc(), ranked.c.job_id)
    return select(ranked).where(later).order_by(*best_first).limit(limit)


def _shared(
    wanted: ColumnElement[list[str]], present: InstrumentedAttribute[list[str]]
) -> ColumnElement[int]:
    value = func.unnest(wanted).table_valued("value", name="wanted").render_derived()
    found = select(func.count()).select_from(value).where(value.c.value == any_(present))
    return found.scalar_subquery()
