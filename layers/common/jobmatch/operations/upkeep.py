"""Deleting old history, portion by portion, as long as the time allows.

What keeps anybody from being told twice (`told_matches`) is not deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Interval, and_, delete, exists, func, inspect, not_, select, true, tuple_
from sqlalchemy.orm import aliased

from jobmatch.audit.queries import decision_retention
from jobmatch.config import settings
from jobmatch.jobs.service import KEY_LIFETIME
from jobmatch.models import (
    Decision,
    IdempotencyKey,
    MatchingRun,
    Notification,
    NotificationStatus,
    PreviewCount,
    Profile,
    ProfileChange,
    RunOutcome,
)
from jobmatch.postgres import connect, transaction
from jobmatch.wire import wire

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import ColumnElement, Connection, SQLColumnExpression

    from jobmatch.models import Base


@wire
class Purged:
    """How many rows were deleted, and whether that was all; if not, the next call continues."""

    matching_runs: int = 0
    notifications: int = 0
    idempotency_keys: int = 0
    preview_counts: int = 0
    profile_changes: int = 0
    decisions: int = 0
    is_complete: bool = True


_newer, _later = aliased(MatchingRun), aliased(Decision)
_SETTLED = (NotificationStatus.SENT, NotificationStatus.DROPPED, NotificationStatus.REFUSED)


@dataclass(frozen=True, slots=True)
class History:
    """A table that grows, and which of its rows to delete.

    Args:
        order: the order in which rows are read; it includes the primary key.
        is_old: which rows are read, given the retention; the index of `order` finds them.
        is_over: which of these rows may be deleted.
        first_kept: of a table of chains by job, the number from which on a chain stays.
    """

    table: type[Base]
    order: tuple[SQLColumnExpression[Any], ...]
    is_old: Callable[[timedelta], ColumnElement[bool]]
    is_over: Callable[[timedelta], ColumnElement[bool]]
    first_kept: Callable[[ColumnElement[UUID], timedelta], ColumnElement[int]] | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """How many rows were deleted, and the last row that was read; `None` at the end."""

    deleted: int
    last: tuple[Any, ...] | None


def _first_kept(chain: ColumnElement[UUID], retention: timedelta) -> ColumnElement[int]:
    """The number from which on a chain stays, null where all of it may go.

    That is its first younger entry: after a clock was set back, there would be a gap. And the base
    of its first younger changes.
    """
    is_young = and_(_later.job_id == chain, _later.recorded_at >= func.now() - retention)
    numbers = (
        select(number)
        .where(is_young, number.is_not(None))
        .order_by(_later.number)
        .limit(1)
        .scalar_subquery()
        for number in (_later.number, _later.base)
    )
    return func.least(*numbers)


def _stands_for_its_month() -> ColumnElement[bool]:
    """Whether a run is the last one of a job, a version of the rules and a month that completed.

    An audit of that month takes its shortlist from it, as long as the log tells it.
    """
    month = func.date_trunc("month", func.timezone("UTC", MatchingRun.finished_at))
    next_month = func.timezone("UTC", month + func.make_interval(0, 1))
    rules = ("scorer", "rubric_version", "model_id", "prompt_version")
    same_rules = (
        getattr(_newer, name).is_not_distinct_from(getattr(MatchingRun, name)) for name in rules
    )
    later = exists().where(
        _newer.job_id == MatchingRun.job_id,
        tuple_(_newer.started_at, _newer.id) > tuple_(MatchingRun.started_at, MatchingRun.id),
        # By the index of beginnings, so that no later month is looked through.
        _newer.started_at < next_month,
        _newer.finished_at < next_month,
        _newer.outcome == RunOutcome.COMPLETED,
        *same_rules,
    )
    # Without a retention, for ever.
    is_told = func.coalesce(
        MatchingRun.finished_at >= func.now() - func.decision_retention(type_=Interval), true()
    )
    return and_(
        MatchingRun.outcome == RunOutcome.COMPLETED,
        MatchingRun.finished_at.is_not(None),
        is_told,
        ~later,
    )


HISTORIES = (
    History(
        MatchingRun,
        (MatchingRun.started_at, MatchingRun.id),
        lambda retention: MatchingRun.started_at < func.now() - retention,
        # The newest run of a job stays, however old it is: it holds the state of the matching.
        lambda _: and_(
            MatchingRun.outcome != RunOutcome.RUNNING,
            not_(_stands_for_its_month()),
            exists().where(
                _newer.job_id == MatchingRun.job_id,
                tuple_(_newer.started_at, _newer.id)
                > tuple_(MatchingRun.started_at, MatchingRun.id),
            ),
        ),
    ),
    History(
        Notification,
        (Notification.created_at, Notification.id),
        lambda retention: Notification.created_at < func.now() - retention,
        # A claimed notification stays: it is unknown whether the mail was sent.
        lambda retention: and_(
            Notification.status.in_(_SETTLED),
            func.coalesce(Notification.finished_at, Notification.claimed_at, func.now())
            < func.now() - retention,
        ),
    ),
    History(
        IdempotencyKey,
        (IdempotencyKey.created_at, IdempotencyKey.caller_user_id, IdempotencyKey.key),
        # A day after it has expired: a request that finds it still valid reads it once more.
        lambda _: IdempotencyKey.created_at < func.now() - 2 * KEY_LIFETIME,
        lambda _: true(),
    ),
    History(
        PreviewCount,
        # Without an index of the time: there is one short row an employer.
        (PreviewCount.employer_user_id,),
        lambda _: (
            func.coalesce(PreviewCount.asked_at[1], PreviewCount.since)
            < func.now() - timedelta(days=1)
        ),
        lambda _: true(),
    ),
    History(
        ProfileChange,
        (ProfileChange.id,),
        lambda _: ProfileChange.id.is_not(None),
        lambda _: ~exists().where(Profile.id == ProfileChange.profile_id),
    ),
    History(
        Decision,
        (Decision.recorded_at, Decision.job_id, Decision.number),
        lambda retention: Decision.recorded_at < func.now() - retention,
        lambda _: true(),
        _first_kept,
    ),
)
"""A profile change is over when its profile is deleted; the schedule processes the others."""


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
