"""pg8000 with one message to PostgreSQL and one answer per statement.

pg8000 makes three round trips for every statement (parse, describe, execute), and reads answers in
many small pieces. On Lambda the round trips decide, so this driver sends all that a statement needs
in one write, BEGIN included, and keeps statements prepared on the connection. The protocol:
https://www.postgresql.org/docs/current/protocol-flow.html.
"""

from __future__ import annotations

import select
import struct
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import pg8000
from pg8000 import core, legacy

from jobmatch.postgres.decoders import DECODERS
from jobmatch.postgres.encoders import ENCODERS

PREPARED_LIMIT = 100
"""Prepared statements per connection; one costs the server 10 to 100 kB. Ours are about 60."""
_STALE = {"0A000", "26000"}
"""Errors of a plan whose result type has changed, and of a statement that DISCARD has dropped."""
_CHUNK = 65_536
_DATA_ROW, _READY = ord("D"), ord("Z")
_header = struct.Struct("!ci")
_length = struct.Struct("!i")
_two_bytes = struct.Struct("!h")


def is_fatal(error: Exception) -> bool:
    """Whether the server closes the connection after this error."""
    details = error.args[0] if error.args else None
    return isinstance(details, dict) and details.get("V") in {"FATAL", "PANIC"}


def _message(code: bytes, body: bytes = b"") -> bytes:
    return _header.pack(code, len(body) + 4) + body


def _parse(name: bytes, sql: str) -> bytes:
    return _message(b"P", b"%b\0%b\0\0\0" % (name, sql.encode()))


def _describe(name: bytes) -> bytes:
    return _message(b"D", b"S%b\0" % name)


def _bind(name: bytes, values: Sequence[str | None]) -> bytes:
    parts = [b"\0", name, b"\0\0\0", _two_bytes.pack(len(values))]
    for value in values:
        if value is None:
            parts.append(b"\xff\xff\xff\xff")
        else:
            text = value.encode()
            parts += (_length.pack(len(text)), text)
    parts.append(b"\0\0")
    return _message(b"B", b"".join(parts))


_EXECUTE = _message(b"E", b"\0\0\0\0\0")
_SYNC = _message(b"S")
# Sent with the first statement and before the same SYNC: when BEGIN fails, the statement fails too.
_BEGIN = _parse(b"", "BEGIN") + _bind(b"", ()) + _EXECUTE


class NoAnswerError(pg8000.InterfaceError):  # type: ignore[misc] # pg8000 is untyped
    """The server did not answer in time. It may still execute the statement."""


class _Prepared(NamedTuple):
    """A statement that the server knows by name, and the form of its rows."""

    name: bytes
    columns: list[dict[str, Any]] | None
    decoders: list[Callable[[str], Any] | None]


class Cursor(legacy.Cursor):  # type: ignore[misc] # pg8000 is untyped
    """A cursor for statements with parameters `$1`, `$2`."""

    prepares = True
    """Whether to prepare a statement; not where its best plan depends on the values."""

    def execute(self, operation: str, args: Sequence[Any] = (), stream: None = None) -> Cursor:
        """Execute one statement; without parameters, several may be given, and none is prepared."""
        connection: Connection | None = self._c
        if connection is None or not args:
            super().execute(operation, args, stream)
            return self
        try:
            self._context = connection.ask(operation, args, prepares=self.prepares)
        except pg8000.DatabaseError as error:
            raise _specific(error) from None
        self._row_iter = iter(self._context.rows or ())
        return self


def _specific(error: pg8000.DatabaseError) -> Exception:
    # The same classes as in pg8000's own cursor.
    (details,) = error.args
    kinds = {"28000": pg8000.InterfaceError, "23505": pg8000.IntegrityError}
    kind: type[Exception] = kinds.get(details["C"], pg8000.ProgrammingError)
    return kind(details)


