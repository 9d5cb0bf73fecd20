"""The floor: prepared statements by libpq, without decoding. Python can't be faster."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from psycopg import pq
from sqlalchemy import make_url

from tests.support.capture import captured

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg.pq.abc import PGresult

_DONE = {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}


class Floor:
    """A bare connection."""

    def __init__(self, url: str) -> None:
        address = make_url(url).set(drivername="postgresql")
        self._connection = pq.PGconn.connect(address.render_as_string(hide_password=False).encode())
        if self._connection.status != pq.ConnStatus.OK:
            raise ConnectionError(self._connection.error_message.decode())
        self._prepared = 0

    def same_as(self, work: Callable[[], object]) -> Callable[[], PGresult]:
        """Executes the one statement that `work` sends, with the same values."""
        ((sql, values),) = captured(work)
        return self.prepared(sql, values)

    def prepared(self, sql: str, values: list[Any]) -> Callable[[], PGresult]:
        """Prepare a statement; the function executes it."""
        (execution,) = self.prepared_for(sql, [values])
        return execution

    def prepared_for(self, sql: str, rows: Sequence[list[Any]]) -> list[Callable[[], PGresult]]:
        """Prepare a statement; each function executes it with one of the rows of values."""
        self._prepared += 1
        name = b"floor_%d" % self._prepared
        _check(self._connection.prepare(name, sql.encode()))

        def execute(values: list[Any]) -> PGresult:
            return _check(self._connection.exec_prepared(name, values))

        return [partial(execute, values) for values in rows]

    def once(self, sql: str, values: list[Any]) -> Callable[[], PGresult]:
        """A function that executes a statement, planned each time for its values."""
        return lambda: _check(self._connection.exec_params(sql.encode(), values))

    def execute(self, sql: str) -> PGresult:
        """Execute a statement that has no parameters."""
        return _check(self._connection.exec_(sql.encode()))

    def close(self) -> None:
        """Close the connection."""
        self._connection.finish()


def _check(result: PGresult) -> PGresult:
    if result.status not in _DONE:
        raise ValueError(result.error_message.decode())
    return result
