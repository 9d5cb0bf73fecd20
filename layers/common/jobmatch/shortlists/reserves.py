"""The reserve beside a job's shortlist, and the bound up to which both are complete.

A full run by the rubric ranks more candidates than it shortlists. With the others, changed
candidates can be taken up without a look at those who have not changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import UUID

from sqlalchemy import (
    Integer,
    Uuid,
    all_,
    and_,
    bindparam,
    column,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jobmatch.models import (
    EmployerFeatures,
    EmployerProfile,
    Job,
    JobBound,
    JobStatus,
    MatchingStatus,
    Reserve,
)
from jobmatch.wording.queries import matching_version

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement, Connection, Select, TableValuedAlias
    from sqlalchemy.dialects.postgresql import Insert

    from jobmatch.rules.ranking import Ranking

RESERVE = 100
"""How many candidates a full run ranks beyond the shortlist."""
_LAST_ID = UUID(int=2**128 - 1)


class Bound(NamedTuple):
    """A place in a ranking: who has a higher score, or the same and a lower id, is before it."""

    score: int
    before: UUID

    @classmethod
    def after(cls, score: int, profile_id: UUID) -> Self:
        """The place right after a candidate's."""
        return cls(score, UUID(int=min(profile_id.int + 1, _LAST_ID.int)))


@dataclass(frozen=True, slots=True)
class Kept:
    """What a full run keeps beside its shortlist: the reserve, and the bound."""

    reserve: dict[UUID, int]
    """The scores of its candidates."""
    bound: Bound | None
    """`None` if everybody who passes is in the shortlist or the reserve."""
    month: int

    @classmethod
    def of(cls, ranking: Ranking, limit: int, month: int) -> Self:
        """What is kept of a ranking, whose best `limit` are the shortlist."""
        ranked = ranking.candidates
        bound = None
        if ranking.passed > len(ranked):
            bound = Bound.after(ranked[-1].overall_score, ranked[-1].profile_id)
        reserve = {each.profile_id: each.overall_score for each in ranked[limit:]}
        return cls(reserve, bound, month)


def is_kept_up(this_month: int) -> ColumnElement[bool]:
    """Whether changes of candidates can be taken up for a job without a full run.

    It is open and completed by the present rules and not in a later month, nothing has made it due
    since its bound was stored, and its employer is known as they are now. A predicate on `jobs`,
    `job_bounds` and the rows of `with_employer`.
    """
    return and_(
        Job.status == JobStatus.OPEN,
        Job.matching_status == MatchingStatus.COMPLETED,
        Job.matching_version == matching_version(),
        JobBound.demand == Job.matching_demand,
        JobBound.month <= this_month,
        or_(EmployerProfile.user_id.is_(None), EmployerFeatures.user_id.is_not(None)),
    )


def not_in_reserve(
    connection: Connection, job_id: UUID, profile_ids: Collection[UUID]
) -> list[UUID]:
    """Those of the candidates who are not in the job's reserve."""
    stored = connection.scalars(_stored(), {"of_job": job_id})
    return sorted(set(profile_ids) - set(stored))


@cache
def _stored() -> Select[UUID]:
    return select(Reserve.profile_id).where(Reserve.job_id == bindparam("of_job"))


def keep(
    connection: Connection, job_id: UUID, kept: Kept, passed: int, new: Collection[UUID]
) -> None:
    """Store what a full run keeps, where it differs; in its transaction, which has locked the job.

    Args:
        passed: how many candidates passed.
        new: who came into the reserve, share-locked.
    """
    score, before = kept.bound or (None, None)
    values = {
        "of_job": job_id,
        "kept": [*kept.reserve],
        "kept_scores": [*kept.reserve.values()],
        "new": [*new],
        "new_scores": [kept.reserve[each] for each in new],
        "bound": score,
        "bound_before": before,
        "of_month": kept.month,
        "have_passed": passed,
    }
    connection.execute(_keep(), values)


