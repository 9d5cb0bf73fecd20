"""The decision log: for each job a chain of the decisions about its candidates.

An entry is a JSON text. Its hash is the SHA-256 of the previous hash (32 zero bytes before the
first entry) and the text, so that no entry can be changed, added or removed without changing all
that follow. Candidates appear under pseudonyms made from a key. The key is deleted with the
candidate, and from then on nobody can tell who it was.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Interval,
    LargeBinary,
    String,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB, insert
from sqlalchemy.orm import aliased

from jobmatch.audit.schemas import ExpiredEntry, LoggedDecision
from jobmatch.models import (
    CandidateKey,
    Decision,
    DecisionKind,
    ExpiredDecision,
    Profile,
    ProfileStatus,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select, TextClause

    from jobmatch.web.pages import ByJob


FIRST = bytes(32)
"""Stands for the hash before the first entry."""


def pseudonym() -> ColumnElement[str]:
    """The pseudonym of the candidate of a row of `candidate_keys`."""
    return func.encode(func.substring(func.sha256(CandidateKey.key), 1, 8), "hex", type_=String)


def is_about(pseudonym: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an entry names a candidate; an index finds these entries."""
    # Exactly the expression of the index: with a parameter in it, it would be another one.
    candidates = literal_column("(decisions.entry::jsonb -> 'candidates')", JSONB)
    about: ColumnElement[bool] = candidates.has_key(pseudonym)
    return about


def make_keys(connection: Connection, profile_ids: Select[UUID]) -> None:
    """Give a key to those of these candidates that have none; within a transaction.

    It share-locks them, as `share_lock_profiles` does, and so it comes before a job is locked.
    """
    key = select(CandidateKey.profile_id).where(CandidateKey.profile_id == Profile.id)
    without_key = (
        select(Profile.id)
        .where(Profile.id.in_(profile_ids), ~key.exists())
        .order_by(Profile.id)
        .with_for_update(read=True, key_share=True, of=Profile)
    )
    made = insert(CandidateKey).from_select(["profile_id"], without_key)
    connection.execute(made.on_conflict_do_nothing())


def log_decision(
    connection: Connection,
    job_id: UUID,
    kind: DecisionKind,
    scores: Mapping[UUID, int],
    facts: Mapping[str, Any],
) -> None:
    """Log a decision about the candidates in `scores`.

    Within a transaction that has locked the job; candidates without a key are left out. The facts
    go into the entry as JSON and must not describe a person.
    """
    listed = [
        {"profile_id": str(profile_id), "score": score} for profile_id, score in scores.items()
    ]
    add_entries(connection, kind, [NewEntry(job_id, facts, listed)])


def get_decisions(
    connection: Connection, *, job_id: UUID | None, limit: int, after: ByJob | None
) -> list[LoggedDecision]:
    """Entries of the log, job by job, in the order of their numbers."""
    page = select(Decision).order_by(Decision.job_id, Decision.number).limit(limit)
    if job_id is not None:
        page = page.where(Decision.job_id == job_id)
    if after is not None:
        page = page.where(tuple_(Decision.job_id, Decision.number) > tuple_(*after))
    # Of a page, so that what has expired is looked up and not read along.
    entry = aliased(Decision, page.subquery("page"))
    expired = and_(
        ExpiredDecision.job_id == entry.job_id, ExpiredDecision.number == entry.number - 1
    )
    rows = connection.execute(
        select(
            entry.job_id,
            entry.number,
            entry.recorded_at,
            entry.kind,
            entry.entry,
            func.encode(entry.previous, "hex").label("previous"),
            func.encode(entry.hash, "hex").label("hash"),
            ExpiredDecision.recorded_at.label("expired_at"),
            func.encode(ExpiredDecision.hash, "hex").label("expired_hash"),
        )
        .outerjoin_from(entry, ExpiredDecision, expired)
        .order_by(entry.job_id, entry.number)
    )
    return [
        LoggedDecision(
            row.job_id,
            row.number,
            row.recorded_at,
            row.kind,
            row.entry,
            row.previous,
            row.hash,
            ExpiredEntry(row.expired_at, row.expired_hash) if row.expired_at else None,
        )
        for row in rows
    ]


def decision_retention(connection: Connection) -> timedelta | None:
    """The age at which the database lets entries be deleted; `None` is never."""
    return connection.scalar(select(func.decision_retention(type_=Interval)))


def set_decision_retention(connection: Connection, retention: timedelta | None) -> None:
    """Set that age, where the schema has it; only the owner of the schema may."""
    exists = connection.scalar(select(func.to_regproc("decision_retention").is_not(None)))
    if not exists or decision_retention(connection) == retention:
        return
    age = "null" if retention is None else f"interval '{retention.days} days'"
    # A definition takes no parameters; the days are a number.
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION decision_retention() RETURNS interval LANGUAGE sql STABLE AS"
        f" $$ SELECT {age}::interval $$"
    )


def count_considered(connection: Connection, times: Sequence[datetime]) -> list[int]:
    """For each time, how many of the candidates who are active now existed then."""
    if not times:
        return []
    ordered = sorted(times)
    # The number of times that come before a candidate.
    before = func.width_bucket(Profile.created_at, literal(ordered, ARRAY(DateTime(timezone=True))))
    counted = select(before.label("place"), func.count().label("number")).where(
        Profile.status == ProfileStatus.ACTIVE
    )
    rows = connection.execute(counted.group_by(before))
    created = {row.place: row.number for row in rows}
    existing = list(accumulate(created.get(place, 0) for place in range(len(ordered))))
    # Of equal times, either all come before a candidate or none does.
    return [existing[bisect_left(ordered, time)] for time in times]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that is to be added to the chain of a job."""

    job_id: UUID
    facts: Mapping[str, Any]
    about: Sequence[Mapping[str, Any]] | None = None
    """The candidates, by `profile_id` or `pseudonym`; the job's matches where `None`."""
    scored: Sequence[UUID] = ()
    """Candidates whose match is meant even where an admin has put it."""
    base: int | None = None
    """The number of the entry whose shortlist it changes."""
    listed: int | None = None
    """How many are on the shortlist after it."""


def add_entries(
    connection: Connection, kind: DecisionKind, entries: Collection[NewEntry]
) -> dict[UUID, int]:
    """Add entries to the ends of chains, within a transaction that has locked the jobs.

    Returns:
        Their numbers by the job, of which each has one entry at most.
    """
    if not entries:
        return {}
    given = [
        {
            "job_id": str(entry.job_id),
            "facts": entry.facts,
            "scores": entry.about,
            "scored": [str(each) for each in entry.scored],
            "base": entry.base,
            "listed": entry.listed,
        }
        for entry in entries
    ]
    values = {"kind": kind, "entries": given, "first": FIRST}
    return {row.job_id: row.number for row in connection.execute(_add_entries(), values)}


@cache
def _add_entries() -> TextClause:
    sql = Path(__file__).with_name("add_entries.sql").read_text(encoding="utf-8")
    return text(sql).bindparams(
        bindparam("kind", type_=Decision.kind.type),
        bindparam("entries", type_=JSON),
        bindparam("first", type_=LargeBinary),
    )
