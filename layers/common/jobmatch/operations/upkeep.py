"""Deleting old history, portion by portion, as long as the time allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, inspect, select, tuple_

from jobmatch.audit.queries import decision_retention
from jobmatch.config import settings
from jobmatch.models import Decision
from jobmatch.operations.histories import HISTORIES, History
from jobmatch.postgres import connect, transaction
from jobmatch.wire import wire

if TYPE_CHECKING:
    from sqlalchemy import Connection


@wire
class Purged:
    """How many rows were deleted, and whether that was all; if not, the next call continues."""

    matching_runs: int = 0
    notifications: int = 0
    idempotency_keys: int = 0
    preview_counts: int = 0
    profile_changes: int = 0
    decisions: int = 0
    webhook_events: int = 0
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Portion:
    """How many rows were deleted, and the last row that was read; `None` at the end."""

    deleted: int
    last: tuple[Any, ...] | None


def purge_portion(
    connection: Connection,
    history: History,
    retention: timedelta,
    *,
    after: Sequence[Any] | None = None,
    limit: int,
) -> Portion:
    """Delete the rows that are over among the next old rows of a table; within a transaction.

    Locked rows are skipped and left to a later call.

    Args:
        after: continue after this row: the `last` of the previous portion.
        limit: how many rows to read.
    """
    old = select(*history.order).where(history.is_old(retention))
    if after is not None:
        old = old.where(tuple_(*history.order) > tuple_(*after))
    rows = connection.execute(old.order_by(*history.order).limit(limit)).all()
    if not rows:
        return Portion(0, None)
    last = tuple(rows[-1])
    key = inspect(history.table).primary_key
    these = [history.is_old(retention), tuple_(*history.order) <= tuple_(*last)]
    if after is not None:
        these.append(tuple_(*history.order) > tuple_(*after))
    over = select(*key).where(*these, history.is_over(retention))
    if history.first_kept is not None:
        # Once for each chain, not for each of its rows.
        chains = select(Decision.job_id).where(*these).distinct().subquery("chains")
        number = history.first_kept(chains.c.job_id, retention).label("number")
        kept = select(chains.c.job_id, number).cte("kept").prefix_with("MATERIALIZED")
        over = over.join(kept, kept.c.job_id == Decision.job_id).where(
            Decision.number < func.coalesce(kept.c.number, Decision.number + 1)
        )
    free = over.with_for_update(of=history.table, skip_locked=True)
    deleted = connection.execute(delete(history.table).where(tuple_(*key).in_(free))).rowcount
    return Portion(deleted, last if len(rows) == limit else None)


PORTION = 1_000
MARGIN_MILLIS = 15_000
"""No portion begins in this time before the time-out."""


def purge_history(remaining_millis: Callable[[], int]) -> Purged:
    """Delete what is older than the retention, until nothing is left or the time is over.

    Each portion is a transaction: a time-out undoes only the current portion. With a retention of 0
    nothing is deleted.

    Args:
        remaining_millis: milliseconds until the function times out.
    """
    deleted: dict[str, Any] = defaultdict(int)
    for history in HISTORIES:
        retention = settings().history_retention
        if history.table is Decision:  # the database refuses to delete younger ones
            with connect() as connection:
                retention = decision_retention(connection)
        if retention is None:
            continue
        after: tuple[Any, ...] | None = None
        while True:
            if remaining_millis() <= MARGIN_MILLIS:
                return Purged(**deleted, is_complete=False)
            with transaction() as connection:
                portion = purge_portion(connection, history, retention, after=after, limit=PORTION)
            deleted[history.table.__tablename__] += portion.deleted
            after = portion.last
            if after is None:
                break
    return Purged(**deleted)
