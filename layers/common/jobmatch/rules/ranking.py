"""One SQL statement that pre-filters and ranks the candidates of a job inside PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, false, func, literal, not_, select

from jobmatch.careers.bar_status import Status, status_of
from jobmatch.models import JobMatch, Profile, ProfileFeatures
from jobmatch.rules.requirements import passes
from jobmatch.rules.rubric import (
    FULL,
    CandidateFacts,
    Dimension,
    JobCounts,
    dimension_scores,
    overall_score,
)
from jobmatch.rules.suppression import works_for_employer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery

    from jobmatch.careers.employers import Employer
    from jobmatch.rules.requirements import Requirements


_SCORES = slice(2, 2 + len(Dimension))
"""Where the dimensions stand in a row of `ranking`."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of a job's best candidates: scores, and the facts that explain them."""

    profile_id: UUID
    overall_score: int
    scores: dict[Dimension, int]
    """Of every dimension; one that is not asked for has 100."""
    specializations: Sequence[str]
    """As stored, as are the next two."""
    technical_domains: Sequence[str]
    bars: Sequence[str]
    """Jurisdictions of the admissions that are active."""
    months: int | None
    location: str | None
    """As typed."""
    stored_fingerprint: str | None
    """Of the match that is stored already, if one is."""


def active_bars(admissions: Sequence[Mapping[str, Any]]) -> list[str]:
    """The jurisdictions of the active ones among stored bar admissions."""
    return [
        admission["jurisdiction"]
        for admission in admissions
        if status_of(admission.get("status")) is Status.ACTIVE
    ]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A job's best candidates, and how many passed the pre-filter."""

    passed: int
    candidates: list[Candidate]


def scored_candidates(
    requirements: Requirements, this_month: int, *which: ColumnElement[bool]
) -> tuple[Subquery, ColumnElement[int]]:
    """The candidates for whom `which` holds, with their months and scores.

    Returns:
        Rows of profile_id, months and each dimension; and the overall score of such a row.
    """
    features = ProfileFeatures
    facts = CandidateFacts.of(requirements, this_month)
    counted = (
        select(
            features.profile_id,
            features.places,
            facts.required_specializations.label("required_specializations"),
            facts.preferred_specializations.label("preferred_specializations"),
            facts.technical_domains.label("technical_domains"),
            facts.bars.label("bars"),
            facts.months.label("months"),
        )
        .where(*which)
        # A fence: without it the planner inlines the counts and repeats them at every use.
        .offset(0)
        .subquery("counted")
    )
    asked = dimension_scores(JobCounts.of(requirements), counted)
    scored = (
        select(
            counted.c.profile_id,
            counted.c.months,
            *(asked.get(dimension, literal(FULL)).label(dimension) for dimension in Dimension),
        )
        .offset(0)
        .subquery("scored")
    )
    overall = overall_score({dimension: scored.c[dimension] for dimension in asked})
    return scored, overall if asked else literal(FULL)


def eligible(
    requirements: Requirements, employer: Employer, this_month: int
) -> list[ColumnElement[bool]]:
    """Who is ranked for a job: who passes the filters and does not work for its employer.

    Nobody, where the employer has no company: then it can't be known who works there.
    """
    if employer.company is None:
        return [false()]
    return [*passes(requirements), not_(works_for_employer(employer, this_month))]


def ranking(
    requirements: Requirements,
    *which: ColumnElement[bool],
    job_id: UUID,
    limit: int,
    this_month: int,
    described: int | None = None,
) -> Select[*tuple[Any, ...]]:
    """The statement: the best `limit` of these, best first, equal scores by profile id.

    Args:
        described: of how many, the best, the profile and the match are read; of all where `None`.
    """
    scored, overall = scored_candidates(requirements, this_month, *which)
    best = (
        select(scored, overall.label("overall_score"), func.count().over().label("passed"))
        .order_by(overall.desc(), scored.c.profile_id)
        .limit(limit)
        .subquery("best")
    )
    whose: ColumnElement[Any] = best.c.profile_id
    if described is not None:
        order = (best.c.overall_score.desc(), best.c.profile_id)
        place = func.row_number().over(order_by=order).label("place")
        best = select(best, place).subquery("placed")
        whose = case((best.c.place <= described, best.c.profile_id))
    return (
        select(
            best.c.profile_id,
            best.c.overall_score,
            *(best.c[dimension] for dimension in Dimension),
            Profile.specializations,
            Profile.technical_domains,
            Profile.bar_admissions,
            best.c.months,
            best.c.passed,
            Profile.location,
            JobMatch.fingerprint,
        )
        .join(Profile, Profile.id == whose, isouter=described is not None)
        .outerjoin(JobMatch, and_(JobMatch.job_id == job_id, JobMatch.profile_id == whose))
        .order_by(best.c.overall_score.desc(), best.c.profile_id)
    )


def best_candidates(
    connection: Connection,
    requirements: Requirements,
    employer: Employer,
    *,
    job_id: UUID,
    limit: int,
    this_month: int,
    described: int | None = None,
) -> Ranking:
    """The best `limit` candidates for these requirements, best first.

    Args:
        described: how many of them, the best, come with their facts; all where `None`.
    """
    which = eligible(requirements, employer, this_month)
    statement = ranking(
        requirements,
        *which,
        job_id=job_id,
        limit=limit,
        this_month=this_month,
        described=described,
    )
    return execute_ranking(connection, statement)


def execute_ranking(connection: Connection, statement: Select[*tuple[Any, ...]]) -> Ranking:
    """What a statement of `ranking` finds."""
    # Prepared, PostgreSQL would plan it for all jobs alike, and read for a narrow one what only
    # a broad one needs.
    rows = connection.execute(statement, execution_options={"prepares": False}).all()
    candidates = [candidate_of(row) for row in rows]
    return Ranking(passed=rows[0].passed if rows else 0, candidates=candidates)


def candidate_of(row: Row[*tuple[Any, ...]]) -> Candidate:
    """A row of a candidate with scores, which begins as a row of `ranking` does."""
    return Candidate(
        profile_id=row.profile_id,
        overall_score=row.overall_score,
        scores=dict(zip(Dimension, row[_SCORES], strict=True)),
        specializations=row.specializations or (),
        technical_domains=row.technical_domains or (),
        bars=active_bars(row.bar_admissions or ()),
        months=row.months,
        location=row.location,
        stored_fingerprint=row.fingerprint,
    )
