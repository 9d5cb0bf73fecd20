"""The driver: what it says to PostgreSQL, and what it makes of the answers."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pg8000
import pytest
from sqlalchemy import (
    ARRAY,
    Integer,
    Text,
    Uuid,
    bindparam,
    column,
    insert,
    literal,
    select,
    text,
    values,
)
from sqlalchemy.exc import IntegrityError, InterfaceError, ProgrammingError

from jobmatch.errors import sqlstate
from jobmatch.models import User, UserRole
from jobmatch.postgres import connect, driver, engine, transaction
from jobmatch.postgres.driver import PREPARED_LIMIT
from tests.support.wire import tapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


@pytest.fixture
def single(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """One new connection, as on Lambda."""
    monkeypatch.setenv("DATABASE_POOL_SIZE", "1")
    yield monkeypatch
    engine().dispose()


def doubled(connection: Connection, number: int) -> Any:
    return connection.scalar(text("SELECT 2 * CAST(:number AS integer)"), {"number": number})


def prepared(connection: Connection) -> int:
    count: int = connection.execute(
        text("SELECT count(*) FROM pg_prepared_statements")
    ).scalar_one()
    return count


@pytest.mark.parametrize(
    "sent",
    [[], [UUID(int=0), UUID(int=2**128 - 1)], [UUID(int=1), None], [None]],
    ids=["none", "two", "one and null", "null"],
)
def test_an_array_of_ids_comes_back_as_it_was_sent(
    connection: Connection, sent: list[UUID | None]
) -> None:
    assert connection.scalar(select(literal(sent, ARRAY(Uuid)))) == sent


def test_a_statement_is_prepared_with_its_first_execution_and_then_only_executed(
    single: pytest.MonkeyPatch,
) -> None:
    with connect() as connection, tapped() as wire:
        assert [doubled(connection, number) for number in (1, 2, 3)] == [2, 4, 6]
    assert wire.kinds == ["PDBES", "BES", "BES"]


def test_where_preparing_is_off_a_statement_is_still_one_message(
    single: pytest.MonkeyPatch,
) -> None:
    single.setenv("DATABASE_PREPARED_STATEMENTS", "off")
    with connect() as connection, tapped() as wire:
        assert [doubled(connection, number) for number in (1, 2)] == [2, 4]
        assert prepared(connection) == 0
    assert wire.kinds[:2] == ["PDBES", "PDBES"]


def test_a_statement_may_be_kept_out_of_the_prepared_ones(single: pytest.MonkeyPatch) -> None:
    with connect() as connection:
        select_two = select(literal(2)).execution_options(prepares=False)
        assert connection.scalar(select_two) == 2
        assert prepared(connection) == 0


def test_a_transaction_begins_with_its_first_statement_and_ends_with_one_message(
    single: pytest.MonkeyPatch,
) -> None:
    with connect() as connection:
        doubled(connection, 1)
    with tapped() as wire, transaction() as connection:
        assert doubled(connection, 2) == 4
        assert doubled(connection, 3) == 6
    assert wire.kinds == ["PBEBES", "BES", "Q"]


def test_a_first_statement_that_fails_leaves_nothing_behind(
    database: str, single: pytest.MonkeyPatch
) -> None:
    new = insert(User).values(email=bindparam("email"), role=UserRole.ADMIN)
    with pytest.raises(ProgrammingError), transaction() as connection:
        connection.execute(text("SELECT 1 / CAST(:zero AS integer)"), {"zero": 0})
    with pytest.raises(IntegrityError), transaction() as connection:
        connection.execute(new, [{"email": "ada@jobmatch.example"}] * 2)
    with connect() as connection:
        assert connection.scalars(select(User.email)).all() == []


def test_connecting_asks_nothing_that_the_server_has_said(single: pytest.MonkeyPatch) -> None:
    with tapped() as wire, connect() as connection:
        pass
    # Who we are, and the two answers of the password's exchange.
    assert len(wire.sent) == 3
    assert (connection.dialect.server_version_info or ()) >= (14,)


def test_the_oldest_statements_are_let_go_of(single: pytest.MonkeyPatch) -> None:
    with connect() as connection:
        for number in range(PREPARED_LIMIT + 10):
            statement = text(f"SELECT {number} + CAST(:one AS integer)")
            assert connection.scalar(statement, {"one": 1}) == number + 1
        assert prepared(connection) in (PREPARED_LIMIT, PREPARED_LIMIT + 1)
        with tapped() as wire:
            connection.scalar(text("SELECT 0 + CAST(:one AS integer)"), {"one": 1})
        assert wire.kinds == ["CPDBES"], "one is closed in the same message"


def test_statements_that_fail_are_let_go_of(single: pytest.MonkeyPatch) -> None:
    with connect() as connection:
        for _ in range(10):
            with pytest.raises(ProgrammingError):
                connection.execute(text("SELECT 1 / CAST(:zero AS integer)"), {"zero": 0})
        assert doubled(connection, 1) == 2
        assert prepared(connection) == 1


@pytest.mark.parametrize("forgetting", ["DISCARD ALL", "DEALLOCATE ALL"])
@pytest.mark.parametrize("opened", [connect, transaction])
def test_statements_that_the_server_forgot_are_prepared_anew(
    single: pytest.MonkeyPatch, forgetting: str, opened: Any
) -> None:
    with connect() as connection:
        doubled(connection, 1)
        connection.execute(text(forgetting))
    with opened() as connection:
        assert doubled(connection, 2) == 4


@pytest.fixture
def altered(single: pytest.MonkeyPatch) -> Iterator[str]:
    """A table of one text column, of which a statement that is prepared reads everything."""
    with connect() as connection:
        connection.execute(text("CREATE TABLE altered AS SELECT 'a' AS one"))
        yield "SELECT * FROM altered WHERE one = CAST(:one AS text)"
        connection.execute(text("DROP TABLE altered"))


def rows(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(sql), {"one": "a"})]


@pytest.mark.parametrize("opened", [connect, transaction])
def test_a_statement_whose_columns_were_migrated_is_prepared_anew(
    altered: str, single: pytest.MonkeyPatch, opened: Any
) -> None:
    single.setenv("DATABASE_POOL_SIZE", "2")
    with connect() as connection:
        assert rows(connection, altered) == [("a",)]
        connection.execute(text("ALTER TABLE altered ADD COLUMN two text"))
    with opened() as connection:
        assert rows(connection, altered) == [("a", None)]


def test_in_the_middle_of_a_transaction_such_a_statement_fails_once(
    altered: str, single: pytest.MonkeyPatch
) -> None:
    single.setenv("DATABASE_POOL_SIZE", "2")
    with connect() as connection:
        assert rows(connection, altered) == [("a",)]
        connection.execute(text("ALTER TABLE altered ADD COLUMN two text"))

    def later_in_a_transaction() -> list[tuple[Any, ...]]:
        with transaction() as connection:
            doubled(connection, 1)
            return rows(connection, altered)

    with pytest.raises(ProgrammingError) as caught:
        later_in_a_transaction()
    assert sqlstate(caught.value) == "0A000"
    assert later_in_a_transaction() == [("a", None)]


def test_a_connection_that_breaks_in_a_statement_is_an_interface_error(
    single: pytest.MonkeyPatch,
) -> None:
    with connect() as connection, pytest.raises((InterfaceError, ProgrammingError)):
        connection.execute(
            text("SELECT pg_terminate_backend(pg_backend_pid()) WHERE CAST(:t AS boolean)"),
            {"t": True},
        )
    with connect() as connection:
        assert doubled(connection, 1) == 2


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "'2026-11-24 16:53:56.25+00'::timestamptz",
            datetime(2026, 11, 24, 16, 53, 56, 250000, UTC),
        ),
        ("'2026-11-24 16:53:56+00'::timestamptz", datetime(2026, 11, 24, 16, 53, 56, tzinfo=UTC)),
        ("'infinity'::timestamptz", "infinity"),
        ("'{}'::text[]", []),
        ("ARRAY['a', 'b c']", ["a", "b c"]),
        (
            "ARRAY['NULL', NULL, '', 'a,b', '{}', '\"', '\\']",
            ["NULL", None, "", "a,b", "{}", '"', "\\"],
        ),
        ("ARRAY[['a'], ['b']]", [["a"], ["b"]]),
        ("NULL::text[]", None),
        ("''", ""),
        ("'ä€😀'", "ä€😀"),
        ("repeat('ä', 1000000)", "ä" * 1_000_000),
    ],
)
def test_values_arrive_as_they_are(single: pytest.MonkeyPatch, sql: str, expected: object) -> None:
    with connect() as connection:
        found = connection.scalar(text(f"SELECT {sql} WHERE CAST(:t AS boolean)"), {"t": True})
    assert found == expected


@pytest.mark.parametrize("value", [None, "", "ä€😀", "%s %% :x $1", "x" * 1_000_000])
def test_values_are_sent_as_they_are(single: pytest.MonkeyPatch, value: str | None) -> None:
    with connect() as connection:
        assert connection.scalar(select(literal(value, Text))) == value
        assert connection.scalar(select(literal([value], ARRAY(Text)))) == [value]


def test_many_rows_arrive_whole_and_in_order(single: pytest.MonkeyPatch) -> None:
    series = "SELECT n, repeat('x', n % 1000) FROM generate_series(1, :last) AS n"
    with connect() as connection:
        found = connection.execute(text(series), {"last": 5000}).all()
    assert [tuple(row) for row in found] == [(n, "x" * (n % 1000)) for n in range(1, 5001)]


def test_a_percent_sign_is_sent_once(single: pytest.MonkeyPatch) -> None:
    number = values(column("n", Integer), name="numbers").data([(7,)])
    with connect() as connection:
        assert connection.scalar(select(number.c.n % 4)) == 3
        assert connection.scalar(text("SELECT 7 % CAST(:four AS integer)"), {"four": 4}) == 3


def test_who_hangs_up_before_anything_is_said_leaves_nothing_open() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with pytest.raises(pg8000.InterfaceError):
        driver.Connection(user="somebody", sock=ours, ssl_context=False)
    assert ours.fileno() == -1
