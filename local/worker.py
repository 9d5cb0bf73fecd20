"""The process in which handlers run: imports them all once, then forks execution environments.

Started by `local.environments`, with the handlers as JSON on the command line and a socket as
standard input. Each byte that comes there brings the socket of an environment to fork.
"""

import gc
import importlib.util
import io
import json
import logging
import os
import queue
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TextIO

from local.errors import in_full
from local.events import LambdaContext

Handler = Callable[[Any, LambdaContext], Any]
RESPONSE_LIMIT = 6 * 1024 * 1024


def main(handlers: dict[str, tuple[str, str]]) -> None:
    """Import `handlers` (name: folder, handler), report it, and fork until the runtime ends."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.stderr = _JsonLines(sys.stderr)
    control = socket.socket(fileno=os.dup(0))
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    loaded = {name: _load(name, *where) for name, where in handlers.items()}
    try:
        control.send(b"+")
    except OSError:  # the runtime has ended meanwhile
        return
    # Part of every Lambda runtime; imported here once, instead of by each function that needs it.
    importlib.import_module("boto3")
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        byte, descriptors, *_ = socket.recv_fds(control, 1, 1)
        if not byte:
            return
        if os.fork() == 0:
            try:
                control.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _serve(Connection(descriptors[0]), loaded)
            except BaseException as error:  # noqa: BLE001 - this child must not return into the loop
                _report(error)
            finally:
                os._exit(1)
        os.close(descriptors[0])


class _JsonLines(io.TextIOBase):
    """A log to which text is written, as an object of JSON for each line, as Lambda does."""

    def __init__(self, log: TextIO) -> None:
        self._log, self._begun = log, ""

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in filter(None, lines):
            print(json.dumps({"level": "WARNING", "message": line}), file=self._log, flush=True)
        return len(text)


def _report(error: BaseException, request_id: str | None = None) -> None:
    """Log an error of a handler in one line, with the fields that Lambda gives it."""
    line = {
        "level": "ERROR",
        "message": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
        "requestId": request_id,
    }
    print(json.dumps(line), flush=True)


def _load(name: str, folder: str, handler: str) -> Handler:
    """The handler; or, as on Lambda, one that reports on each call why it could not be imported."""
    module_name, _, attribute = handler.rpartition(".")
    path = Path(folder, f"{module_name}.py")
    # All modules are called `app`; under these names they do not replace each other.
    spec = importlib.util.spec_from_file_location(f"{name}.{module_name}", path)
    assert spec and spec.loader  # noqa: PT018, S101 - for the type checker: a .py has both
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        found: Handler = getattr(module, attribute)
    except Exception as error:  # noqa: BLE001 - a handler's import may raise anything
        _report(error)
        reason = error

        def fail(_event: Any, _context: LambdaContext) -> None:
            raise reason

        return fail
    return found


def _serve(connection: Connection, handlers: dict[str, Handler]) -> None:
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, inbox), daemon=True).start()
    connection.send_bytes(str(os.getpid()).encode())
    start = inbox.get()
    teller = _Teller(connection)
    if telemetry := sys.modules.get("jobmatch.telemetry"):
        telemetry.logger.addHandler(teller)
    os.environ.update(start["environment"])
    os.environ["TZ"] = ":UTC"
    time.tzset()
    handler = handlers[start["function"]]
    while True:
        call = inbox.get()
        context = LambdaContext(
            function_name=start["function"],
            memory_limit_in_mb=start["memory"],
            deadline=time.monotonic() + start["timeout"],
        )
        answer = _answer(handler, call["event"], context)
        with teller.sending:
            connection.send_bytes(answer)


class _Teller(logging.Handler):
    """Tells the runtime each line of the log; with the error behind it, which the log leaves out.

    A message that begins with `!`, before the answer.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self.sending = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record as the log's own handler formats it."""
        telemetry = sys.modules["jobmatch.telemetry"]
        told = {"line": telemetry.logger.registered_handler.format(record)}
        error = sys.exception()
        if error is not None and record.levelno >= logging.WARNING:
            told["error"] = in_full(error)
        with self.sending:
            self._connection.send_bytes(b"!" + json.dumps(told).encode())


def _listen(connection: Connection, inbox: "queue.SimpleQueue[Any]") -> None:
    """Receive calls; when the runtime has ended, end this process, even during a handler."""
    try:
        while True:
            inbox.put(json.loads(connection.recv_bytes()))
    except (EOFError, OSError):
        os._exit(0)


def _answer(handler: Handler, event: Any, context: LambdaContext) -> bytes:
    """`+` and the result as JSON, or `-` and the error as Lambda reports it."""
    try:
        result = _encode(handler(event, context))
    except Exception as error:  # noqa: BLE001 - Lambda reports whatever a handler raises
        _report(error, context.aws_request_id)
        report = {
            "errorMessage": str(error),
            "errorType": type(error).__name__,
            "requestId": context.aws_request_id,
            "stackTrace": traceback.format_tb(error.__traceback__),
        }
        return b"-" + json.dumps(report).encode()
    return b"+" + result


def _encode(result: Any) -> bytes:
    encoded = json.dumps(result).encode()
    if len(encoded) > RESPONSE_LIMIT:
        raise ValueError(f"the response has {len(encoded)} bytes, more than Lambda allows")
    return encoded


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
