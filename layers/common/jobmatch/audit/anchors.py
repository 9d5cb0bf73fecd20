"""Collecting the heads of all chains, for those who sign them outside the network."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, func, select

from jobmatch.audit.signing import Head
from jobmatch.aws import queue_heads
from jobmatch.models import Decision
from jobmatch.postgres import connect

if TYPE_CHECKING:
    from sqlalchemy import Connection

PORTION = 1_000
"""How many heads a message holds: about 150 kB, and SQS takes 256."""


def get_heads(connection: Connection, *, after: UUID | None, limit: int) -> dict[str, Head]:
    """The heads of some chains by the ids of their jobs, in the order of these."""
    last = (
        select(Decision.job_id, func.max(Decision.number).label("number"))
        .group_by(Decision.job_id)
        .order_by(Decision.job_id)
        .limit(limit)
    )
    if after is not None:
        last = last.where(Decision.job_id > after)
    ends = last.subquery("ends")
    rows = connection.execute(
        select(
            Decision.job_id,
            Decision.number,
            func.encode(Decision.hash, "hex"),
            Decision.recorded_at,
        )
        .join(ends, and_(Decision.job_id == ends.c.job_id, Decision.number == ends.c.number))
        .order_by(Decision.job_id)
    )
    return {str(job): Head(number, hash_, at.isoformat()) for job, number, hash_, at in rows}


def collect_heads() -> int:
    """Queue the heads of all chains to be signed; returns how many."""
    collected = 0
    after: UUID | None = None
    while True:
        with connect() as connection:
            heads = get_heads(connection, after=after, limit=PORTION)
        if heads:
            queue_heads(heads)
        collected += len(heads)
        if len(heads) < PORTION:
            return collected
        after = UUID(list(heads)[-1])
