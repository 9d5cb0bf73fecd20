"""Indexing profiles that are not indexed, batch by batch, as long as the time allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Annotated
from uuid import UUID

from pydantic import Field

from jobmatch.careers.dates import this_month
from jobmatch.changes.service import take_up_changes
from jobmatch.config import settings
from jobmatch.jobs.concerned import return_outdated_jobs
from jobmatch.operations.upkeep import MARGIN_MILLIS
from jobmatch.operations.users import index_employers
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.queries import count_not_indexed
from jobmatch.profiles.service import index_profiles
from jobmatch.wire import Input, wire


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
SECONDS_OF_CHANGES = 10
"""At most, after each batch; the schedule takes up what is left."""
MOST_IDS = 100


@dataclass(frozen=True, slots=True)
class Indexing:
    """How many profiles still wait because the time was over, and how many can't be indexed."""

    waiting: int
    unreadable: int


def index_waiting_profiles(seconds: float, *, maximum_age: timedelta) -> Indexing:
    """Index profiles batch by batch until none is left that can be, or the time is over.

    At the end the jobs become due that were matched by other rules or words than those of now.
    """
    deadline = monotonic() + seconds
    indexed = unreadable = 0
    last: UUID | None = None
    while True:
        with transaction() as connection:
            batch = index_profiles(connection, this_month=this_month(), after=last, limit=BATCH)
            if batch.last is None:
                return_outdated_jobs(connection, maximum_age=maximum_age, reworded_only=not indexed)
                return Indexing(0, unreadable)
            is_over = monotonic() > deadline
            waiting = count_not_indexed(connection, after=batch.last) if is_over else 0
        last = batch.last
        indexed += len(batch.indexed)
        unreadable += len(batch.unreadable)
        if waiting:
            return Indexing(waiting, unreadable)


def reindex_profiles(request: ReindexRequest, remaining_millis: Callable[[], int]) -> Reindexed:
    """Index employers, then profiles until none is left or the time is over.

    Each batch is a transaction: a time-out undoes only the current batch. After each batch, the
    changed candidates are taken up; at the end, the jobs become due that were matched by other
    rules than the present ones.

    Args:
        remaining_millis: milliseconds until the function times out.
    """
    with transaction() as connection:
        employers = index_employers(connection, maximum_age=settings().matching_maximum_age)
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
        take_up_changes(SECONDS_OF_CHANGES)
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
