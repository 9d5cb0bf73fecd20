"""The facts of entries that come from elsewhere: bounded, and those of rankings as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

_DEEPEST, _MOST_VALUES, _LONGEST, _LARGEST = 8, 10_000, 20_000, 2**53
_Number = Annotated[int, Field(ge=0, lt=2**30)]
_Text = Annotated[str, Field(max_length=255)]
_Names = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)]


class _Facts(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, strict=True, extra="forbid", hide_input_in_errors=True
    )


class _Requirements(_Facts):
    """As `Requirements.as_typed` tells them."""

    required_specializations: _Names | None
    preferred_specializations: _Names | None
    minimum_experience: Annotated[int, Field(ge=0, le=60)] | None
    preferred_location: _Text | None
    required_bar: _Names | None
    required_technical_domains: _Names | None


class _Change(_Facts):
    """What an entry of changes tells: what is of its run, and which of the rest is new."""

    run_id: Annotated[str, Field(pattern="^[0-9a-f-]{36}$")]
    passed: _Number
    vocabulary_version: _Text | None = None
    """Former releases did not write it."""


class _Whole(_Change):
    scorer: _Text
    model_id: _Text | None
    prompt_version: _Number | None
    rubric_version: _Number
    requirements: _Requirements


def bounded(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts without what PostgreSQL or a reader would stumble over."""
    values = 0
    waiting: list[tuple[int, Any]] = [(1, facts)]
    while waiting:
        depth, value = waiting.pop()
        values += 1
        if depth > _DEEPEST or values > _MOST_VALUES:
            raise ValueError("is nested too deeply or holds too many values")
        if isinstance(value, Mapping):
            waiting += [(depth + 1, part) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            waiting += [(depth + 1, part) for part in value]
        elif isinstance(value, str):
            if "\0" in value or len(value) > _LONGEST:
                raise ValueError("holds a text that is too long or contains NUL")
        elif isinstance(value, int | float) and not abs(value) <= _LARGEST:
            raise ValueError("holds a number that is too large")
    return facts


def check_facts(facts: dict[str, Any], *, is_change: bool) -> None:
    """Refuse facts that no ranking writes.

    Raises:
        ValueError: a fact lacks, is unknown, or has another type.
    """
    try:
        (_Change if is_change else _Whole).model_validate(facts)
    except ValidationError as error:
        place = "/".join(str(part) for part in error.errors()[0]["loc"])
        raise ValueError(f"has facts that no ranking writes: {place}") from None
