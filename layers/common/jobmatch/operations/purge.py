"""Deleting old history, portion by portion, as long as the time allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobmatch.operations.history import HISTORIES, purge_portion
from jobmatch.operations.purge_schemas import Purged
from jobmatch.postgres import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

PORTION = 1_000
MARGIN_MILLIS = 15_000
"""No portion is begun later than this before the time-out."""


def purge_history(remaining_millis: Callable[[], int]) -> Purged:
    """Delete what is older than the retention, until nothing is left or the time is over.

    A portion is a transaction: what was done stays done, and whoever is cut off loses the portion
    at hand. With a retention of 0 nothing is deleted.

    Args:
        remaining_millis: milliseconds until the function times out.
    """
    done = Purged()
    for history in HISTORIES:
        retention = history.retention()
        if retention is None:
            continue
        after: tuple[Any, ...] | None = None
        while True:
            if remaining_millis() <= MARGIN_MILLIS:
                done.is_complete = False
                return done
            with transaction() as connection:
                portion = purge_portion(connection, history, retention, after=after, limit=PORTION)
            name = history.table.__tablename__
            setattr(done, name, getattr(done, name) + portion.deleted)
            after = portion.last
            if after is None:
                break
    return done
