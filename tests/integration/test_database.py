"""Connections: what they commit, what they survive, and what they keep to themselves."""

from __future__ import annotations

import json
import time
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, Engine, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError

from jobmatch.errors import ConfigurationError, ConflictError, sqlstate
from jobmatch.models import User, UserRole
from jobmatch.postgres import connect, driver, engine, read, transaction
from tests.support.addresses import answering
from tests.support.rivals import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Opened = AbstractContextManager[Connection]
WRONG = {"password": "wrong"}


@pytest.fixture
def others(migrated_url: str) -> Engine:
    """The engine of somebody else who uses the database."""
    return engine()


@pytest.fixture
def single(others: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """One connection per process, as on Lambda; settings may be patched further."""
    monkeypatch.setenv("DATABASE_POOL_SIZE", "1")
    yield monkeypatch
    engine().dispose()


def backend(connection: Connection) -> int:
    pid: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return pid


def state(others: Engine, pid: int) -> str | None:
    """What a session is at, as the server sees it: "idle" between statements."""
    with others.connect() as connection:
        found: str | None = connection.scalar(
            text("SELECT state FROM pg_stat_activity WHERE pid = :pid"), {"pid": pid}
        )
    return found


def add_user(connection: Connection, email: str) -> None:
    connection.execute(insert(User).values(email=email, role=UserRole.ADMIN))


def exists(others: Engine, email: str) -> bool:
    with others.connect() as connection:
        found = select(User.id).where(User.email == email)
        return connection.execute(found).one_or_none() is not None


def interrupted(opened: Callable[[], Opened], others: Engine) -> tuple[bool, bool]:
    """Whether a row is seen by others before the work is interrupted, and whether after it."""
    seen = []

    def work() -> None:
        with opened() as connection:
            add_user(connection, "ada@jobmatch.example")
            seen.append(exists(others, "ada@jobmatch.example"))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        work()
    return seen[0], exists(others, "ada@jobmatch.example")


def test_on_a_connection_every_statement_commits_by_itself(database: str, others: Engine) -> None:
    assert interrupted(connect, others) == (True, True)


def test_a_transaction_that_raises_is_rolled_back(database: str, others: Engine) -> None:
    assert interrupted(transaction, others) == (False, False)


def test_a_transaction_commits_at_its_end(database: str, others: Engine) -> None:
    with transaction() as connection:
        add_user(connection, "ada@jobmatch.example")
        assert not exists(others, "ada@jobmatch.example")
    assert exists(others, "ada@jobmatch.example")


@pytest.mark.parametrize("statement", ["SELECT 1", "SELECT 1/0", "COMMIT"])
def test_after_a_transaction_the_connection_is_as_before(
    database: str, single: pytest.MonkeyPatch, others: Engine, statement: str
) -> None:
    with suppress(ConflictError, DBAPIError), transaction() as connection:
        pid = backend(connection)
        connection.execute(text(statement))
        raise ConflictError
    with connect() as connection:
        assert backend(connection) == pid
        assert state(others, pid) == "idle"
    assert interrupted(connect, others) == (True, True)


@pytest.mark.parametrize("opened", [connect, transaction])
def test_a_connection_that_the_server_closed_is_replaced_unnoticed(
    single: pytest.MonkeyPatch, others: Engine, opened: Callable[[], Opened]
) -> None:
    with opened() as connection:
        pid = backend(connection)
    with others.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    until(lambda: state(others, pid) is None)
    with opened() as connection:
        assert backend(connection) != pid


@pytest.mark.parametrize(
    ("idle", "answers", "same"),
    [
        (59, False, True),
        (61, True, True),
        (61, False, False),
        # A clock that was set back meanwhile.
        (-5, True, True),
        (-5, False, False),
    ],
)
def test_a_connection_that_was_idle_for_long_must_answer_or_is_replaced(
    single: pytest.MonkeyPatch, idle: int, answers: bool, same: bool
) -> None:
    def ping(_: object) -> bool:
        if not answers:
            raise OSError
        return True

    single.setattr(engine().dialect, "do_ping", ping)
    with connect() as connection:
        pid = backend(connection)
    later = time.time() + idle
    single.setattr(time, "time", lambda: later)
    with connect() as connection:
        assert (backend(connection) == pid) is same


ENDED = "SELECT pg_terminate_backend(pg_backend_pid()), CAST(:number AS integer)"


def test_a_connection_that_the_server_ends_in_a_statement_is_replaced(
    single: pytest.MonkeyPatch,
) -> None:
    # As if its farewell were still on the way when the next request comes.
    single.setattr(driver.Connection, "has_unread_data", lambda _: False)
    with pytest.raises(DBAPIError) as caught, connect() as connection:
        connection.execute(text(ENDED), {"number": 1})
    assert sqlstate(caught.value) == "57P01"
    with connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_connection_to_what_has_become_a_standby_is_replaced(
    database: str, single: pytest.MonkeyPatch
) -> None:
    with connect() as connection:
        pid = backend(connection)
        connection.execute(text("SET default_transaction_read_only = on"))
    with pytest.raises(DBAPIError) as caught, connect() as connection:
        add_user(connection, "ada@jobmatch.example")
    assert sqlstate(caught.value) == "25006"
    with connect() as connection:
        assert backend(connection) != pid


def test_reading_is_done_once_more_only_where_its_connection_broke(
    single: pytest.MonkeyPatch,
) -> None:
    statements = iter([ENDED, "SELECT 1, CAST(:number AS integer)"])

    def ask() -> int | None:
        with connect() as connection:
            number: int | None = connection.scalar(text(next(statements)), {"number": 1})
            return number

    assert read(ask) == 1
    statements = iter(["SELECT 1 / 0, CAST(:number AS integer)"])
    with pytest.raises(DBAPIError) as caught:
        read(ask)
    assert sqlstate(caught.value) == "22012"


@pytest.mark.parametrize(("setting", "shown"), [("250", "250ms"), ("0", "0"), ("", "0")])
def test_the_statement_timeout_is_a_setting(
    single: pytest.MonkeyPatch, setting: str, shown: str
) -> None:
    single.setenv("DATABASE_STATEMENT_TIMEOUT_MS", setting)
    with connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == shown


def test_a_statement_that_takes_too_long_is_given_up(single: pytest.MonkeyPatch) -> None:
    single.setenv("DATABASE_STATEMENT_TIMEOUT_MS", "50")
    with connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("SELECT pg_sleep(20)"))
    assert sqlstate(caught.value) == "57014"


def test_errors_do_not_show_parameters(migrated_url: str) -> None:
    with connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("SELECT 1/0 WHERE :who <> ''"), {"who": "Ada Example"})
    assert sqlstate(caught.value) == "22012"
    assert "Ada Example" not in str(caught.value)


def test_the_password_is_the_secrets_of_the_moment(
    migrated_url: str, single: pytest.MonkeyPatch
) -> None:
    single.setenv("AWS_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        single.setenv(name, "testing")
    url = make_url(migrated_url)
    login = {"username": url.username, "password": url.password}
    secrets = [(200, {"SecretString": json.dumps({**login, **each})}) for each in (WRONG, {})]
    with answering(*secrets) as (address, _):
        single.setenv("AWS_ENDPOINT_URL", address)
        single.setenv("DATABASE_SECRET_ARN", "the-arn")
        single.setenv("DATABASE_URL", url._replace(username=None, password=None).render_as_string())
        with pytest.raises(DBAPIError) as caught, connect():
            pass
        assert sqlstate(caught.value) == "28P01"
        with connect() as connection:
            assert connection.scalar(text("SELECT current_database()")) == url.database
        assert engine().url.password is None


def test_without_an_address_there_is_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(ConfigurationError):
        engine()
