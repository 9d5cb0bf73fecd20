"""The history that may be forgotten: of runs, mails and repeated requests.

What keeps anybody from being told twice (`told_matches`) is none of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, func, inspect, select, tuple_
from sqlalchemy.orm import aliased

from jobmatch import config
from jobmatch.jobs.idempotency import KEPT
from jobmatch.models import (
    Decision,
    IdempotencyKey,
    MatchingRun,
    Notification,
    NotificationStatus,
    Profile,
    ProfileChange,
    RunOutcome,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from sqlalchemy import ColumnElement, Connection, SQLColumnExpression

    from jobmatch.models import Base

_newer, _earlier = aliased(MatchingRun), aliased(Decision)
_SETTLED = (NotificationStatus.SENT, NotificationStatus.DROPPED, NotificationStatus.REFUSED)


@dataclass(frozen=True, slots=True)
class History:
    """A table that grows.

    Args:
        order: in which its rows are looked at; the primary key is part of it.
        is_old: which rows are looked at, given the retention; the index of `order` finds them.
        is_over: which of these may go.
        retention: at what age; none for never.
    """

    table: type[Base]
    order: tuple[SQLColumnExpression[Any], ...]
    is_old: Callable[[timedelta], ColumnElement[bool]]
    is_over: Callable[[timedelta], ColumnElement[bool]]
    retention: Callable[[], timedelta | None] = config.history_retention


@dataclass(frozen=True, slots=True)
class Portion:
    """How many rows were deleted, and after which to go on; none at the end."""

    deleted: int
    last: tuple[Any, ...] | None


HISTORIES = (
    History(
        MatchingRun,
        (MatchingRun.started_at, MatchingRun.id),
        lambda retention: MatchingRun.started_at < func.now() - retention,
        # How a job's matching stands, its newest run tells, however old it is.
        lambda _: and_(
            MatchingRun.outcome != RunOutcome.RUNNING,
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
        # One that is claimed stays: nobody knows whether it went out.
        lambda retention: and_(
            Notification.status.in_(_SETTLED),
            func.coalesce(Notification.finished_at, Notification.claimed_at, func.now())
            < func.now() - retention,
        ),
    ),
    History(
        IdempotencyKey,
        (IdempotencyKey.created_at, IdempotencyKey.caller_user_id, IdempotencyKey.key),
        # A day after it has expired: a request that finds it still valid looks at it once more.
        lambda _: IdempotencyKey.created_at < func.now() - 2 * KEPT,
        lambda _: IdempotencyKey.created_at < func.now() - 2 * KEPT,
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
        # Only from the beginning of a chain: a clock that was set back would leave a gap.
        lambda retention: (
            ~exists().where(
                _earlier.job_id == Decision.job_id,
                _earlier.number < Decision.number,
                _earlier.recorded_at >= func.now() - retention,
            )
        ),
        config.decision_retention,
    ),
)
"""A note of a change is over when its candidate is gone; the schedule takes the others."""


def purge_portion(
    connection: Connection,
    history: History,
    retention: timedelta,
    *,
    after: Sequence[Any] | None = None,
    limit: int,
) -> Portion:
    """Delete what is over among the next old rows of a table; within a transaction.

    It waits for nobody: a row that somebody else holds is left to the next time.

    Args:
        after: go on after this row: the `last` of the portion before.
        limit: how many rows to look at.
    """
    old = select(*history.order).where(history.is_old(retention))
    if after is not None:
        old = old.where(tuple_(*history.order) > tuple_(*after))
    rows = connection.execute(old.order_by(*history.order).limit(limit)).all()
    if not rows:
        return Portion(0, None)
    last = tuple(rows[-1])
    key = inspect(history.table).primary_key
    over = select(*key).where(
        history.is_old(retention),
        history.is_over(retention),
        tuple_(*history.order) <= tuple_(*last),
    )
    if after is not None:
        over = over.where(tuple_(*history.order) > tuple_(*after))
    free = over.with_for_update(of=history.table, skip_locked=True)
    deleted = connection.execute(delete(history.table).where(tuple_(*key).in_(free))).rowcount
    return Portion(deleted, last if len(rows) == limit else None)
