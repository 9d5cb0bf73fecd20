"""What the terminal of `make run` shows."""

import json
import os
import pty
from collections.abc import Callable
from typing import Any

import pytest

from local.console import Console
from local.environments import Result
from local.resources import Function
from local.server import Request, Response
from local.template import Template

ID = "00000000-0000-4000-8000-00000000beef"


def shown(descriptor: int, until: str) -> str:
    """What is written to a pipe or a terminal, up to and with a text."""
    text = ""
    while until not in text:
        text += os.read(descriptor, 1 << 16).decode()
    return text


def function(template: Template, name: str) -> Function:
    return template.functions[name]


def told(level: str, message: str, error: str | None = None, **fields: Any) -> dict[str, Any]:
    """A line of a function's log as its process hands it over."""
    line = {"level": level, "message": message, "location": "x:1", "service": "s", **fields}
    if error:
        line["error"] = "LookupError"
    return {"line": json.dumps(line)} | ({"error": error} if error else {})


@pytest.fixture
def through(template: Template) -> Callable[..., str]:
    """What a console shows of what a test does, to a pipe or to a terminal."""

    def through(do: Callable[[Console], object], *, terminal: bool, **environment: str) -> str:
        reads, writes = pty.openpty() if terminal else os.pipe()
        console = Console(writes, environment)
        console.begin(template.routes, {"docs"})
        do(console)
        console.say("the end")
        return shown(reads, "the end").replace("\r\n", "\n")

    return through


def test_requests_and_events_are_a_line_each(
    through: Callable[..., str], template: Template
) -> None:
    def do(console: Console) -> None:
        console.watch(lambda _: Response(201))(Request("POST", f"/things/{ID}"))
        work, echo = function(template, "WorkFunction"), function(template, "EchoFunction")
        console.event(work, told("INFO", "The run is complete.", job_id=ID, passed=3))
        console.event(echo, told("INFO", "The job is created.", job_id=ID))

    first, second, *rest = through(do, terminal=False).splitlines()
    assert first[8:].startswith(f"  POST /things/{ID}  201  ")
    assert second[8:] == f"  work  The run is complete.  job_id {ID}  passed 3"
    assert rest == ["the end"], "what a request tells is in its own line"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/", "GET /  404"),
        ("/things/Ada Zqname", "GET /things/…  404"),
        ("/zq\n21:00:00  GET /forged", "GET /…/…  404"),
        ("/docs", "GET /docs  404"),
    ],
)
def test_what_a_caller_typed_is_not_shown(
    path: str, line: str, through: Callable[..., str]
) -> None:
    def do(console: Console) -> None:
        console.watch(lambda _: Response(404))(Request("GET", path, "q=Zqname"))
        console.watch(lambda _: Response(404))(Request("ZQNAME", "/"))

    text = through(do, terminal=False)
    assert text[8:].startswith(f"  {line}  ")
    assert "zq" not in text.lower()


def test_an_error_is_shown_in_full_and_moves_no_cursor(
    through: Callable[..., str], template: Template
) -> None:
    def do(console: Console) -> None:
        echo = function(template, "EchoFunction")
        console.event(echo, told("ERROR", "Unexpected error.", "Traceback\n  x\nLost: \x1b[2J\n"))
        report = {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out"}
        console.calls(lambda *_: Result(report, failed=True))(echo, {})

    lines = through(do, terminal=False).splitlines()
    assert lines[0].endswith("  echo  Unexpected error.  LookupError")
    assert lines[1:4] == ["Traceback", "  x", "Lost: ?[2J"]
    assert lines[4].endswith("  echo  failed  Sandbox.Timedout: Task timed out")


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_colours_are_for_terminals(
    *, terminal: bool, environment: dict[str, str], coloured: bool, through: Callable[..., str]
) -> None:
    def do(console: Console) -> None:
        console.watch(lambda _: Response(500))(Request("GET", "/docs"))

    assert ("\x1b[" in through(do, terminal=terminal, **environment)) == coloured


def test_nobody_waits_for_a_reader_who_does_not_read() -> None:
    reads, writes = os.pipe()
    console = Console(writes, {})
    console.begin([], ["docs"])
    respond = console.watch(lambda _: Response(200))
    answers = [respond(Request("GET", "/docs")).status for _ in range(10_000)]
    assert len(answers) == 10_000
    os.close(reads)


def test_nobody_minds_that_the_reader_has_gone() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    console = Console(writes, {})
    console.begin([], ["docs"])
    for _ in range(3):
        console.say("to nobody")
    assert console.watch(lambda _: Response(200))(Request("GET", "/docs")).status == 200


def test_what_the_end_breaks_off_is_not_shown(
    through: Callable[..., str], template: Template
) -> None:
    def do(console: Console) -> None:
        console.end()
        stopped = Result({"errorType": "Runtime.Stopped", "errorMessage": "stopping"}, failed=True)
        console.calls(lambda *_: stopped)(function(template, "WorkFunction"), {})

    assert through(do, terminal=False) == "the end\n"
