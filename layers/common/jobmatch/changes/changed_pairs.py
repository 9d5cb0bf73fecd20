"""Pairs of a changed candidate and a job that is kept up, scored as a run scores them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.jobs.concerned import REQUIRED_LISTS
from jobmatch.models import Job, JobBound, JobFeatures, ProfileFeatures, ProfileStatus
from jobmatch.permissions.predicates import (
    JOINED,
    EmployerColumns,
    is_not_suppressed,
    with_employer,
)
from jobmatch.rules.pairs import ASKED, scored_pairs
from jobmatch.shortlists.reserves import is_kept_up

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import CTE, Connection, Select


class Pair(NamedTuple):
    """A changed candidate who belongs into a job's list, and when the job was fully matched."""

    job_id: UUID
    profile_id: UUID
    overall_score: int
    matched_at: datetime


def kept_up(this_month: int) -> Select[UUID, datetime | None]:
    """The jobs for which changes are taken up, and when they were fully matched."""
    jobs = select(Job.id, Job.matched_at).join(JobBound, JobBound.job_id == Job.id)
    return with_employer(jobs).where(is_kept_up(this_month))


def get_pairs(
    connection: Connection, profile_ids: Collection[UUID], *, this_month: int
) -> list[Pair]:
    """The candidates that belong into the shortlist or reserve of a job that is kept up."""
    rows = connection.execute(
        _pairs(this_month),
        {"profile_ids": [*profile_ids], "this_month": this_month},
        execution_options={"prepares": False},
    )
    return [Pair(*row) for row in rows]


@cache
def _pairs(this_month: int) -> Select[*tuple[Any, ...]]:
    features, job = ProfileFeatures, _known_jobs(this_month)
    lists = ((job.c[name], getattr(features, name)) for name in REQUIRED_LISTS)
    met = (or_(func.cardinality(asks) == 0, asks.overlap(has)) for asks, has in lists)
    is_active = features.status == ProfileStatus.ACTIVE
    profile_ids = bindparam("profile_ids", type_=ARRAY(Uuid))
    changed = select(features.__table__).where(features.profile_id == any_(profile_ids), is_active)
    employer = EmployerColumns(job.c.is_unknown, job.c.company, job.c.domains)
    # As one condition, which PostgreSQL asks last, of the few who have passed the others.
    is_visible = is_not_suppressed(employer).is_(true())
    found = select(
        job.c.id.label("job_id"), features.profile_id, job.c.matched_at, job.c.bound, job.c.before
    ).join_from(job, features, and_(*met, is_visible))
    ranked = scored_pairs(found, {name: job.c[name] for name in ASKED}, this_month)
    score = ranked.c.overall_score
    is_before = or_(
        ranked.c.bound.is_(None),
        score > ranked.c.bound,
        and_(score == ranked.c.bound, ranked.c.profile_id < ranked.c.before),
    )
    columns = (ranked.c.job_id, ranked.c.profile_id, score, ranked.c.matched_at)
    # With the name of the table, and instead of it: these rows are read once, not for each job.
    once = changed.cte(features.__tablename__).prefix_with("MATERIALIZED")
    return select(*columns).where(is_before).add_cte(once)


def _known_jobs(this_month: int) -> CTE:
    """The jobs that are kept up: bounds, what they ask for, and what is known of their employers.

    Materialized, because PostgreSQL takes the employers of a join for few, and would look for the
    jobs of each.
    """
    asks = (getattr(JobFeatures, name) for name in (*REQUIRED_LISTS, *ASKED))
    statement = (
        kept_up(this_month)
        .add_columns(
            JobBound.score.label("bound"),
            JobBound.before,
            *asks,
            JOINED.is_unknown.label("is_unknown"),
            JOINED.company.label("company"),
            JOINED.domains.label("domains"),
        )
        .join(JobFeatures, JobFeatures.job_id == Job.id)
    )
    return statement.cte("job").prefix_with("MATERIALIZED")
