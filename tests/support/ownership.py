"""The predicate that limits statements to a caller's own rows: found in SQL, and removed."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, literal_column, select, true

from jobmatch.models import User, all_tables
from jobmatch.permissions.predicates import may_act_for
from jobmatch.postgres import _engine, engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from sqlalchemy import ColumnElement

_OWNER = "the_owner"
_TABLES = "|".join(
    {table.name for table in all_tables().sorted_tables} - {"users", "vocabulary_aliases"}
)
_BELONGING = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE) (?:{_TABLES})\b")


@cache
def _predicate() -> re.Pattern[str]:
    """The SQL of `may_act_for`, for any owner."""
    owner = literal_column(_OWNER, type_=User.id.type)
    statement = select(1).where(may_act_for(owner, system=False))
    text = " ".join(str(statement.compile(dialect=engine().dialect)).split())
    expression = re.escape(text.partition(" WHERE ")[2])
    expression = re.sub(r"\\\$\d+", r"\\$\\d+", expression)
    expression = expression.replace("users_1", r"users_\d+")
    return re.compile(expression.replace(_OWNER, r"[\w.$:]+"))


def keeps_to_owners(sql: str) -> bool:
    """Whether a statement has the predicate."""
    return _predicate().search(" ".join(sql.split())) is not None


def touches_what_belongs_to_somebody(sql: str) -> bool:
    """Whether a statement reads or writes anything but users, and the aliases that all share."""
    return _BELONGING.search(" ".join(sql.split())) is not None


@dataclass
class Statements:
    """The statements that a block of code executed."""

    all: list[str] = field(default_factory=list)
    first: list[str] = field(default_factory=list)
    """Those that are the first of a transaction, or belong to none: no statement before them has
    locked the rows or has found that they are the caller's."""


@contextmanager
def executed() -> Iterator[Statements]:
    """Record the statements of this block."""
    statements = Statements()
    known: set[int] = set()

    def note(connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        statements.all.append(sql)
        if not touches_what_belongs_to_somebody(sql):
            return
        # The first of a transaction; the ones after it rely on what it found or locked.
        transaction = connection.get_transaction()
        if connection.connection.driver_connection.autocommit or id(transaction) not in known:
            statements.first.append(sql)
        known.add(id(transaction))
        alive.append(transaction)

    alive: list[Any] = []  # so that no id is used again
    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def _anybody(_owner: ColumnElement[UUID], *, system: bool) -> ColumnElement[bool]:
    return true()


@contextmanager
def without_ownership() -> Iterator[None]:
    """Let queries in this block lack the predicate."""
    modules = [module for name, module in [*sys.modules.items()] if name.startswith("jobmatch.")]

    def forget() -> None:
        for module in modules:
            for value in vars(module).values():
                # An engine has no statement of ours, but open connections.
                if hasattr(value, "cache_clear") and value is not _engine:
                    value.cache_clear()

    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            if getattr(module, "may_act_for", None) is may_act_for:
                patch.setattr(module, "may_act_for", _anybody)
        forget()
        yield
    forget()
