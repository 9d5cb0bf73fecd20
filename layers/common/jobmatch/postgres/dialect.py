"""SQLAlchemy's dialect for our driver."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pg8000.exceptions import InterfaceError
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGCompiler
from sqlalchemy.dialects.postgresql.pg8000 import (
    PGCompiler_pg8000,
    PGDialect_pg8000,
    PGExecutionContext_pg8000,
)

from jobmatch.postgres.driver import Connection, is_fatal

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy import Connection as Opened


_READ_ONLY = "25006"


class _Compiler(PGCompiler_pg8000):
    def visit_mod_binary(self, *args: Any, **options: Any) -> Any:
        # Not pg8000's, which doubles the percent sign for its own placeholders.
        return PGCompiler.visit_mod_binary(self, *args, **options)  # type: ignore[no-untyped-call]


class _ExecutionContext(PGExecutionContext_pg8000):
    def pre_exec(self) -> None:
        if not self.execution_options.get("prepares", True):
            cursor: Any = self.cursor
            cursor.prepares = False


class Dialect(PGDialect_pg8000):
    """pg8000's dialect, with our connection and PostgreSQL's own placeholders.

    The execution option `prepares=False` is for statements whose best plan depends on their
    values: after a while PostgreSQL plans a prepared statement once for all values.
    """

    supports_statement_cache = True
    statement_compiler = _Compiler
    execution_ctx_cls = _ExecutionContext

    def __init__(self, **options: Any) -> None:
        # Rewriting pg8000's own placeholders takes longer than reading a job.
        super().__init__(**options | {"paramstyle": "numeric_dollar"})  # type: ignore[no-untyped-call]

    def connect(self, *args: Any, **parameters: Any) -> Any:
        """Connect to the server."""
        return Connection(*args, **parameters)

    def is_disconnect(self, error: Any, connection: Any, cursor: Any) -> bool:
        """Whether a connection is unusable after an error."""
        answer = error.args[0] if error.args else None
        # A server that has become read-only is a standby now; its name may lead to another already.
        if is_fatal(error) or (isinstance(answer, dict) and answer.get("C") == _READ_ONLY):
            return True
        return bool(super().is_disconnect(error, connection, cursor))  # type: ignore[no-untyped-call]

    def do_close(self, connection: Any) -> None:
        """Close a connection, whether the server is still there or not."""
        with suppress(InterfaceError, OSError):
            super().do_close(connection)  # type: ignore[no-untyped-call]

    def do_terminate(self, connection: Any) -> None:
        """The same."""
        self.do_close(connection)

    # The server announces these while it accepts a connection, or they are constant. Not asking
    # for them saves four round trips in a cold start.

    def _get_server_version_info(self, connection: Opened) -> tuple[int, ...]:
        version = _status(connection, "server_version").partition(" ")[0]
        return tuple(int(part) for part in version.split(".") if part.isdigit())

    def _set_backslash_escapes(self, connection: Opened) -> None:
        self._backslash_escapes = _status(connection, "standard_conforming_strings") == "off"

    def _get_default_schema_name(self, _: Opened) -> str:
        return "public"

    def get_default_isolation_level(self, _: Any) -> Any:
        """PostgreSQL's own default."""
        return "READ COMMITTED"


def _status(connection: Opened, name: str) -> str:
    driver: Any = connection.connection.driver_connection
    return str(driver.parameter_statuses[name])


registry.register("postgresql.jobmatch", __name__, Dialect.__name__)


def with_our_driver(url: URL) -> URL:
    """The address of a database, with our driver instead of pg8000."""
    return url.set(drivername="postgresql+jobmatch")
