"""Which jobs changed candidates concern, by which scores, and who moves in their lists."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.changes.changed_pairs import kept_up
from jobmatch.jobs.concerned import has_match_with, may_admit
from jobmatch.models import (
    Job,
    JobBound,
    JobFeatures,
    JobMatch,
    JobStatus,
    MatchingStatus,
    Profile,
    ProfileFeatures,
    ProfileStatus,
    Reserve,
)
from jobmatch.permissions.locks import ids
from jobmatch.permissions.predicates import is_not_suppressed, with_employer
from jobmatch.rules.pairs import ASKED, scored_pairs
from jobmatch.rules.ranking import candidate_of
from jobmatch.rules.requirements import REQUIREMENTS, Requirements
from jobmatch.rules.rubric import FULL, Dimension

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection, Select, TextClause

    from jobmatch.changes.changed_pairs import Pair
    from jobmatch.rules.ranking import Candidate
    from jobmatch.vocabulary.terms import Aliases

_COLUMNS = {name: getattr(JobFeatures, name) for name in ASKED}
_IS_ACTIVE = ProfileFeatures.status == ProfileStatus.ACTIVE


class Move(NamedTuple):
    """A row of moves.sql."""

    job_id: UUID
    profile_id: UUID | None
    overall_score: int
    source: str
    place: int


def get_running_jobs(connection: Connection) -> list[UUID]:
    """The open jobs that are being matched."""
    is_running = Job.matching_status == MatchingStatus.RUNNING
    return list(connection.scalars(select(Job.id).where(Job.status == JobStatus.OPEN, is_running)))


def get_jobs_with(
    connection: Connection,
    profile_ids: Collection[UUID],
    job_ids: Collection[UUID],
    *,
    this_month: int,
) -> dict[UUID, datetime]:
    """When the jobs were matched that list one of the candidates, or are named, and are kept up."""
    changed, named = _array(profile_ids), _array(job_ids)
    listing = select(JobMatch.job_id).where(JobMatch.profile_id == any_(changed))
    reserving = select(Reserve.job_id).where(Reserve.profile_id == any_(changed))
    concerned = or_(Job.id == any_(named), Job.id.in_(listing.union(reserving)))
    return {
        row.id: row.matched_at for row in connection.execute(kept_up(this_month).where(concerned))
    }


def get_other_jobs(
    connection: Connection,
    profile_ids: Collection[UUID],
    job_ids: Collection[UUID],
    *,
    this_month: int,
    by_model: bool,
) -> list[UUID]:
    """The completed jobs that are concerned, too, and need a full run."""
    changed = _array(profile_ids)
    concerned = or_(Job.id == any_(_array(job_ids)), has_match_with(changed), may_admit(changed))
    needing = (Job.status == JobStatus.OPEN, Job.matching_status == MatchingStatus.COMPLETED)
    is_kept_up = false() if by_model else Job.id.in_(kept_up(this_month).with_only_columns(Job.id))
    return list(connection.scalars(select(Job.id).where(*needing, not_(is_kept_up), concerned)))


def get_moves(
    connection: Connection,
    jobs: Mapping[UUID, datetime],
    changed: Collection[UUID],
    found: Sequence[Pair],
    *,
    limit: int,
    reserve: int,
) -> list[Move]:
    """Who moves in the lists of jobs that are locked; a job that was matched since is left out."""
    values = {
        "job_ids": [*jobs],
        "matched": [*jobs.values()],
        "changed": [*changed],
        "pair_jobs": [pair.job_id for pair in found],
        "pair_profiles": [pair.profile_id for pair in found],
        "pair_scores": [pair.overall_score for pair in found],
        "shortlist": limit,
        "whole": limit + reserve,
    }
    return [Move(*row) for row in connection.execute(_moves(), values)]


def get_candidates(
    connection: Connection, wanted: Sequence[tuple[UUID, UUID]], *, this_month: int
) -> dict[UUID, list[Candidate]]:
    """The candidates of these pairs of a job and a candidate, by job, as a run ranks them.

    Who does not pass, or is gone, is left out.
    """
    values = {
        "job_ids": [job_id for job_id, _ in wanted],
        "profile_ids": [profile_id for _, profile_id in wanted],
        "this_month": this_month,
    }
    rows = connection.execute(
        _candidates(this_month), values, execution_options={"prepares": False}
    )
    return {
        job: [candidate_of(row) for row in theirs]
        for job, theirs in groupby(rows, attrgetter("job_id"))
    }


@cache
def _candidates(this_month: int) -> Select[*tuple[Any, ...]]:
    uuids = ARRAY(Uuid)
    given = select(
        *(
            func.unnest(bindparam(name, type_=uuids)).label(name)
            for name in ("job_ids", "profile_ids")
        )
    ).subquery("given")
    job_id, profile_id = given.c
    found = (
        with_employer(
            select(Job.id.label("job_id"), ProfileFeatures.profile_id)
            .select_from(given)
            .join(Job, Job.id == job_id)
            .join(JobFeatures, JobFeatures.job_id == job_id)
            .join(ProfileFeatures, and_(ProfileFeatures.profile_id == profile_id, _IS_ACTIVE))
        )
    ).where(is_not_suppressed())
    ranked = scored_pairs(found, _COLUMNS, this_month)
    return (
        select(
            ranked.c.profile_id,
            ranked.c.overall_score,
            *(func.coalesce(ranked.c[dimension], FULL) for dimension in Dimension),
            Profile.specializations,
            Profile.technical_domains,
            Profile.bar_admissions,
            ranked.c.months,
            Profile.location,
            JobMatch.fingerprint,
            ranked.c.job_id,
        )
        .join(Profile, Profile.id == ranked.c.profile_id)
        .outerjoin(
            JobMatch,
            and_(JobMatch.job_id == ranked.c.job_id, JobMatch.profile_id == ranked.c.profile_id),
        )
        .order_by(ranked.c.job_id, ranked.c.profile_id)
    )


def get_requirements(
    connection: Connection, job_ids: Sequence[UUID], aliases: Aliases | None
) -> dict[UUID, tuple[Requirements, int]]:
    """What jobs require, and how many candidates passed at least.

    As many as in their last full run; 0 where everybody who passes is in the list.
    """
    columns = (getattr(Job, name) for name in REQUIREMENTS)
    passed = case((JobBound.score.is_(None), 0), else_=JobBound.passed).label("passed")
    rows = connection.execute(
        select(Job.id, passed, *columns)
        .join(JobBound, JobBound.job_id == Job.id)
        .where(Job.id.in_(ids(job_ids)))
        .order_by(Job.id)
    )
    return {row.id: (Requirements.of(row._mapping, aliases), row.passed) for row in rows}


def _array(values: Collection[UUID]) -> ColumnElement[list[UUID]]:
    return literal(list(values), ARRAY(Uuid))


@cache
def _moves() -> TextClause:
    sql = Path(__file__).with_name("moves.sql").read_text(encoding="utf-8")
    uuids, numbers = ARRAY(Uuid), ARRAY(Integer)
    return text(sql).bindparams(
        *(
            bindparam(name, type_=uuids)
            for name in ("job_ids", "changed", "pair_jobs", "pair_profiles")
        ),
        bindparam("matched", type_=ARRAY(DateTime(timezone=True))),
        bindparam("pair_scores", type_=numbers),
        *(bindparam(name, type_=Integer) for name in ("shortlist", "whole")),
    )
