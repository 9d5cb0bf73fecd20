"""PostgreSQL's texts as Python values, for the types where pg8000 takes long."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pg8000.converters import PG_TYPES, string_in

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXTS = (18, 19, 25, 1043)
_TIMESTAMPTZ = 1184
_TEXT_ARRAYS = (1009, 1015)


def _timestamptz(text: str) -> Any:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # infinity, or before the year 1
        return PG_TYPES[_TIMESTAMPTZ](text)


def _text_array(text: str) -> Any:
    if '"' in text or "NULL" in text or text.count("{") > 1:
        return PG_TYPES[_TEXT_ARRAYS[0]](text)
    return text[1:-1].split(",") if text != "{}" else []


DECODERS: dict[int, Callable[[str], Any] | None] = {
    **{oid: None for oid, decode in PG_TYPES.items() if decode is string_in},
    _TIMESTAMPTZ: _timestamptz,
    **dict.fromkeys(_TEXT_ARRAYS, _text_array),
}
