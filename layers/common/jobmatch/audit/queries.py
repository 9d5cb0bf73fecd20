"""The decision log: for each job a chain of what was decided about candidates, and when.

An entry is a text, in JSON. Its hash is the SHA-256 of the hash before it (32 zero bytes before the
first) and that text, so that nothing in a chain can be changed, added or taken away without all
that follows. Candidates stand in it by a pseudonym made from a key, which goes when they are
deleted: from then on nobody can tell who it was.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Integer,
    LargeBinary,
    String,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB, aggregate_order_by, insert

from jobmatch.audit.schemas import LoggedDecision
from jobmatch.models import CandidateKey, Decision, DecisionKind, JobMatch, Profile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection, Select
    from sqlalchemy.dialects.postgresql import Insert

    from jobmatch.web.pages import ByJob

FIRST = bytes(32)
"""Stands for the hash before the first entry."""


def pseudonym() -> ColumnElement[str]:
    """Of the candidate of a row of `candidate_keys`."""
    return func.encode(func.substring(func.sha256(CandidateKey.key), 1, 8), "hex", type_=String)


def is_about(pseudonym: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a candidate stands in an entry; an index finds these."""
    # As the index spells it: with a parameter in it, it would be another expression.
    candidates = literal_column("(decisions.entry::jsonb -> 'candidates')", JSONB)
    about: ColumnElement[bool] = candidates.has_key(pseudonym)
    return about


def make_keys(connection: Connection, profile_ids: Select[UUID]) -> None:
    """Give a key to those of these candidates that have none; within a transaction.

    It share-locks them, as `share_lock_profiles` does, and so it comes before a job is locked.
    """
    have = select(CandidateKey.profile_id).where(CandidateKey.profile_id == Profile.id)
    lack = (
        select(Profile.id)
        .where(Profile.id.in_(profile_ids), ~have.exists())
        .order_by(Profile.id)
        .with_for_update(read=True, key_share=True, of=Profile)
    )
    made = insert(CandidateKey).from_select(["profile_id"], lack)
    connection.execute(made.on_conflict_do_nothing())


def log_ranking(connection: Connection, job_id: UUID, facts: Mapping[str, Any]) -> None:
    """Add to a job's chain whom a run has shortlisted: the job's matches as they are stored now.

    Within a transaction that has locked the job; candidates without a key are left out.
    """
    connection.execute(_add(ranked=True), _values(job_id, DecisionKind.RANKED, facts))


def log_decision(
    connection: Connection,
    job_id: UUID,
    kind: DecisionKind,
    scores: Mapping[UUID, int],
    facts: Mapping[str, Any],
) -> None:
    """Add an entry about some candidates to a job's chain.

    Within a transaction that has locked the job; candidates without a key are left out.

    Args:
        connection: within such a transaction.
        job_id: of the job.
        kind: of the decision.
        scores: of the candidates that it is about.
        facts: what else there is to tell, as JSON has it; nothing about a person.
    """
    who = [{"profile_id": str(each), "score": score} for each, score in scores.items()]
    connection.execute(_add(ranked=False), _values(job_id, kind, facts) | {"who": who})


def get_decisions(
    connection: Connection, *, job_id: UUID | None, limit: int, after: ByJob | None
) -> list[LoggedDecision]:
    """Entries of the log, job by job, in the order of their numbers."""
    statement = select(
        Decision.job_id,
        Decision.number,
        Decision.recorded_at,
        Decision.kind,
        Decision.entry,
        func.encode(Decision.previous, "hex"),
        func.encode(Decision.hash, "hex"),
    ).order_by(Decision.job_id, Decision.number)
    if job_id is not None:
        statement = statement.where(Decision.job_id == job_id)
    if after is not None:
        statement = statement.where(tuple_(Decision.job_id, Decision.number) > tuple_(*after))
    return [LoggedDecision(*row) for row in connection.execute(statement.limit(limit))]


def _values(job_id: UUID, kind: DecisionKind, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"job_id": job_id, "kind": kind, "facts": facts}


@cache
def _add(*, ranked: bool) -> Insert:
    """Read the end of a job's chain, and add to it; who holds the job is alone with it."""
    job_id = bindparam("job_id", type_=Uuid)
    kind = cast(bindparam("kind", type_=Decision.kind.type), Decision.kind.type)
    before = select(Decision.number, Decision.hash).where(Decision.job_id == job_id)
    last = before.order_by(Decision.number.desc()).limit(1).subquery("last")
    # What is read once, as the clock.
    following = select(
        (func.coalesce(select(last.c.number).scalar_subquery(), 0) + 1).label("number"),
        func.coalesce(select(last.c.hash).scalar_subquery(), literal(FIRST, LargeBinary)).label(
            "previous"
        ),
        func.clock_timestamp().label("recorded_at"),
    ).cte("following")
    who = _shortlisted(job_id) if ranked else _named()
    scored = (
        select(pseudonym().label("pseudonym"), who.c.score, who.c.profile_id)
        .join_from(who, CandidateKey, CandidateKey.profile_id == who.c.profile_id)
        .subquery("scored")
    )
    order = (scored.c.score.desc(), scored.c.profile_id)
    listed = select(
        *(
            func.coalesce(func.json_agg(aggregate_order_by(each, *order)), func.json_build_array())
            for each in (scored.c.pseudonym, scored.c.score)
        )
    ).subquery("listed")
    candidates, scores = listed.c
    parts: dict[str, ColumnElement[Any]] = {
        "jobId": job_id,
        "number": following.c.number,
        "recordedAt": following.c.recorded_at,
        "kind": kind,
        "candidates": candidates,
        "scores": scores,
        "facts": bindparam("facts", type_=JSON),
    }
    named = [each for name, value in parts.items() for each in (literal_column(f"'{name}'"), value)]
    entry = (
        select(following, cast(func.json_build_object(*named), Text).label("entry"))
        .join_from(following, listed, literal_column("true"))
        .cte("entry")
    )
    text = func.convert_to(entry.c.entry, "UTF8", type_=LargeBinary)
    row = {
        "job_id": job_id,
        "number": entry.c.number,
        "recorded_at": entry.c.recorded_at,
        "kind": kind,
        "entry": entry.c.entry,
        "previous": entry.c.previous,
        "hash": func.sha256(entry.c.previous.concat(text)),
    }
    return insert(Decision).from_select([*row], select(*row.values()))


def _shortlisted(job_id: ColumnElement[UUID]) -> Any:
    return (
        select(JobMatch.profile_id, JobMatch.overall_score.label("score"))
        .where(JobMatch.job_id == job_id)
        .subquery("who")
    )


def _named() -> Any:
    return (
        func.json_to_recordset(bindparam("who", type_=JSON))
        .table_valued(column("profile_id", Uuid), column("score", Integer), name="who")
        .render_derived(with_types=True)
    )
