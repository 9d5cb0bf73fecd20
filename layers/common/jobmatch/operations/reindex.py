"""Indexing what is not indexed, batch by batch, as long as the time allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.jobs.changes import apply_profile_changes
from jobmatch.operations.employers import index_employers
from jobmatch.operations.reindex_schemas import Reindexed
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.reindexing import count_not_indexed, index_profiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobmatch.operations.reindex_schemas import ReindexRequest

BATCH = 500
MARGIN_MILLIS = 15_000
"""No batch is begun later than this before the time-out."""
MOST_IDS = 100


def reindex_profiles(request: ReindexRequest, remaining_millis: Callable[[], int]) -> Reindexed:
    """Index employers, then profiles until none is left or the time is over.

    A batch is a transaction: what was done stays done, and whoever is cut off loses the batch at
    hand. The jobs that a changed candidate concerns become due after each.

    Args:
        remaining_millis: milliseconds until the function times out.
    """
    result = Reindexed(after=request.after)
    with transaction() as connection:
        result.employers = index_employers(connection)
    left = request.limit
    is_over = False
    while remaining_millis() > MARGIN_MILLIS and left != 0:
        size = BATCH if left is None else min(BATCH, left)
        with transaction() as connection:
            batch = index_profiles(connection, after=result.after, limit=size, every=request.all)
        result.after = batch.last
        is_over = batch.last is None
        if is_over:
            break
        result.reindexed += len(batch.indexed)
        result.unreadable += len(batch.unreadable)
        result.unreadable_ids += batch.unreadable[: MOST_IDS - len(result.unreadable_ids)]
        if left is not None:
            left -= len(batch.indexed) + len(batch.unreadable)
        with transaction() as connection:
            apply_profile_changes(connection)
    with connect() as connection:
        if is_over:
            # What others held while we passed by, or have written since.
            rest = count_not_indexed(connection, after=request.after)
            result.remaining = max(0, rest - result.unreadable)
        else:
            rest = count_not_indexed(connection, after=result.after, every=request.all)
            result.remaining = rest
    return result
