"""A transaction that causes events: who hears of them is told as soon as it is committed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from jobmatch.postgres import transaction
from jobmatch.webhooks.messages import try_queue_webhooks
from jobmatch.webhooks.recording import take_heard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


@contextmanager
def announcing() -> Iterator[Connection]:
    """A connection with one transaction, whose events are dispatched after its commit."""
    with transaction() as connection:
        # A connection is used again, and may keep what a transaction wrote that was rolled back.
        take_heard(connection)
        yield connection
        heard = take_heard(connection)
    if heard:
        try_queue_webhooks(heard)
