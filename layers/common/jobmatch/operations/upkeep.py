"""Deleting old history and indexing profiles, batch by batch, as long as the time allows.

The table `told_matches` is not purged: it prevents a second mail about the same match.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import and_, delete, exists, func, inspect, select, true, tuple_
from sqlalchemy.orm import aliased

from jobmatch.careers.dates import this_month
from jobmatch.config import settings
from jobmatch.jobs.due import apply_profile_changes, return_outdated_jobs
from jobmatch.jobs.service import KEY_LIFETIME
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
from jobmatch.operations.users import index_employers
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.queries import count_not_indexed
from jobmatch.profiles.service import index_profiles
from jobmatch.wire import Input, wire

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, SQLColumnExpression

    from jobmatch.models import Base


@wire
class Purged:
    """How many rows were deleted, and whether that was all; if not, the next call continues."""

    matching_runs: int = 0
    notifications: int = 0
    idempotency_keys: int = 0
    profile_changes: int = 0
    decisions: int = 0
    is_complete: bool = True


_newer, _earlier = aliased(MatchingRun), aliased(Decision)
_SETTLED = (NotificationStatus.SENT, NotificationStatus.DROPPED, NotificationStatus.REFUSED)


@dataclass(frozen=True, slots=True)
class History:
    """A table that grows, and which of its rows to delete.

    Args:
        order: the order in which rows are read; it includes the primary key.
        is_old: which rows are read, given the retention; the index of `order` finds them.
        is_over: which of these rows may be deleted.
    """

    table: type[Base]
    order: tuple[SQLColumnExpression[Any], ...]
    is_old: Callable[[timedelta], ColumnElement[bool]]
    is_over: Callable[[timedelta], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Portion:
    """How many rows were deleted, and the last row that was read; `None` at the end."""

    deleted: int
    last: tuple[Any, ...] | None


HISTORIES = (
    History(
        MatchingRun,
        (MatchingRun.started_at, MatchingRun.id),
        lambda retention: MatchingRun.started_at < func.now() - retention,
        # The newest run of a job stays, however old it is: it holds the state of the matching.
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
        ProfileChange,
        (ProfileChange.id,),
        lambda _: ProfileChange.id.is_not(None),
        lambda _: ~exists().where(Profile.id == ProfileChange.profile_id),
    ),
    History(
        Decision,
        (Decision.recorded_at, Decision.job_id, Decision.number),
        lambda retention: Decision.recorded_at < func.now() - retention,
        # Only from the beginning of a chain: after a clock was set back, there would be a gap.
        lambda retention: (
            ~exists().where(
                _earlier.job_id == Decision.job_id,
                _earlier.number < Decision.number,
                _earlier.recorded_at >= func.now() - retention,
            )
        ),
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
        is_log = history.table is Decision
        retention = settings().decision_retention if is_log else settings().history_retention
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


class ReindexRequest(Input):
    """Payload of reindex_profiles.

    Args:
        after: continue after this profile: the `after` of the previous result.
        limit: read so many profiles at most.
        all: also index profiles that seem to be indexed. For a platform that changes profiles
            without changing their `updated_at`.
    """

    after: Annotated[UUID | None, Field(strict=False)] = None
    limit: Annotated[int | None, Field(ge=1)] = None
    all: bool = False


@wire
class Reindexed:
    """What was indexed.

    Args:
        reindexed: how many profiles are indexed now.
        employers: how many employers were indexed.
        unreadable: how many profiles can't be indexed, because they would not be a valid input.
        unreadable_ids: the first hundred of them.
        remaining: how many profiles were not read.
        after: the profile to continue after; `None` at the end.
    """

    reindexed: int
    employers: int
    unreadable: int
    unreadable_ids: list[UUID]
    remaining: int
    after: UUID | None


BATCH = 500
MOST_IDS = 100


@dataclass(frozen=True, slots=True)
class Indexing:
    """How many profiles are indexed now, and how many still wait because the time was over."""

    indexed: int
    waiting: int


def index_waiting_profiles(seconds: float) -> Indexing:
    """Index profiles batch by batch until none is left that can be, or the time is over.

    At the end the jobs become due that were matched by other rules than those of now.
    """
    deadline = monotonic() + seconds
    indexed = waiting = 0
    last: UUID | None = None
    while not waiting:
        with transaction() as connection:
            batch = index_profiles(connection, this_month=this_month(), after=last, limit=BATCH)
            if batch.last is None:
                break
            last = batch.last
            indexed += len(batch.indexed)
            if monotonic() > deadline:
                waiting = count_not_indexed(connection, after=last)
    if indexed and not waiting:
        with transaction() as connection:
            return_outdated_jobs(connection, maximum_age=settings().matching_maximum_age)
    return Indexing(indexed, waiting)


def reindex_profiles(request: ReindexRequest, remaining_millis: Callable[[], int]) -> Reindexed:
    """Index employers, then profiles until none is left or the time is over.

    Each batch is a transaction: a time-out undoes only the current batch. After each batch, the
    jobs that its changed candidates concern become due; at the end, those that were matched by
    other rules than the present ones.

    Args:
        remaining_millis: milliseconds until the function times out.
    """
    with transaction() as connection:
        employers = index_employers(connection)
    indexed = 0
    unreadable: list[UUID] = []
    last, left, is_complete = request.after, request.limit, False
    while remaining_millis() > MARGIN_MILLIS and left != 0:
        size = BATCH if left is None else min(BATCH, left)
        with transaction() as connection:
            batch = index_profiles(
                connection, this_month=this_month(), after=last, limit=size, every=request.all
            )
        last = batch.last
        is_complete = last is None
        if is_complete:
            break
        indexed += len(batch.indexed)
        unreadable += batch.unreadable
        if left is not None:
            left -= len(batch.indexed) + len(batch.unreadable)
        with transaction() as connection:
            apply_profile_changes(connection, maximum_age=settings().matching_maximum_age)
    if is_complete:
        with transaction() as connection:
            return_outdated_jobs(connection, maximum_age=settings().matching_maximum_age)
    with connect() as connection:
        if is_complete:
            # Those that were locked when we reached them, or were written since.
            rest = count_not_indexed(connection, after=request.after) - len(unreadable)
        else:
            rest = count_not_indexed(connection, after=last, every=request.all)
    return Reindexed(indexed, employers, len(unreadable), unreadable[:MOST_IDS], max(0, rest), last)
