"""Writing job matches, with locks in the order of `jobmatch.permissions.locks`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from pydantic_core import from_json, to_json
from sqlalchemy import bindparam, column, delete, func, literal, literal_column, select, update
from sqlalchemy.dialects.postgresql import JSON, insert

from jobmatch.anonymity.anonymizer import Anonymizer
from jobmatch.audit.queries import log_decision, make_keys
from jobmatch.errors import NotFoundError
from jobmatch.matches.queries import MATCH, read_matches
from jobmatch.matches.schemas import LONGEST_EXPLANATION, LONGEST_SUMMARY
from jobmatch.models import (
    DecisionKind,
    EmployerFeatures,
    Job,
    JobMatch,
    Profile,
    ProfileFeatures,
    ToldMatch,
)
from jobmatch.permissions.locks import ids, lock_jobs, share_lock_profiles
from jobmatch.permissions.predicates import shown_from

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row
    from sqlalchemy.dialects.postgresql import Insert
    from sqlalchemy.sql.dml import ReturningInsert

    from jobmatch.matches.schemas import Match
    from jobmatch.rules.explanations import Assessment


_TEXTS = ("subscores", "summary", "recommendation", "fingerprint")
_TOLD = ("job_id", "profile_id", "notified_at")


@dataclass(frozen=True, slots=True)
class NewMatch:
    """A candidate's result to be stored; `subscores` is JSON text."""

    job_id: UUID
    profile_id: UUID
    overall_score: int
    subscores: str
    summary: str
    recommendation: str
    fingerprint: str | None = None
    """Of what the result was made from; `None` where an admin has put it."""

    @classmethod
    def of(cls, job_id: UUID, profile_id: UUID, result: Assessment, fingerprint: str) -> Self:
        """The result of a run for a candidate."""
        return cls(
            job_id=job_id,
            profile_id=profile_id,
            overall_score=result.overall_score,
            subscores=to_json(result.subscores).decode(),
            summary=result.summary,
            recommendation=result.recommendation,
            fingerprint=fingerprint,
        )


@cache
def _store(*, held: bool) -> Insert:
    """Insert or replace the matches of the parameter, in one statement.

    The time of an earlier notification comes back with the match, so that no employer is told
    twice. A match whose job or profile has been deleted is skipped.

    Args:
        held: whether `hold_profiles` has come before, so that the month is known from which they
            may be shown. Otherwise a trigger adds it, which takes longer.
    """
    incoming = (
        func.json_to_recordset(bindparam("matches", type_=JSON))
        .table_valued(
            *(column(name, JobMatch.job_id.type) for name in ("job_id", "profile_id")),
            column("overall_score", JobMatch.overall_score.type),
            *(column(name, JobMatch.summary.type) for name in _TEXTS),
        )
        .render_derived(with_types=True)
    )
    of_job = ToldMatch.job_id == incoming.c.job_id
    of_profile = ToldMatch.profile_id == incoming.c.profile_id
    names = [*incoming.c.keys(), "scored_at", "notified_at"]
    values = [*incoming.c, func.now(), ToldMatch.notified_at]
    if held:
        names.append("shown_from")
        values.append(shown_from())
    found = (
        select(*values)
        .join(Job, Job.id == incoming.c.job_id)
        .join(Profile, Profile.id == incoming.c.profile_id)
        .outerjoin(ToldMatch, of_job & of_profile)
    )
    if held:
        found = found.outerjoin(
            ProfileFeatures, ProfileFeatures.profile_id == Profile.id
        ).outerjoin(EmployerFeatures, EmployerFeatures.user_id == Job.employer_user_id)
    rows = (
        found.order_by(incoming.c.job_id, incoming.c.profile_id)
        # The job's row before its match, or an update that deletes matches would deadlock with us;
        # the profile's before both, because of its deletion. A row that is deleted meanwhile is
        # skipped and does not make the statement fail.
        .with_for_update(read=True, key_share=True, of=[Profile, Job])
    )
    upsert = insert(JobMatch).from_select(names, rows)
    replaced: dict[str, ColumnElement[Any]] = {
        name: upsert.excluded[name] for name in names if name not in ("job_id", "profile_id")
    }
    # A notification that the marketplace has noted on the match itself counts too.
    replaced["notified_at"] = func.coalesce(upsert.excluded.notified_at, JobMatch.notified_at)
    return upsert.on_conflict_do_update(index_elements=["job_id", "profile_id"], set_=replaced)


@cache
def _store_and_return() -> ReturningInsert[*tuple[Any, ...]]:
    is_new: ColumnElement[bool] = literal_column("job_matches.xmax = 0").label("is_new")
    return _store(held=False).returning(MATCH, is_new)


