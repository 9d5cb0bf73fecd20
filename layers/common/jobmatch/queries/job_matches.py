"""The six operations on job matches.

Locks are taken in the order of `jobmatch.queries.locks`: a match's profile, its job, the match.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json
from sqlalchemy import (
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSON, insert

from jobmatch.errors import NotFoundError
from jobmatch.models import Job, JobMatch, Profile, ToldMatch
from jobmatch.queries.access import (
    THIS_MONTH,
    form_of,
    is_shown,
    may_act_for,
    require_job,
    values_of,
    with_employer,
)
from jobmatch.queries.causes import pending_again
from jobmatch.queries.locks import ids, keep_profiles, lock_jobs
from jobmatch.schemas.matches import Match
from jobmatch.viewer import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection, Select
    from sqlalchemy.dialects.postgresql import Insert
    from sqlalchemy.sql.dml import ReturningInsert

    from jobmatch.queries.access import Form
    from jobmatch.schemas.pages import BestFirst
    from jobmatch.viewer import Viewer

_MATCH_COLUMNS = (
    JobMatch.id,
    JobMatch.profile_id,
    JobMatch.overall_score,
    JobMatch.subscores,
    JobMatch.summary,
    JobMatch.recommendation,
    JobMatch.scored_at,
    JobMatch.notified_at,
)


@dataclass(frozen=True, slots=True)
class NewMatch:
    """What there is to store of a candidate's result; `subscores` is JSON text."""

    job_id: UUID
    profile_id: UUID
    overall_score: int
    subscores: str
    summary: str
    recommendation: str
    fingerprint: str | None = None
    """Of what it was made from; none for one that is put by hand."""


def _match(row: Iterable[Any]) -> Match:
    match_id, profile_id, score, subscores, *rest = row
    return Match(match_id, profile_id, score, from_json(subscores), *rest)


def _shown_matches(viewer: Form) -> Select[*tuple[Any, ...]]:
    matches = select(*_MATCH_COLUMNS).join(Job, Job.id == JobMatch.job_id)
    return with_employer(matches).where(
        JobMatch.job_id == bindparam("job_id"),
        is_shown(THIS_MONTH),
        may_act_for(viewer, Job.employer_user_id),
    )


@cache
def _one_match(viewer: Form) -> Select[*tuple[Any, ...]]:
    return _shown_matches(viewer).where(JobMatch.profile_id == bindparam("profile_id"))


@cache
def _best_first(
    viewer: Form, *, bounded: bool, continued: bool, unnotified: bool
) -> Select[*tuple[Any, ...]]:
    """A page of a job's matches; made once for each set of conditions."""
    statement = _shown_matches(viewer)
    if bounded:
        statement = statement.where(JobMatch.overall_score >= bindparam("min_score"))
    if unnotified:
        statement = statement.where(JobMatch.notified_at.is_(None))
    if continued:
        # The first half alone bounds the index scan; the second half settles ties.
        score = bindparam("after_score", type_=Integer)
        profile_id = bindparam("after_profile", type_=JobMatch.profile_id.type)
        statement = statement.where(
            JobMatch.overall_score <= score,
            or_(JobMatch.overall_score < score, JobMatch.profile_id > profile_id),
        )
    return statement.order_by(JobMatch.overall_score.desc(), JobMatch.profile_id).limit(
        bindparam("limit", type_=Integer)
    )


def _page(
    connection: Connection,
    job_id: UUID,
    viewer: Viewer,
    min_score: int | None,
    limit: int | None,
    after: BestFirst | None,
    *,
    unnotified: bool = False,
) -> list[Match]:
    statement = _best_first(
        form_of(viewer),
        bounded=min_score is not None,
        continued=after is not None,
        unnotified=unnotified,
    )
    values: dict[str, Any] = {"job_id": job_id, "min_score": min_score, "limit": limit}
    if after is not None:
        values |= {"after_score": after.overall_score, "after_profile": after.profile_id}
    matches = [_match(row) for row in connection.execute(statement, values | values_of(viewer))]
    if not matches:
        require_job(connection, job_id, viewer)
    return matches


def get_matches_for_job(
    connection: Connection,
    job_id: UUID,
    *,
    viewer: Viewer,
    min_score: int | None = None,
    limit: int | None = None,
    after: BestFirst | None = None,
) -> list[Match]:
    """A job's matches, best first.

    Raises:
        NotFoundError: the job does not exist for the viewer.
    """
    return _page(connection, job_id, viewer, min_score, limit, after)


def get_match_by_job_and_profile(
    connection: Connection, job_id: UUID, profile_id: UUID, *, viewer: Viewer
) -> Match | None:
    """One match, or none where it does not exist for the viewer."""
    values = {"job_id": job_id, "profile_id": profile_id, **values_of(viewer)}
    row = connection.execute(_one_match(form_of(viewer)), values).one_or_none()
    return None if row is None else _match(row)


def get_unnotified_matches(
    connection: Connection,
    job_id: UUID,
    min_score: int | None = None,
    *,
    limit: int | None = None,
    after: BestFirst | None = None,
) -> list[Match]:
    """A job's matches that the employer was not told about yet, best first.

    Raises:
        NotFoundError: there is no such job.
    """
    return _page(connection, job_id, SYSTEM, min_score, limit, after, unnotified=True)


