"""The statements that our code sends to PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from pg8000 import core

from jobmatch.postgres.driver import Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def captured(work: Callable[[], object]) -> list[tuple[str, list[bytes | None]]]:
    """The statements with parameters that `work` executes, and their values as they are sent."""
    statements: list[tuple[str, list[bytes | None]]] = []
    ask = Connection.ask

    def note(self: Connection, sql: str, args: Sequence[Any], *, prepares: bool) -> core.Context:
        values = core.make_params(self.py_types, args)
        statements.append((sql, [None if value is None else value.encode() for value in values]))
        return ask(self, sql, args, prepares=prepares)

    with patch.object(Connection, "ask", note):
        work()
    return statements
