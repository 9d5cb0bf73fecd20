"""The six operations on job matches.

Locks are taken in the order of `jobmatch.permissions.locks`: a match's profile, its job, the match.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from pydantic import TypeAdapter
from pydantic_core import to_json
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
from sqlalchemy.dialects.postgresql import ARRAY, JSON, insert

from jobmatch.audit.queries import log_decision, make_keys
from jobmatch.errors import NotFoundError
from jobmatch.matches.match_json import MATCH, json_array
from jobmatch.matches.schemas import Match
from jobmatch.models import DecisionKind, Job, JobMatch, Profile, ToldMatch
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.locks import ids, keep_profiles, lock_jobs
from jobmatch.permissions.predicates import (
    THIS_MONTH,
    form_of,
    is_shown,
    one_job,
    require_job,
    values_of,
)
from jobmatch.web.pages import BestFirst, WrittenPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection, Row, Select
    from sqlalchemy.dialects.postgresql import Insert
    from sqlalchemy.sql.dml import ReturningInsert

    from jobmatch.permissions import Viewer
    from jobmatch.permissions.predicates import Form
    from jobmatch.rules.explanations import Assessment

_MATCHES = TypeAdapter(list[Match])


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

    @classmethod
    def of(cls, job_id: UUID, profile_id: UUID, result: Assessment, fingerprint: str) -> Self:
        """What a run has found of a candidate."""
        return cls(
            job_id=job_id,
            profile_id=profile_id,
            overall_score=result.overall_score,
            subscores=to_json(result.subscores).decode(),
            summary=result.summary,
            recommendation=result.recommendation,
            fingerprint=fingerprint,
        )


def _shown_matches(viewer: Form) -> Select[*tuple[Any, ...]]:
    job, employer = one_job(viewer)
    return (
        select(MATCH)
        .join(job, job.c.id == JobMatch.job_id)
        .where(JobMatch.job_id == bindparam("job_id"), is_shown(THIS_MONTH, employer))
    )


def _as_list(matches: Select[*tuple[Any, ...]]) -> Select[str]:
    """The rows of `matches`, in their order, as the text of one JSON array."""
    (match,) = matches.subquery().c
    return select(json_array(match))


def _read(connection: Connection, statement: Select[str], values: Mapping[str, Any]) -> list[Match]:
    return _MATCHES.validate_json(connection.execute(statement, values).scalar_one())


@cache
def _one_match(viewer: Form) -> Select[str]:
    return _as_list(_shown_matches(viewer).where(JobMatch.profile_id == bindparam("profile_id")))


@cache
def _best_first(viewer: Form, *, bounded: bool, continued: bool, unnotified: bool) -> Select[str]:
    """A page of a job's matches; made once for each set of conditions."""
    return _as_list(
        _in_order(
            _shown_matches(viewer), bounded=bounded, continued=continued, unnotified=unnotified
        )
    )


def _in_order(
    statement: Select[*tuple[Any, ...]], *, bounded: bool, continued: bool, unnotified: bool = False
) -> Select[*tuple[Any, ...]]:
    """Of these matches a page of the best, best first."""
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
    ordered = statement.order_by(JobMatch.overall_score.desc(), JobMatch.profile_id)
    return ordered.limit(bindparam("limit", type_=Integer))


