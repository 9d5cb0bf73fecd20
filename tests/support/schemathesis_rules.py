"""Rules of the contract that the OpenAPI document can't state."""

from __future__ import annotations

import re

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
    (r"/reason", r"is required to shortlist", "it depends on the score of the match"),
    (r"/reason", r"is required to decline", "a text is trimmed before it is measured"),
    (r"/recommendation", r"must be '", "it is the label of the score"),
    (r"/employerUserId", r"is not an active employer", "it exists"),
    (r"/employerUserId", r"is required for admins", "it depends on who asks"),
    (r"/employerUserId", r"is another than in the query", "two places must not contradict"),
    (r"", r"employerUserId: is required for admins", "it depends on who asks"),
    (r"", r"employerUserId: is not an active employer", "it exists"),
    (r"/url", r"must (begin|hold|not hold|name|be|have)", "which addresses may be sent to"),
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


def is_beyond(pointer: str, message: str) -> bool:
    """Whether a fault is of a rule that no schema states."""
    return any(
        re.fullmatch(place, pointer) and re.search(said, message)
        for place, said, _ in BEYOND_THE_SCHEMA
    )
