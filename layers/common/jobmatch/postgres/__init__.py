"""Connections to PostgreSQL: one engine per process, autocommit reads, explicit transactions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, InvalidRequestError

from jobmatch.config import Settings, settings
from jobmatch.errors import JobmatchError
from jobmatch.postgres.connecting import Access
from jobmatch.postgres.dialect import with_our_driver
from jobmatch.postgres.driver import NoAnswerError
from jobmatch.telemetry import libraries, log_failure

IDLE_SECONDS_BEFORE_PING = 60
"""A connection that was idle for longer may have been dropped silently, so it is pinged."""
PING_SECONDS = 2
"""Limit for the answer to a ping, which leaves time to connect anew."""

libraries.take_over()
T = TypeVar("T")


def _limits(**milliseconds: int) -> dict[str, str] | None:
    return {name: str(limit) for name, limit in milliseconds.items() if limit} or None


@cache
def _engine(
    url: str, access: Access, pool_size: int, timeout_ms: int, idle_ms: int, *, prepares: bool
) -> Engine:
    engine = create_engine(
        with_our_driver(make_url(url)),
        # A single statement needs no transaction, which saves two round trips.
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=access.seconds,
        # Parameters are personal data: they stay out of errors, and so out of logs.
        hide_parameters=True,
        connect_args={
            "application_name": "jobmatch",
            "prepared_statements": prepares,
            "startup_params": _limits(statement_timeout=timeout_ms, idle_session_timeout=idle_ms),
        },
    )

    event.listen(engine, "do_connect", access.open)

    @event.listens_for(engine, "checkout")
    def _replace_dead(driver: Any, record: Any, _proxy: object) -> None:
        # A server that closed the connection has left an end-of-file or a message to read. After
        # a freeze of the execution environment, or a snapshot, nothing else tells of it.
        if driver.has_unread_data():
            raise DisconnectionError
        now = time.time()
        # After a clock was set back, the idle time is unknown.
        if not 0 <= now - record.info.get("used_at", now) <= IDLE_SECONDS_BEFORE_PING:
            try:
                driver.limit_answers(PING_SECONDS)
                engine.dialect.do_ping(driver)
                driver.limit_answers(access.answer_seconds or None)
            except Exception as error:
                raise DisconnectionError from error
        record.info["used_at"] = now

    return engine


def engine() -> Engine:
    """The engine of this process, for the database that the settings name."""
    return _engine_for(settings())


@cache
def _engine_for(given: Settings) -> Engine:
    return _engine(
        given.database_url,
        Access.from_settings(given),
        given.database_pool_size,
        given.database_statement_timeout_ms,
        given.database_idle_session_timeout_ms,
        prepares=given.database_prepared_statements,
    )


def _opened() -> Connection:
    try:
        return engine().connect()
    except InvalidRequestError as error:
        # Two connections in a row were closed before their use: the server is starting or stopping.
        raise InterfaceError(None, None, error) from error


@contextmanager
def connect() -> Iterator[Connection]:
    """A connection on which every statement commits by itself."""
    with _opened() as connection:
        try:
            yield connection
        except (JobmatchError, DBAPIError):
            raise
        except Exception:
            # The driver may have stopped in the middle of an answer; what is left of it would be
            # taken for the next one.
            connection.invalidate()
            raise


@contextmanager
def transaction() -> Iterator[Connection]:
    """A connection with one transaction: committed at the end, rolled back by an exception."""
    with connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - for the type checker
        # Switched on the driver: SQLAlchemy's own switch back would cost a round trip.
        driver.autocommit = False
        try:
            with connection.begin():
                yield connection
        finally:
            driver.autocommit = True


def read(work: Callable[[], T]) -> T:
    """What `work` returns; it is called once more if its connection broke.

    Only for reads, because it may happen twice. It is not repeated when no connection could be
    opened or no answer came: both have used up their time already.
    """
    try:
        return work()
    except DBAPIError as error:
        broke = error.connection_invalidated and error.statement is not None
        if not broke or isinstance(error.orig, NoAnswerError):
            raise
        log_failure("The connection broke; reading once more.", error, expected=True)
    return work()
