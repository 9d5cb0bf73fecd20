"""Python values as PostgreSQL's texts, for the types where pg8000 is slow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pg8000.converters import array_out


def _array(values: list[Any]) -> str:
    # A run names a job's candidates in several statements, hundreds of them.
    if set(map(type, values)) == {UUID}:
        return "{" + ",".join([f"{value.int:032x}" for value in values]) + "}"
    text: str = array_out(values)
    return text


ENCODERS = {list: _array}
