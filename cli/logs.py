"""The functions' log in words: from the file on this machine, or from CloudWatch."""

from __future__ import annotations

import json
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from cli.errors import CommandError
from cli.options import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Line = dict[str, Any]

IDS = (
    "correlation_id",
    "job_id",
    "run_id",
    "notification_id",
    "message_id",
    "function_request_id",
    "requestId",  # of what the runtime says about a call that failed
)
"""The fields by which lines are found."""
_SHOWN_FIRST = ("timestamp", "level", "function_name", "message")
_SELDOM = (
    "service",
    "location",
    "cold_start",
    "function_memory_size",
    "function_arn",
    "xray_trace_id",
    "stackTrace",
)
_OUR_OWN = "function_request_id"
"""Left out where a line has a correlation id, which says more."""
_BAD_ENDS = {"error", "timeout", "failure"}


class Log(Protocol):
    """Something that has log lines."""

    def read(self, sought: str | None = None, *, hours: int = 24) -> Iterator[Line]:
        """Lines, oldest first; at least those that hold the text."""
        ...


class FileLog:
    """The log in a file, one JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, sought: str | None = None, *, hours: int = 24) -> Iterator[Line]:  # noqa: ARG002
        """Its lines, all of them."""
        try:
            with self._path.open(encoding="utf-8", errors="replace") as file:
                for text in file:
                    if sought is None or sought in text:
                        yield parsed(text)
        except FileNotFoundError:
            raise CommandError(f"there is no log {self._path}") from None


class CloudLog:
    """The log group of a stack.

    Args:
        client: of CloudWatch Logs.
        group: its name.
    """

    def __init__(self, client: Any, group: str) -> None:
        self._client = client
        self._group = group

    def read(self, sought: str | None = None, *, hours: int = 24) -> Iterator[Line]:
        """Lines of the last hours."""
        from cli.place import aws_errors  # noqa: PLC0415 - it imports this module

        pages = self._client.get_paginator("filter_log_events").paginate(
            logGroupName=self._group,
            startTime=int((time.time() - hours * 3600) * 1000),
            # In quotes, it is a text that stands anywhere.
            **({"filterPattern": json.dumps(sought)} if sought else {}),
        )
        with aws_errors():
            for page in pages:
                for event in page["events"]:
                    yield parsed(event["message"])


def parsed(text: str) -> Line:
    """A line of the log; text that is not a JSON object is its message."""
    try:
        line = json.loads(text)
    except ValueError:
        line = None
    return line if isinstance(line, dict) else {"message": text.rstrip("\n")}


def lines_about(
    log: Log, sought: str | None, *, level: str = "INFO", hours: int = 24
) -> Iterator[Line]:
    """The lines from a level on that have an id in one of their fields; of all without an id."""
    for line in log.read(sought, hours=hours):
        if "_aws" in line or _rank(line) < LEVELS.index(level):
            continue  # the former are metrics
        if sought is None or sought in (str(line.get(name)) for name in IDS):
            yield line


def _rank(line: Line) -> int:
    level = line.get("level", "INFO")
    record = line.get("record")
    if isinstance(record, dict) and record.get("status") in _BAD_ENDS:
        level = "ERROR"  # Lambda's own line about a call that it ended
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def last_failure(log: Log, sought: str) -> str | None:
    """The last warning or error about an id, in words; None if there is none."""
    last = deque(lines_about(log, sought, level="WARNING"), maxlen=1)
    return in_words(last[0]) if last else None


def in_words(line: Line) -> str:
    """A line as a person reads it: time, level, function, message, then what else it says."""
    message = line.get("message")
    if message is None and isinstance(line.get("record"), dict):
        record = line["record"]
        message = f"{line.get('type')} {record.get('status', '')}".rstrip()
        line = {"timestamp": line.get("time"), _OUR_OWN: record.get("requestId")}
    first = [str(line[name]) for name in _SHOWN_FIRST[:3] if line.get(name)]
    hidden = {*_SHOWN_FIRST, *_SELDOM} | ({_OUR_OWN} if line.get("correlation_id") else set())
    others = [f"{name}={_short(name, line[name])}" for name in line if name not in hidden]
    words = " ".join([*first, str(message), *others])
    # What a library printed may act on a terminal.
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in words
    )


def _short(name: str, value: Any) -> str:
    if name == "where" and isinstance(value, list):
        return str(value[-1]) if value else "-"  # where the error was raised
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def newest(lines: Iterable[Line], limit: int) -> list[str]:
    """The last lines, in words."""
    return [in_words(line) for line in deque(lines, maxlen=limit)]
