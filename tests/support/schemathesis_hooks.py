"""What schemathesis is told of the contract beyond the OpenAPI document, and what it sent.

Loaded by its command line, by SCHEMATHESIS_HOOKS. It counts answers by status in the file that
ANSWERS names.
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
    (r"/query/cursor", r"is not a cursor", "a cursor is one that a page gave"),
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
    (r".*", r"valid integer", "96.0 is an integer to JSON Schema, and to nobody else"),
    (r"/recommendation", r"must be '", "it is the label of the score"),
    (r"/employerUserId", r"is not an active employer|is required", "one who is there"),
    (r".*/userId", r"is not a user", "one who is there"),
    (r".*/endDate|.*", r"endDate must not be before startDate", "dates are compared"),
    (r".*/email", r"must be a mail address", "a text is trimmed before it is looked at"),
    (r".*", r"duplicate", "keys are distinct"),
    (r"/query/to", r"comes before", "days are compared"),
    (r"/groups", r"must not name a group twice|must not hold", "each candidate is in one"),
    (r"/headers/Idempotency-Key", r"was used before", "a key stands for one body"),
]
"""Pointer and message of faults that no JSON Schema can state, and the rule."""

answers: Counter[str] = Counter()


@schemathesis.hook
def before_load_schema(_context: Any, raw_schema: dict[str, Any]) -> None:
    """Let an employer leave out whose job it is: with anybody else's id nothing would be posted.

    What can't be posted leads nowhere, so no link would ever be followed.
    """
    if os.environ.get("ROLE") == "employer":
        del raw_schema["components"]["schemas"]["JobCreate"]["properties"]["employerUserId"]


@schemathesis.hook
def after_call(_context: Any, _case: Any, response: Any) -> None:
    """Count."""
    answers[f"{response.status_code // 100}xx"] += 1


@schemathesis.check
def acceptance_within_the_contract(ctx: Any, response: Any, case: Any) -> bool | None:
    """What fits the document is accepted, unless a rule forbids it that no schema can state."""
    try:
        accepted: bool | None = positive_data_acceptance(ctx, response, case)
    except RejectedPositiveData:
        if response.status_code == HTTPStatus.PRECONDITION_FAILED:  # whatever `If-Match` says
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
        Path(path).write_text(json.dumps(answers), encoding="utf-8")
