"""The tables, read and changed without the API."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update

from jobmatch.models import Base, Decision, Job, all_tables
from jobmatch.postgres import connect, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row
    from sqlalchemy.sql.dml import UpdateBase


def all_rows() -> dict[str, list[tuple[Any, ...]]]:
    """The content of every table."""
    with connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in all_tables().sorted_tables
        }


@contextmanager
def nothing_written() -> Iterator[None]:
    """Assert that this block leaves every table as it is, times and versions included."""
    before = all_rows()
    yield
    assert all_rows() == before


def empty_tables() -> None:
    """Delete every row."""
    forget_decisions()
    write(*(table.delete() for table in reversed(all_tables().sorted_tables)))


@contextmanager
def as_owner() -> Iterator[Connection]:
    """A transaction of whoever owns the database, for whom no trigger runs."""
    with transaction() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection


def forget_decisions() -> None:
    """Delete the decision log, which refuses that to everybody else."""
    with as_owner() as connection:
        connection.execute(delete(Decision))


def count(table: type[Base]) -> int:
    """How many rows a table has."""
    with connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def write(*statements: UpdateBase) -> None:
    """Execute statements, each committed at once."""
    with connect() as connection:
        for statement in statements:
            connection.execute(statement)


def change(table: type[Any], row_id: UUID | str, **values: Any) -> None:
    """Set columns of a row."""
    write(update(table).where(table.id == UUID(str(row_id))).values(**values))


def job_row(job: str) -> Row[Any]:
    """All columns of a job by name, also those that the API does not show."""
    with connect() as connection:
        return connection.execute(select(*Job.__table__.c).where(Job.id == UUID(job))).one()