@cache
def _store() -> Insert:
    """Insert or replace the matches of the parameter, in one statement.

    What was told about a pair before comes back with the match, so that nobody is told twice.
    A match whose job or profile is gone by now is passed over.
    """
    incoming = (
        func.json_to_recordset(bindparam("matches", type_=JSON))
        .table_valued(
            column("job_id", Uuid),
            column("profile_id", Uuid),
            column("overall_score", Integer),
            column("subscores", Text),
            column("summary", Text),
            column("recommendation", Text),
            column("fingerprint", Text),
        )
        .render_derived(with_types=True)
    )
    told = and_(
        ToldMatch.job_id == incoming.c.job_id, ToldMatch.profile_id == incoming.c.profile_id
    )
    names = [*incoming.c.keys(), "scored_at", "notified_at"]
    rows = (
        select(*incoming.c, func.now(), ToldMatch.notified_at)
        .join(Job, Job.id == incoming.c.job_id)
        .join(Profile, Profile.id == incoming.c.profile_id)
        .outerjoin(ToldMatch, told)
        .order_by(incoming.c.job_id, incoming.c.profile_id)
        # The job's row before its match, or an update that deletes these would deadlock with us;
        # the profile's before both, for its deletion. One that is just being deleted is passed
        # over instead of failing us.
        .with_for_update(read=True, key_share=True, of=[Profile, Job])
    )
    upsert = insert(JobMatch).from_select(names, rows)
    replaced: dict[str, ColumnElement[Any]] = {
        name: upsert.excluded[name] for name in names if name not in ("job_id", "profile_id")
    }
    # What the marketplace noted itself on the match counts as told, too.
    replaced["notified_at"] = func.coalesce(upsert.excluded.notified_at, JobMatch.notified_at)
    return upsert.on_conflict_do_update(index_elements=["job_id", "profile_id"], set_=replaced)


@cache
def _store_and_return() -> ReturningInsert[*tuple[Any, ...]]:
    is_new: ColumnElement[bool] = literal_column("job_matches.xmax = 0").label("is_new")
    return _store().returning(*_MATCH_COLUMNS, is_new)


def _values(matches: Iterable[NewMatch]) -> dict[str, list[dict[str, Any]]]:
    rows = [
        {
            "job_id": str(match.job_id),
            "profile_id": str(match.profile_id),
            "overall_score": match.overall_score,
            "subscores": match.subscores,
            "summary": match.summary,
            "recommendation": match.recommendation,
            "fingerprint": match.fingerprint,
        }
        for match in matches
    ]
    return {"matches": rows}


def store_matches(connection: Connection, matches: Sequence[NewMatch]) -> int:
    """Insert or replace matches, in one statement.

    Returns:
        How many were stored: those whose job or profile is gone by now are passed over.
    """
    return connection.execute(_store(), _values(matches)).rowcount


def insert_match(connection: Connection, data: NewMatch) -> tuple[Match, bool]:
    """Insert or replace one match.

    Returns:
        The stored match, and whether it is new.

    Raises:
        NotFoundError: there is no such job or no such profile.
    """
    stored = connection.execute(_store_and_return(), _values([data])).one_or_none()
    if stored is None:
        raise NotFoundError("No such job or profile.")
    return _match(stored[:-1]), stored.is_new


def invalidate_matches_for_job(connection: Connection, job_id: UUID) -> int:
    """Delete a job's matches and return the job to pending; within a transaction.

    Returns:
        How many matches were deleted.

    Raises:
        NotFoundError: there is no such job.
    """
    job = update(Job).where(Job.id == job_id).values(**pending_again())
    if not connection.execute(job).rowcount:
        raise NotFoundError("No such job.")
    return connection.execute(delete(JobMatch).where(JobMatch.job_id == job_id)).rowcount


def mark_matches_notified(connection: Connection, match_ids: Sequence[UUID]) -> int:
    """Note now as the time of notification where there is none yet; unknown ids are ignored.

    Within a transaction.

    Returns:
        How many matches were marked.
    """
    named = JobMatch.id.in_(match_ids)
    keep_profiles(connection, select(JobMatch.profile_id).where(named))
    # A run that stores matches reads what was told before, so the two must not overlap.
    lock_jobs(connection, select(JobMatch.job_id).where(named))
    return _mark(connection, named)


def mark_told(connection: Connection, job_id: UUID, profile_ids: Sequence[UUID]) -> None:
    """Note that the employer of a job was told about these candidates; within a transaction.

    It is noted for candidates whose match is gone by now as well, so that it comes back with
    the match if that is made again. Candidates who are gone themselves are passed over.
    """
    kept = keep_profiles(connection, ids(profile_ids))
    lock_jobs(connection, ids([job_id]))
    _mark(connection, and_(JobMatch.job_id == job_id, JobMatch.profile_id.in_(ids(kept))))
    told = select(literal(job_id), ids(kept).subquery().c[0], func.now())
    names = ["job_id", "profile_id", "notified_at"]
    connection.execute(insert(ToldMatch).from_select(names, told).on_conflict_do_nothing())


def _mark(connection: Connection, which: ColumnElement[bool]) -> int:
    marked = (
        update(JobMatch)
        .where(which, JobMatch.notified_at.is_(None))
        .values(notified_at=func.now())
        .returning(JobMatch.job_id, JobMatch.profile_id, JobMatch.notified_at)
        .cte("marked")
    )
    told = insert(ToldMatch).from_select(["job_id", "profile_id", "notified_at"], select(marked))
    noted = told.on_conflict_do_nothing().returning(ToldMatch.profile_id).cte("noted")
    counted = select(func.count()).select_from(marked).add_cte(noted)
    return connection.scalar(counted) or 0
