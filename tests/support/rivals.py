"""Transactions that wait for each other, in an order that a test decides.

A test holds a transaction open, starts a rival that must wait for it, and ends its own. If the
rival does not wait, the test fails at once.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy import text

from jobmatch.postgres import connect, transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future, ThreadPoolExecutor

    from sqlalchemy import Connection

P = ParamSpec("P")
T = TypeVar("T")
PATIENCE = 20.0


def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition is true; fail if it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("The condition did not become true in time.")
        time.sleep(0.005)


def waiting(connection: Connection) -> int:
    """How many sessions of the connection's database wait for a lock."""
    count: int = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
    ).scalar_one()
    return count


class Rivals:
    """Others who use the same database, each in their own transaction."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def blocked(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Start a rival's work, and return when it waits for a lock."""

        def in_transaction() -> T:
            with transaction() as connection:
                return work(connection, *args, **kwargs)

        with connect() as watcher:
            before = waiting(watcher)
            rival = self._pool.submit(in_transaction)
            until(lambda: rival.done() or waiting(watcher) > before)
        if rival.done():
            pytest.fail(f"The rival did not wait: {rival.exception() or rival.result()!r}")
        return rival