class Connection(legacy.Connection):  # type: ignore[misc] # pg8000 is untyped
    """A connection that keeps its statements prepared.

    Args:
        prepared_statements: False for a pooler that shares a session between clients: then every
            statement is parsed anew, still within the one message.
    """

    _usock: Any = None
    _sock: Any = None

    def __init__(self, *args: Any, prepared_statements: bool = True, **options: Any) -> None:
        self._received = b""
        try:
            super().__init__(*args, **options)
        except BaseException:
            if self._usock is not None:
                with suppress(pg8000.Error):
                    self.close()
            raise
        self._prepares = prepared_statements
        self._prepared: OrderedDict[str, _Prepared] = OrderedDict()
        self._named = 0
        self._dropped: list[bytes] = []
        self.pg_types.update(DECODERS)
        self.py_types.update(ENCODERS)

    def close(self) -> None:
        """Say goodbye to the server, and close the socket in any case.

        Raises:
            pg8000.InterfaceError: it is closed already, or the server is gone.
        """
        file = self._sock
        try:
            super().close()
        finally:
            # pg8000 only drops the file, which then warns of unsent bytes when it is collected.
            if file is not None:
                with suppress(OSError):
                    file.close()

    def limit_answers(self, seconds: float | None) -> None:
        """Limit the wait for an answer; `None` waits for ever."""
        self._usock.settimeout(seconds)

    def has_unread_data(self) -> bool:
        """Whether there is an unrequested message to read, mostly that the server hangs up."""
        return bool(select.select([self._usock], [], [], 0)[0])

    def cursor(self) -> Cursor:
        """A cursor."""
        return Cursor(self)

    def commit(self) -> None:
        """Commit the transaction, if one was begun."""
        if self._in_transaction:
            self.execute_simple("commit")

    def rollback(self) -> None:
        """Roll back the transaction, if one was begun."""
        if self._in_transaction:
            self.execute_simple("rollback")

    def ask(self, sql: str, args: Sequence[Any], *, prepares: bool) -> core.Context:
        """Execute a statement with parameters, after BEGIN where none was sent yet.

        Raises:
            pg8000.DatabaseError: PostgreSQL refused it.
            pg8000.InterfaceError: the connection is broken.
        """
        begins = not (self.autocommit or self._in_transaction)
        values = core.make_params(self.py_types, args)
        prepares = prepares and self._prepares
        was_prepared = sql in self._prepared
        try:
            return self._ask(sql, values, begins=begins, prepares=prepares)
        except pg8000.DatabaseError as error:
            if not was_prepared or error.args[0]["C"] not in _STALE:
                raise
            self._dropped.append(self._prepared.pop(sql).name)
            if begins:
                self.rollback()
            elif self._in_transaction:
                raise  # the transaction is lost; the next one will succeed
        return self._ask(sql, values, begins=begins, prepares=prepares)

    def _ask(
        self, sql: str, values: Sequence[str | None], *, begins: bool, prepares: bool
    ) -> core.Context:
        closing = [_message(b"C", b"S%b\0" % name) for name in self._dropped]
        self._dropped.clear()
        message = b"".join(closing) + (_BEGIN if begins else b"")
        if known := self._prepared.get(sql):
            self._prepared.move_to_end(sql)
            name = known.name
            context = core.Context(sql, columns=known.columns, input_funcs=known.decoders)
        else:
            name = self._new_name() if prepares else b""
            context = core.Context(sql)
            message += _parse(name, sql) + _describe(name)
        self._send(message + _bind(name, values) + _EXECUTE + _SYNC)
        try:
            self.handle_messages(context)
        except pg8000.DatabaseError:
            if name and not known:
                self._dropped.append(name)  # it may have failed before or after it was prepared
            raise
        if name and not known:
            self._remember(sql, _Prepared(name, context.columns, context.input_funcs))
        return context

    def _remember(self, sql: str, prepared: _Prepared) -> None:
        self._prepared[sql] = prepared
        if len(self._prepared) > PREPARED_LIMIT:
            _, oldest = self._prepared.popitem(last=False)
            self._dropped.append(oldest.name)

    def _new_name(self) -> bytes:
        self._named += 1
        return b"jobmatch_%d" % self._named

    def _send(self, message: bytes) -> None:
        if self._usock is None:
            raise pg8000.InterfaceError("connection is closed")
        try:
            self._usock.sendall(message)
        except OSError as error:
            raise pg8000.InterfaceError("network error") from error

    def handle_messages(self, context: core.Context) -> None:
        """Read the server's messages until it is ready for the next statement."""
        try:
            self._read_messages(context)
        except pg8000.InterfaceError:
            # The server hung up, and may have said why.
            if context.error is None or not is_fatal(context.error):
                raise
        if context.error is not None:
            raise context.error

    def _read_messages(self, context: core.Context) -> None:
        received, at = self._received, 0
        code = None
        while code != _READY:
            if len(received) - at < _header.size:
                received, at = received[at:] + self._receive(), 0
                continue
            end = at + 1 + _length.unpack_from(received, at + 1)[0]
            while len(received) < end:
                missing = end - len(received)
                received, end, at = received[at:] + self._receive(missing), end - at, 0
            code = received[at]
            if code == _DATA_ROW:
                context.rows.append(self._row(received, at + 7, context.input_funcs))
            else:
                handle = self.message_types[received[at : at + 1]]
                handle(received[at + _header.size : end], context)
            at = end
        self._received = received[at:]

    def _receive(self, missing: int = 0) -> bytes:
        try:
            chunk: bytes = self._sock.read1(max(missing, _CHUNK))
        except TimeoutError as error:
            raise NoAnswerError("network error: no answer in time") from error
        except OSError as error:
            raise pg8000.InterfaceError("network error") from error
        if not chunk:
            raise pg8000.InterfaceError("network error")
        return chunk

    @staticmethod
    def _row(
        received: bytes, at: int, decoders: Sequence[Callable[[str], Any] | None]
    ) -> list[Any]:
        row: list[Any] = []
        for decode in decoders:
            (length,) = _length.unpack_from(received, at)
            at += 4
            if length < 0:
                row.append(None)
                continue
            text = received[at : at + length].decode()
            row.append(text if decode is None else decode(text))
            at += length
        return row
