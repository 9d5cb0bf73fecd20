"""The terminal of `make run`: a line for each request and event, and errors in full.

Lines hold ids and counts and never what somebody typed. An error is shown with its message, which
may quote it: this is the developer's own terminal, and no file.
"""

import contextlib
import json
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from http import HTTPMethod
from typing import Any

from local.environments import Result
from local.resources import Function, Route
from local.server import Request, Respond, Response

RED, YELLOW, PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[0m"
COLOURS = {"ERROR": RED, "CRITICAL": RED, "WARNING": YELLOW}
SERVER_ERROR, CLIENT_ERROR = 500, 400
METHODS = frozenset(HTTPMethod)
WAITING = 2_000
"""Lines that may wait for a terminal that is slow; further ones are dropped."""
# What each line of the log has; the rest are ids and counts of its own.
COMMON = {
    *("level", "location", "message", "timestamp", "service", "cold_start", "where", "error"),
    *("function_name", "function_memory_size", "function_arn", "function_request_id"),
    *("correlation_id", "xray_trace_id", "sampling_rate"),
}
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Console:
    """Writes to a terminal, or to where its output is sent.

    Args:
        descriptor: of the file; by default standard output.
        environment: has NO_COLOR and TERM.
    """

    def __init__(self, descriptor: int = 1, environment: Mapping[str, str] = os.environ) -> None:
        self._descriptor = descriptor
        plain = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
        self._colours = os.isatty(descriptor) and not plain
        # Written by a thread of its own: nobody waits for whoever reads, or does not read, this.
        self._lines: queue.Queue[str] = queue.Queue(WAITING)
        self._words: set[str] = set()
        self._requested: set[str] = set()
        self._is_up = self._ends = False
        threading.Thread(target=self._write, daemon=True).start()

    def say(self, text: str) -> None:
        """Write a text as it is, after what waits."""
        self._lines.put(text)
        self._lines.join()

    def begin(self, routes: Collection[Route], words: Collection[str]) -> None:
        """Show requests and events from now on; before, errors alone.

        Args:
            routes: their paths are shown, and not what a caller has typed instead. Of their
                functions the answers are shown, and not what they tell.
            words: more parts of paths.
        """
        self._words = {*words, *(part for route in routes for part in route.path.split("/"))}
        self._requested = {route.function.operation for route in routes}
        self._is_up = True

    def end(self) -> None:
        """Show nothing more: what the end breaks off looks like failures."""
        self._ends = True

    def watch(self, respond: Respond) -> Respond:
        """`respond`, and a line for each of its answers."""

        def watched(request: Request) -> Response:
            start = time.monotonic()
            response = respond(request)
            took = (time.monotonic() - start) * 1000
            status, method = response.status, request.method if request.method in METHODS else "…"
            level = "ERROR" if status >= SERVER_ERROR else "INFO"
            level = "WARNING" if CLIENT_ERROR <= status < SERVER_ERROR else level
            self._line(level, f"{method} {self._path(request.path)}  {status}  {took:.0f} ms")
            return response

        return watched

    def event(self, function: Function, event: dict[str, Any]) -> None:
        """Show what a function tells: a line of its log, and the error behind it."""
        line, told = json.loads(event["line"]), function.operation not in self._requested
        level = line.get("level", "INFO")
        if told or level in COLOURS:
            said = [str(line[name]) for name in ("message", "error") if name in line]
            own = [f"{name} {_short(value)}" for name, value in line.items() if name not in COMMON]
            self._line(level, "  ".join([function.operation, *said, *own]))
        if error := event.get("error"):
            self._put(error.rstrip("\n"), COLOURS.get(level, ""))

    def calls(self, invoke: Callable[[Function, Any], Result]) -> Callable[[Function, Any], Result]:
        """`invoke`, and a line for each call that ends without a result."""

        def shown(function: Function, event: Any) -> Result:
            result = invoke(function, event)
            if result.failed:
                self._failed(function, result)
            return result

        return shown

    def _failed(self, function: Function, result: Result) -> None:
        report = result.payload
        said = f"{report.get('errorType')}: {report.get('errorMessage')}"
        self._line("ERROR", f"{function.operation}  failed  {said}")
        if frames := report.get("stackTrace"):
            self._put("".join(frames).rstrip("\n"), RED)

    def _path(self, path: str) -> str:
        parts = path.split("/")
        shown = (part if part in self._words or ID.fullmatch(part) else "…" for part in parts)
        return "/".join(shown if path != "/" else parts)

    def _line(self, level: str, text: str) -> None:
        if self._is_up or level in COLOURS:
            self._put(f"{datetime.now():%H:%M:%S}  {text}", COLOURS.get(level, ""))  # noqa: DTZ005 - the developer's clock

    def _put(self, text: str, colour: str) -> None:
        if self._ends:
            return
        # The message of an error may hold what moves the cursor of a terminal.
        safe = "".join(each if each.isprintable() or each == "\n" else "?" for each in text)
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(f"{colour}{safe}{PLAIN}" if self._colours and colour else safe)

    def _write(self) -> None:
        while True:
            line = self._lines.get()
            try:
                # Not by sys.stdout: at the end Python would wait for a write that nobody reads.
                os.write(self._descriptor, f"{line}\n".encode(errors="replace"))
            except OSError:
                self._ends = True  # nobody reads any more
            finally:
                self._lines.task_done()


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:100]}…"  # noqa: PLR2004 - what fits a line
