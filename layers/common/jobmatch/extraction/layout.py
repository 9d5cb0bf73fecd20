"""Lines in reading order from pieces of text that have a place on a page.

A PDF says where each piece stands, not what belongs together. Pieces of one baseline are a row, so
that a date at the right margin stays with its position; columns that run beside each other are
read one after the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\d\d?[./]\d{2,4}\b|\b(?:present|current|heute|today)\b", re.IGNORECASE
)
_SPACE = 0.15
"""A gap of this many ems is a space, as justified text and kerning leave them."""
_APART = 1.5
"""A gap of this many ems separates what stands in two columns or at the margin."""
_NEAR = 2.0
"""Points within which two left edges are one."""
_FEWEST = 3
"""Lines that make a column."""
_NAME, _SHORT = 30, 40
"""Characters of the name of a table's field, and of a date with what stands around it."""
_FAR = 5
"""Room of this many ems ends a column."""
_MOST_EDGES = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """Text on a page; `y` is its baseline and grows upwards. All in points."""

    x0: float
    x1: float
    y: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class _Row:
    y: float
    size: float
    segments: list[Piece]


def lines_of(pieces: list[Piece]) -> list[str]:
    """The lines of a page in reading order, with an empty one where there is room between them."""
    return _lines(_rows(pieces))


def _rows(pieces: list[Piece]) -> list[_Row]:
    """Rows from top to bottom."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.y, piece.x0)):
        last = rows[-1][0] if rows else None
        if last and last.y - piece.y < 0.4 * min(last.size, piece.size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_Row(row[0].y, max(piece.size for piece in row), _segments(row)) for row in rows]


def _segments(row: list[Piece]) -> list[Piece]:
    """The pieces of a row, joined where nothing but a space stands between them."""
    joined: list[Piece] = []
    for piece in sorted(row, key=lambda piece: piece.x0):
        last = joined[-1] if joined else None
        if last is None or (gap := piece.x0 - last.x1) > _APART * max(last.size, piece.size):
            joined.append(piece)
        elif piece.x0 - last.x0 < 1 and piece.text == last.text:
            continue  # bold, made by printing twice
        else:
            space = " " if gap > _SPACE * min(last.size, piece.size) else ""
            text = f"{last.text}{space}{piece.text}"
            size = max(last.size, piece.size)
            joined[-1] = Piece(last.x0, max(last.x1, piece.x1), last.y, size, text)
    tidy = [(piece, " ".join(piece.text.split())) for piece in joined]
    return [Piece(at.x0, at.x1, at.y, at.size, text) for at, text in tidy if text]


def _lines(rows: list[_Row]) -> list[str]:
    rows = [row for row in rows if row.segments]
    if columns := _columns(rows):
        first, last, edge = columns
        block = rows[first : last + 1]
        left = [_part(row, row.segments, edge, right=False) for row in block]
        right = [_part(row, row.segments, edge, right=True) for row in block]
        parts = [_lines(rows[:first]), _lines(left), _lines(right), _lines(rows[last + 1 :])]
        return [line for part in parts if part for line in ("", *part)][1:]
    lines: list[str] = []
    above: _Row | None = None
    for row in rows:
        if above and above.y - row.y > 2 * max(above.size, row.size):
            lines.append("")
        lines.append("  ".join(segment.text for segment in row.segments))
        above = row
    return lines


def _part(row: _Row, segments: list[Piece], edge: float, *, right: bool) -> _Row:
    return _Row(row.y, row.size, [each for each in segments if (each.x0 >= edge - _NEAR) == right])


def _columns(rows: list[_Row]) -> tuple[int, int, float] | None:
    """The first and the last row of the longest two columns, and where the right one starts."""
    starts = sorted(segment.x0 for row in rows for segment in row.segments)
    edges: list[float] = []
    for start, after in pairwise([*starts, float("inf")]):
        if after - start > 1:
            edges.append(start)
    counts = {edge: sum(abs(start - edge) <= _NEAR for start in starts) for edge in edges}
    likely = sorted(edges, key=lambda edge: -counts[edge])[:_MOST_EDGES]
    found = [
        (last - first, first, last, edge)
        for edge in likely
        if counts[edge] >= _FEWEST
        for first, last in _runs(rows, edge)
        if _are_columns(rows[first : last + 1], edge)
    ]
    return max(found)[1:] if found else None


def _runs(rows: list[_Row], edge: float) -> list[tuple[int, int]]:
    """Where rows follow each other of which none has a segment across an edge."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for at, row in enumerate(rows):
        crossed = any(part.x0 < edge - _NEAR and part.x1 > edge - 4 for part in row.segments)
        # What stands far below is the page's foot.
        is_far = at > 0 and rows[at - 1].y - row.y > _FAR * max(row.size, rows[at - 1].size)
        if start is not None and (crossed or is_far):
            runs.append((start, at - 1))
            start = None
        if start is None and not crossed:
            start = at
    if start is not None:
        runs.append((start, len(rows) - 1))
    return runs


def _are_columns(rows: list[_Row], edge: float) -> bool:
    """Whether two sides are read one after the other, and not row by row as a table is."""
    left = [part for row in rows for part in row.segments if part.x0 < edge - _NEAR]
    right = [part for row in rows for part in row.segments if part.x0 >= edge - _NEAR]
    aligned = [part for part in right if abs(part.x0 - edge) <= _NEAR]
    if min(len(left), len(aligned)) < _FEWEST or 2 * len(aligned) < len(right):
        return False
    if any(_are_dates(side) for side in (left, right)):
        return False
    both = sum(
        any(part.x0 < edge - _NEAR for part in row.segments)
        and any(part.x0 >= edge - _NEAR for part in row.segments)
        for row in rows
    )
    # Names of a table's fields: each has a value beside it, and they are short.
    of_left = sum(any(part.x0 < edge - _NEAR for part in row.segments) for row in rows)
    is_named = median(len(part.text) for part in left) <= _NAME and both >= 0.95 * of_left
    return not is_named


def _are_dates(side: list[Piece]) -> bool:
    short = [part for part in side if len(part.text) <= _SHORT]
    return 2 * sum(bool(_DATE.search(part.text)) for part in short) >= len(side)