@cache
def _written_page(viewer: Form, *, bounded: bool, continued: bool) -> Select[*tuple[Any, ...]]:
    """A page as text, how many rows there were, and the place of its last one."""
    matches = _shown_matches(viewer).add_columns(JobMatch.overall_score, JobMatch.profile_id)
    found = _in_order(matches, bounded=bounded, continued=continued).subquery("found")
    order = (found.c.overall_score.desc(), found.c.profile_id)
    numbered = select(found, func.row_number().over(order_by=order).label("n")).subquery("numbered")
    size = bindparam("limit", type_=Integer) - 1
    last = numbered.c.n == size
    return select(
        json_array(numbered.c.match, numbered.c.n <= size),
        func.count(),
        func.max(numbered.c.overall_score).filter(last),
        func.array_agg(numbered.c.profile_id, type_=ARRAY(Uuid)).filter(last)[1],
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
    values = _place(job_id, min_score, limit, after) | values_of(viewer)
    matches = _read(connection, statement, values)
    if not matches:
        require_job(connection, job_id, viewer)
    return matches


def _place(
    job_id: UUID, min_score: int | None, limit: int | None, after: BestFirst | None
) -> dict[str, Any]:
    values: dict[str, Any] = {"job_id": job_id, "min_score": min_score, "limit": limit}
    if after is not None:
        values |= {"after_score": after.overall_score, "after_profile": after.profile_id}
    return values


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


def get_written_matches_for_job(
    connection: Connection,
    job_id: UUID,
    *,
    viewer: Viewer,
    min_score: int | None = None,
    limit: int,
    after: BestFirst | None = None,
) -> WrittenPage:
    """`get_matches_for_job` as PostgreSQL writes it: to read it in between takes half of the time.

    Raises:
        NotFoundError: the job does not exist for the viewer.
    """
    statement = _written_page(
        form_of(viewer), bounded=min_score is not None, continued=after is not None
    )
    values = _place(job_id, min_score, limit + 1, after) | values_of(viewer)
    items, found, score, profile_id = connection.execute(statement, values).one()
    if not found:
        require_job(connection, job_id, viewer)
    return WrittenPage(items, BestFirst(score, profile_id) if found > limit else None)


def get_match_by_job_and_profile(
    connection: Connection, job_id: UUID, profile_id: UUID, *, viewer: Viewer
) -> Match | None:
    """One match, or none where it does not exist for the viewer."""
    values = {"job_id": job_id, "profile_id": profile_id, **values_of(viewer)}
    return next(iter(_read(connection, _one_match(form_of(viewer)), values)), None)


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
    return _store().returning(MATCH, is_new)


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
    text, is_new = stored
    (match,) = _MATCHES.validate_json(f"[{text}]")
    return match, is_new


def delete_matches(connection: Connection, job_id: UUID) -> int:
    """Delete the matches of a job, and log that; within a transaction that has locked the job.

    Returns:
        How many there were.
    """
    deleted = connection.execute(delete(JobMatch).where(JobMatch.job_id == job_id)).rowcount
    if deleted:
        log_decision(connection, job_id, DecisionKind.INVALIDATED, {}, {"matches": deleted})
    return deleted


def mark_matches_notified(connection: Connection, match_ids: Sequence[UUID]) -> int:
    """Note now as the time of notification where there is none yet; unknown ids are ignored.

    Within a transaction.

    Returns:
        How many matches were marked.
    """
    named = JobMatch.id.in_(match_ids)
    candidates = select(JobMatch.profile_id).where(named)
    keep_profiles(connection, candidates)
    make_keys(connection, candidates)
    # A run that stores matches reads what was told before, so the two must not overlap.
    lock_jobs(connection, select(JobMatch.job_id).where(named))
    marked = _mark(connection, named)
    by_job: dict[UUID, dict[UUID, int]] = {}
    for each in marked:
        by_job.setdefault(each.job_id, {})[each.profile_id] = each.overall_score
    for job_id in sorted(by_job):
        log_decision(connection, job_id, DecisionKind.TOLD, by_job[job_id], {})
    return len(marked)


def mark_told(connection: Connection, job_id: UUID, scores: Mapping[UUID, int]) -> None:
    """Note, and log, that the employer of a job was told about candidates; within a transaction.

    It is noted for candidates whose match is gone by now as well, so that it comes back with
    the match if that is made again. Candidates who are gone themselves are passed over.

    Args:
        connection: within a transaction.
        job_id: of the job.
        scores: of the candidates, as they were told.
    """
    kept = keep_profiles(connection, ids([*scores]))
    make_keys(connection, ids(kept))
    lock_jobs(connection, ids([job_id]))
    _mark(connection, and_(JobMatch.job_id == job_id, JobMatch.profile_id.in_(ids(kept))))
    log_decision(connection, job_id, DecisionKind.TOLD, scores, {})
    told = select(literal(job_id), ids(kept).subquery().c[0], func.now())
    names = ["job_id", "profile_id", "notified_at"]
    connection.execute(insert(ToldMatch).from_select(names, told).on_conflict_do_nothing())


def _mark(connection: Connection, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    marked = (
        update(JobMatch)
        .where(which, JobMatch.notified_at.is_(None))
        .values(notified_at=func.now())
        .returning(
            JobMatch.job_id, JobMatch.profile_id, JobMatch.notified_at, JobMatch.overall_score
        )
        .cte("marked")
    )
    names = ["job_id", "profile_id", "notified_at"]
    told = insert(ToldMatch).from_select(names, select(*(marked.c[name] for name in names)))
    noted = told.on_conflict_do_nothing().returning(ToldMatch.profile_id).cte("noted")
    return connection.execute(select(marked).add_cte(noted)).all()
