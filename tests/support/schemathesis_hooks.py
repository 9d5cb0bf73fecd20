"""What schemathesis checks besides, and a count of answers.

The command line of schemathesis loads this module by SCHEMATHESIS_HOOKS. The answers are counted by
status in the file that ANSWERS names, with the time that the slowest took.
"""

from __future__ import annotations

import atexit
import json
import os
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.support.schemathesis_rules import is_beyond

answers: Counter[str] = Counter()
slowest = 0.0
"""Seconds."""


@schemathesis.hook
def before_load_schema(_context: Any, raw_schema: dict[str, Any]) -> None:
    """Let an employer send no `employerUserId`: with another's id no job would be created.

    Then no link from a created job could be followed.
    """
    if os.environ.get("ROLE") == "employer":
        del raw_schema["components"]["schemas"]["JobCreate"]["properties"]["employerUserId"]


@schemathesis.hook
def filter_case(_context: Any, case: Any) -> bool:
    """Leave out numbers and the like as text: sent, they are the same text."""
    as_text = (case.media_type or "").startswith("text/")
    return not as_text or isinstance(case.body, str | bytes)


@schemathesis.hook
def after_call(_context: Any, _case: Any, response: Any) -> None:
    """Count the answer, and note how long it took."""
    global slowest  # noqa: PLW0603 - a hook has no other place
    answers[f"{response.status_code // 100}xx"] += 1
    slowest = max(slowest, response.elapsed)


@schemathesis.check
def acceptance_within_the_contract(ctx: Any, response: Any, case: Any) -> bool | None:
    """A request that fits the document is accepted, unless a rule beyond schemas forbids it."""
    try:
        accepted: bool | None = positive_data_acceptance(ctx, response, case)
    except RejectedPositiveData:
        if (
            response.status_code == HTTPStatus.PRECONDITION_FAILED
        ):  # `If-Match` may name any version
            return None
        if case.operation.path == "/mcp" and response.status_code == HTTPStatus.BAD_REQUEST:
            return None  # a message may contradict itself, or hold an unpaired surrogate
        if response.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        faults = json.loads(response.content)["errors"]
        if all(is_beyond(each["pointer"], each["message"]) for each in faults):
            return None
        raise
    return accepted


@atexit.register
def _write() -> None:
    if path := os.environ.get("ANSWERS"):
        noted = {"answers": answers, "slowest": slowest}
        Path(path).write_text(json.dumps(noted), encoding="utf-8")