def _values(matches: Iterable[NewMatch]) -> dict[str, list[dict[str, Any]]]:
    rows = [
        {
            "job_id": str(match.job_id),
            "profile_id": str(match.profile_id),
            "overall_score": match.overall_score,
            **{name: getattr(match, name) for name in _TEXTS},
        }
        for match in matches
    ]
    return {"matches": rows}


def store_matches(connection: Connection, matches: Sequence[NewMatch]) -> int:
    """Insert or replace matches, in one statement; after `hold_profiles` of their candidates.

    Returns:
        How many were stored: matches whose job or profile has been deleted are skipped.
    """
    return connection.execute(_store(held=True), _values(matches)).rowcount


def insert_match(connection: Connection, data: NewMatch) -> tuple[Match, bool]:
    """Insert or replace one match, its texts without what tells who the candidate is.

    Returns:
        The stored match, and whether it is new.

    Raises:
        NotFoundError: there is no such job or no such profile.
    """
    cleaned = _cleaned(connection, data)
    stored = connection.execute(_store_and_return(), _values([cleaned])).one_or_none()
    if stored is None:
        raise NotFoundError("No such job or profile.")
    text, is_new = stored
    (match,) = read_matches(f"[{text}]")
    return match, is_new


def _cleaned(connection: Connection, data: NewMatch) -> NewMatch:
    """The match with texts that employers may read: who put it may have named the candidate."""
    of_candidate = select(Profile.name, Profile.work_history).where(Profile.id == data.profile_id)
    row = connection.execute(of_candidate).one_or_none()
    if row is None:
        raise NotFoundError("No such job or profile.")
    anonymizer = Anonymizer.of(row.name, [position["employer"] for position in row.work_history])
    subscores = from_json(data.subscores)
    for subscore in subscores.values():
        # Shortened last, because a cleaned text may be longer, and half of a name tells it.
        subscore["explanation"] = anonymizer.text(subscore["explanation"])[:LONGEST_EXPLANATION]
    return replace(
        data,
        subscores=to_json(subscores).decode(),
        summary=anonymizer.text(data.summary)[:LONGEST_SUMMARY],
    )


def delete_matches(connection: Connection, job_id: UUID) -> int:
    """Delete and log the matches of a job, in a transaction that has locked it; return how many."""
    deleted = connection.execute(delete(JobMatch).where(JobMatch.job_id == job_id)).rowcount
    if deleted:
        log_decision(connection, job_id, DecisionKind.INVALIDATED, {}, {"matches": deleted})
    return deleted


def mark_matches_notified(connection: Connection, match_ids: Sequence[UUID]) -> int:
    """Note now as the time of notification where there is none; within a transaction.

    Returns:
        How many matches were marked; unknown ids are ignored.
    """
    named = JobMatch.id.in_(match_ids)
    candidates = select(JobMatch.profile_id).where(named)
    share_lock_profiles(connection, candidates)
    make_keys(connection, candidates)
    # A run that stores matches reads the notifications before, so the two must not overlap.
    lock_jobs(connection, select(JobMatch.job_id).where(named))
    marked = _mark(connection, named)
    by_job: dict[UUID, dict[UUID, int]] = {}
    for match in marked:
        by_job.setdefault(match.job_id, {})[match.profile_id] = match.overall_score
    for job_id in sorted(by_job):
        log_decision(connection, job_id, DecisionKind.TOLD, by_job[job_id], {})
    return len(marked)


def mark_told(connection: Connection, job_id: UUID, scores: Mapping[UUID, int]) -> None:
    """Note and log that the employer of a job was told about candidates; within a transaction.

    A candidate whose match has been deleted meanwhile is noted too, so that the note comes back
    with a new match. Candidates who have been deleted are skipped.

    Args:
        scores: of the candidates, as the employer was told them.
    """
    profile_ids = ids(share_lock_profiles(connection, ids([*scores])))
    make_keys(connection, profile_ids)
    lock_jobs(connection, ids([job_id]))
    _mark(connection, JobMatch.job_id == job_id, JobMatch.profile_id.in_(profile_ids))
    log_decision(connection, job_id, DecisionKind.TOLD, scores, {})
    told = select(literal(job_id), profile_ids.subquery().c[0], func.now())
    connection.execute(insert(ToldMatch).from_select(_TOLD, told).on_conflict_do_nothing())


def _mark(connection: Connection, *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
    marked = (
        update(JobMatch)
        .where(*conditions, JobMatch.notified_at.is_(None))
        .values(notified_at=func.now())
        .returning(
            JobMatch.job_id, JobMatch.profile_id, JobMatch.notified_at, JobMatch.overall_score
        )
        .cte("marked")
    )
    told = insert(ToldMatch).from_select(_TOLD, select(*(marked.c[name] for name in _TOLD)))
    noted = told.on_conflict_do_nothing().returning(ToldMatch.profile_id).cte("noted")
    return connection.execute(select(marked).add_cte(noted)).all()
