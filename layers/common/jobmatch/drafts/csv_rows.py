"""Rows of a file of comma-separated values, each value with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from jobmatch.resumes.resume_text import Span, folded, trimmed

_FIELD = re.compile(r'"(?P<quoted>(?:[^"]|"")*+)"[^,\r\n]*+|(?P<bare>[^,\r\n]*+)')
_END = re.compile(r",|\r\n|\r|\n|\Z")


class Value(NamedTuple):
    """A value as it is meant, and where it stands, with doubled quotation marks as written."""

    text: str
    span: Span


def records(text: str, part: Span, columns: Collection[str]) -> Iterator[dict[str, Value]]:
    """The rows behind the header, by the names of these columns; blank values left out.

    Notes may stand before the header: it is the first row that has one of the columns.
    """
    wanted = {folded(name): name for name in columns}
    header: list[str | None] = []
    for row in _rows(text, part):
        if not header:
            names = [wanted.get(folded(value.text)) for value in row]
            header = names if any(names) else []
            continue
        record = {
            name: value
            for name, value in zip(header, row, strict=False)
            if name and value.text.strip()
        }
        if record:
            yield record


def _rows(text: str, part: Span) -> Iterator[list[Value]]:
    at = part.start
    row: list[Value] = []
    while at <= part.end:
        field = _FIELD.match(text, at, part.end)
        if field is None:
            return  # never: a bare value may be empty
        name = "bare" if field["quoted"] is None else "quoted"
        span = trimmed(text, *field.span(name))
        row.append(Value(span.of(text).replace('""', '"'), span))
        end = _END.match(text, field.end(), part.end)
        at = end.end() if end else field.end()
        if end is None or end[0] != ",":
            yield row
            row = []
            if end is None or not end[0]:
                return
