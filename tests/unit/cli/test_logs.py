"""One log line, as a person reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cli.__main__ import main
from cli.logs import in_words, parsed

if TYPE_CHECKING:
    from pathlib import Path

ID = "JKJaXmPLvHcESHA="
ERROR: dict[str, Any] = {
    "level": "ERROR",
    "location": "handling:49",
    "message": "The message could not be handled.",
    "timestamp": "2026-11-29T23:06:33.754+00:00",
    "service": "jobmatch",
    "correlation_id": ID,
    "cold_start": False,
    "function_name": "RunMatchingFunction",
    "function_memory_size": 512,
    "function_arn": "arn:aws:lambda:us-east-1:123456789012:function:RunMatchingFunction",
    "function_request_id": "889c18a0-8e54-4c58-8a6d-acd89e1ae51d",
    "job_id": "51618f55-9642-4f75-a7d1-f229c9aaa73a",
    "error": 'ProgrammingError (42P01, relation "matching_runs" does not exist)',
    "where": ["service.py:1 match_job", "driver.py:2 execute"],
}
ANSWERED = {**ERROR, "level": "INFO", "message": "Answered.", "status": 200, "job_id": "x"}
CRASHED = {
    "timestamp": "2026-11-29T23:06:33.754Z",
    "level": "ERROR",
    "message": "QueueDoesNotExist",
    "errorType": "FunctionFailedError",
    "requestId": ID,
    "stackTrace": ["  File x\n"],
}
METRIC = {"_aws": {}, "service": "jobmatch", "JobsCreated": [1.0]}
TIMEOUT = {
    "time": "2026-11-29T23:06:33.754Z",
    "type": "platform.report",
    "record": {"requestId": ID, "status": "timeout"},
}


@pytest.fixture
def file(tmp_path: Path) -> str:
    lines = [ANSWERED, METRIC, ERROR, TIMEOUT]
    text = "\n".join([*map(json.dumps, lines), "Traceback \x1b[31m"])
    path = tmp_path / "functions.log"
    path.write_text(f"{text}\n", encoding="utf-8")
    return str(path)


def test_a_line_says_when_how_bad_where_and_what() -> None:
    assert in_words(ERROR) == (
        "2026-11-29T23:06:33.754+00:00 ERROR RunMatchingFunction The message could not be handled."
        f" correlation_id={ID} job_id=51618f55-9642-4f75-a7d1-f229c9aaa73a"
        ' error=ProgrammingError (42P01, relation "matching_runs" does not exist)'
        " where=driver.py:2 execute"
    )


def test_lambdas_own_line_about_a_call_that_it_ended() -> None:
    said = in_words(TIMEOUT)
    assert said == f"{TIMEOUT['time']} platform.report timeout function_request_id={ID}"


def test_the_runtimes_own_line_about_a_failed_call_is_found_and_has_no_stack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "functions.log"
    path.write_text(json.dumps(CRASHED), encoding="utf-8")
    assert main(["logs", ID, "--file", str(path)]) == 0
    said = f"{CRASHED['timestamp']} ERROR QueueDoesNotExist errorType=FunctionFailedError"
    assert capsys.readouterr().out == f"{said} requestId={ID}\n"


def test_what_is_no_json_is_shown_without_what_acts_on_a_terminal() -> None:
    assert in_words(parsed("Traceback \x1b[31m\n")) == "Traceback \ufffd[31m"
    assert in_words(parsed("[1]\n")) == "[1]"


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ([], 4),
        (["--level", "ERROR"], 2),
        (["--limit", "1"], 1),
        ([ID], 2),
        ([ID, "--level", "WARNING"], 1),
        (["51618f55-9642-4f75-a7d1-f229c9aaa73a"], 1),
    ],
)
def test_lines_are_found_by_id_and_level(
    file: str, arguments: list[str], count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["logs", *arguments, "--file", file]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == count
    assert "JobsCreated" not in "".join(said)


def test_an_id_that_no_line_has_is_said(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", "nowhere", "--file", file]) == 1
    assert capsys.readouterr().err == "error: no line of level INFO or above has the id nowhere\n"


def test_a_log_that_does_not_exist_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["logs", "--state", str(tmp_path)]) == 1
    assert f"there is no log {tmp_path}" in capsys.readouterr().err
