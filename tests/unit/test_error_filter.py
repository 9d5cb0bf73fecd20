"""Which lines the filter for errors counts: what Lambda writes itself, and what log_failure does.

The shapes of Lambda's own lines are those that its documentation and its runtime for Python give.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.errors import FunctionFailedError
from jobmatch.telemetry import log_failure, logger, observed
from local.events import LambdaContext
from tests.support.infrastructure import MAIN
from tests.support.logs import is_counted, lines_of

if TYPE_CHECKING:
    from io import StringIO


def report(status: str, kind: str = "platform.report") -> dict[str, Any]:
    record = {"requestId": "r", "metrics": {"durationMs": 60000.0}, "status": status}
    return {"time": "2026-11-24T12:00:00.000Z", "type": kind, "record": record}


CRASH = {
    "timestamp": "2026-11-24T12:00:00Z",
    "level": "ERROR",
    "errorMessage": "Unable to import module 'app'",
    "errorType": "Runtime.ImportModuleError",
    "requestId": "r",
    "stackTrace": [],
}


@pytest.mark.parametrize(
    "line",
    [
        CRASH,
        report("error"),
        report("timeout"),
        report("failure"),
        report("error", "platform.initReport"),
        {"level": "CRITICAL"},
    ],
)
def test_a_crash_and_a_time_out_are_counted(line: dict[str, Any]) -> None:
    assert is_counted(line)


@pytest.mark.parametrize(
    "line",
    [
        report("success"),
        {"type": "platform.start", "record": {"requestId": "r"}},
        {"level": "WARNING"},
        {"level": "INFO", "status": "error"},
        {"_aws": {}, "JobsCreated": [1.0]},
        {"record": "error"},
    ],
)
def test_what_goes_its_way_is_not_counted(line: dict[str, Any]) -> None:
    assert not is_counted(line)


def test_a_failure_counts_unless_it_was_expected(log: StringIO) -> None:
    log_failure("a", LookupError())
    log_failure("b", LookupError(), expected=True)
    logger.info("c")
    assert [is_counted(line) for line in lines_of(log.getvalue())] == [True, False, False]


def test_what_a_function_raises_reaches_lambda_without_its_words(log: StringIO) -> None:
    @observed
    def handler(_event: dict[str, Any], _context: Any) -> None:
        raise LookupError("ada@firm.example")

    context: Any = LambdaContext()
    with pytest.raises(FunctionFailedError, match=r"^LookupError$") as raised:
        handler({}, context)
    assert raised.value.__suppress_context__
    (line,) = lines_of(log.getvalue())
    assert is_counted(line)
    assert line["correlation_id"] == context.aws_request_id
    assert line["where"][-1].endswith(" handler")
    assert "ada@firm.example" not in log.getvalue()


def test_a_line_names_the_place_that_logged_it(log: StringIO) -> None:
    log_failure("a", LookupError())
    (line,) = lines_of(log.getvalue())
    assert line["location"].startswith("test_a_line_names_the_place_that_logged_it:")
    assert line["timestamp"].endswith("+00:00")


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ({"level": "ERROR", "release": "new"}, True),
        ({"level": "ERROR", "release": "old"}, False),
        ({"level": "WARNING", "release": "new"}, False),
        (CRASH, True),
        *((report(status), True) for status in ("error", "failure", "timeout")),
        (report("success"), False),
    ],
)
def test_a_release_is_judged_by_its_own_lines_and_by_those_that_name_none(
    line: dict[str, Any], counts: bool
) -> None:
    pattern = MAIN["Resources"]["ReleaseErrorFilter"]["Properties"]["FilterPattern"]["Fn::Sub"]
    assert is_counted(line, pattern.replace("${Release}", "new")) is counts


def test_each_line_names_the_release_that_wrote_it() -> None:
    code = "from jobmatch.telemetry import logger; logger.error('x')"
    for given, named in (("0a", "0a"), ("", None)):
        environment = {**os.environ, "CONFIGURATION": given}
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", code],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        (line,) = lines_of(done.stdout)
        assert line.get("release") == named
