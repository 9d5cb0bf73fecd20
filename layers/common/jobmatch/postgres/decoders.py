"""PostgreSQL's texts as Python values, for the types where pg8000 is slow."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pg8000.converters import PG_TYPES, string_in

_TIMESTAMPTZ = 1184
_TEXT_ARRAYS = (1009, 1015)
# An element that nothing closes ends with the text, so that no part of it is looked at twice.
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)|([^",]+)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def _timestamptz(text: str) -> Any:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # infinity, or before the year 1
        return PG_TYPES[_TIMESTAMPTZ](text)


def _text_array(text: str) -> Any:
    if text.startswith(("{{", "[")):  # several dimensions, or explicit bounds
        return PG_TYPES[_TEXT_ARRAYS[0]](text)
    if "\\" in text:
        return [_element(match) for match in _ELEMENT.finditer(text, 1, len(text) - 1)]
    values: list[str | None] = []
    # Every second piece was in quotation marks; the others hold commas and bare values.
    for number, piece in enumerate(text[1:-1].split('"')):
        if number % 2:
            values.append(piece)
        elif bare := piece.strip(","):
            values += [None if value == "NULL" else value for value in bare.split(",")]
    return values


def _element(match: re.Match[str]) -> str | None:
    quoted, bare = match.groups()
    if quoted is None:
        return None if bare == "NULL" else bare
    return _ESCAPED.sub(r"\1", quoted) if "\\" in quoted else quoted


DECODERS: dict[int, Callable[[str], Any] | None] = {
    **{oid: None for oid, decode in PG_TYPES.items() if decode is string_in},
    _TIMESTAMPTZ: _timestamptz,
    **dict.fromkeys(_TEXT_ARRAYS, _text_array),
}