@cache
def _keep() -> Insert:
    of_job = bindparam("of_job", type_=Uuid)
    others = Reserve.profile_id != all_(bindparam("kept", type_=ARRAY(Uuid)))
    gone = delete(Reserve).where(Reserve.job_id == of_job, others)
    new, kept = (
        func.unnest(
            bindparam(name, type_=ARRAY(Uuid)), bindparam(f"{name}_scores", type_=ARRAY(Integer))
        )
        .table_valued(column("profile_id", Uuid), column("score", Integer), name=f"{name}_rows")
        .render_derived()
        for name in ("new", "kept")
    )
    came = _into_reserve(select(of_job, *new.c))
    moved = (
        update(Reserve)
        .where(
            Reserve.job_id == of_job,
            Reserve.profile_id == kept.c.profile_id,
            Reserve.overall_score != kept.c.score,
        )
        .values(overall_score=kept.c.score)
    )
    bound = {
        "score": bindparam("bound", type_=Integer),
        "before": bindparam("bound_before", type_=Uuid),
        "month": bindparam("of_month", type_=Integer),
        "passed": bindparam("have_passed", type_=Integer),
        # Of the claim: what has come up during the run makes another one follow.
        "demand": Job.matching_claimed_demand,
    }
    statement = insert(JobBound).from_select(
        ["job_id", *bound], select(Job.id, *bound.values()).where(Job.id == of_job)
    )
    new_values = {name: statement.excluded[name] for name in bound}
    differs = (getattr(JobBound, name).is_distinct_from(new_values[name]) for name in bound)
    stored = statement.on_conflict_do_update(
        index_elements=["job_id"], set_=new_values, where=or_(*differs)
    )
    written = {"gone": gone, "came": came, "moved": moved}
    parts = [each.returning(Reserve.job_id).cte(name) for name, each in written.items()]
    return stored.add_cte(*parts)


def keep_nothing(connection: Connection, job_id: UUID) -> None:
    """Delete the reserve and bound of a job that is locked: from now on changes make it due."""
    reserve = delete(Reserve).where(Reserve.job_id == job_id).returning(Reserve.job_id)
    bound = delete(JobBound).where(JobBound.job_id == job_id)
    connection.execute(bound.add_cte(reserve.cte("gone")))


def put_in_reserve(connection: Connection, rows: Collection[tuple[UUID, UUID, int]]) -> None:
    """Add candidates, share-locked, to the reserves of jobs: job, candidate and score."""
    if rows:
        connection.execute(_into_reserve(select(*_rows(rows).c)))


def _into_reserve(rows: Select[*tuple[Any, ...]]) -> Insert:
    """The statement that puts rows of a job, a candidate and a score into the reserves."""
    statement = insert(Reserve).from_select(["job_id", "profile_id", "overall_score"], rows)
    return statement.on_conflict_do_update(
        index_elements=["job_id", "profile_id"],
        set_={"overall_score": statement.excluded.overall_score},
    )


def move_bounds(connection: Connection, bounds: Mapping[UUID, Bound]) -> None:
    """Store new bounds of jobs, by their ids."""
    if not bounds:
        return
    rows = _rows([(job_id, bound.before, bound.score) for job_id, bound in bounds.items()])
    connection.execute(
        update(JobBound)
        .where(JobBound.job_id == rows.c.job_id)
        .values(score=rows.c.score, before=rows.c.profile_id)
    )


def _rows(rows: Collection[tuple[UUID, UUID, int]]) -> TableValuedAlias:
    """Rows, at least one, of a job, a candidate's id and a score, passed in three parameters."""
    types = (ARRAY(Uuid), ARRAY(Uuid), ARRAY(Integer))
    columns = zip(zip(*rows, strict=True), types, strict=True)
    arrays = [literal([*values], kind) for values, kind in columns]
    names = (column("job_id", Uuid), column("profile_id", Uuid), column("score", Integer))
    return func.unnest(*arrays).table_valued(*names, name="given").render_derived()
