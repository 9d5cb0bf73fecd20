"""Rules of the contract that the OpenAPI document can't state, and a count of answers.

The command line of schemathesis loads this module by SCHEMATHESIS_HOOKS. The answers are counted by
status in the file that ANSWERS names, with the time that the slowest took.
"""

from __future__ import annotations

import atexit
import json
import os
import re
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import positive_data_acceptance

BEYOND_THE_SCHEMA = [
    (r"/query/cursor", r"is not a cursor", "a cursor comes from a page"),
    (r".*", r"must not name the same value twice", "the same in canonical form"),
    (r".*", r"must not hold the same id twice", "ids are distinct, whatever else differs"),
    (r".*", r"must not contain a blank entry", "a value is trimmed before it is measured"),
    (r".*", r"must not contain NUL", "PostgreSQL has no such text"),
    (r".*", r"should have at least 1 character", "a text is trimmed before it is measured"),
    (
        r".*",
        r"must not hold an unpaired surrogate|contains an unpaired surrogate",
        "no Unicode text",
    ),
    (r".*", r"valid integer", "96.0 is an integer only to JSON Schema"),
    (r"/recommendation", r"must be '", "it is the label of the score"),
    (r"/employerUserId", r"is not an active employer|is required", "it exists"),
    (r".*/userId", r"is not a user", "it exists"),
    (r"/term", r"is not a known term", "GET /vocabulary lists them"),
    (r".*/endDate|.*", r"endDate must not be before startDate", "dates are compared"),
    (r".*/email", r"must be a mail address", "a text is trimmed before it is checked"),
    (r".*", r"duplicate", "keys are distinct"),
    (r"/query/to", r"comes before", "days are compared"),
    (r"/groups", r"must not name a group twice|must not hold", "each candidate is in one group"),
    (r"", r"is not a PDF|is broken|holds no text|is not text|is encrypted", "what a file holds"),
    (r"/headers/Idempotency-Key", r"was used before", "a key belongs to one body"),
]
"""Pointer and message of faults that JSON Schema can't state, and the rule."""

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
        if response.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        faults = json.loads(response.content)["errors"]
        if all(_is_beyond(fault) for fault in faults):
            return None
        raise
    return accepted


def _is_beyond(fault: dict[str, str]) -> bool:
    return any(
        re.fullmatch(pointer, fault["pointer"]) and re.search(message, fault["message"])
        for pointer, message, _ in BEYOND_THE_SCHEMA
    )


@atexit.register
def _write() -> None:
    if path := os.environ.get("ANSWERS"):
        noted = {"answers": answers, "slowest": slowest}
        Path(path).write_text(json.dumps(noted), encoding="utf-8")
