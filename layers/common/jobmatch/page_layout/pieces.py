"""Pieces of text that have a place on a page, and the rows that they stand in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

BULLET = "•"
_SPACE = 0.15
"""A gap of this many ems is a space, as justified text and kerning leave them."""
_APART = 1.5
"""A gap of this many ems separates what stands in two columns or at the margin."""
_NARROW = 0.6
"""A gap of this many ems does so where other rows begin at the same place."""
_BEHIND_BULLET = 3.0
_ALIKE = 3
"""Rows that begin at one place."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text on a page; `y` is its baseline and grows upwards. All in points.

    Spaces around the text count for what stands beside it, but not for `x0` and `x1`. `font` is
    the same number for the same font, and 0 for several.
    """

    x0: float
    x1: float
    y: float
    size: float
    text: str
    font: int = 0


Row = list[Piece]
"""The pieces of one baseline from left to right, joined where only spaces stand between them."""


def rows_of(pieces: list[Piece]) -> list[Row]:
    """Rows from top to bottom."""
    rows: list[Row] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.y, piece.x0)):
        first = rows[-1][0] if rows else None
        if first and first.y - piece.y < 0.4 * min(first.size, piece.size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    rows = [sorted(row, key=lambda piece: piece.x0) for row in rows]
    starts = Counter(round(start) for row in rows for start in _starts(row))
    edges = {start for start in starts if sum(starts[start + by] for by in (-1, 0, 1)) >= _ALIKE}
    return [joined for row in rows if (joined := _joined(row, edges))]


def top_of(row: Row) -> float:
    """The baseline of a row."""
    return row[0].y


def size_of(row: Row) -> float:
    """The size of a row's largest letters."""
    return max(piece.size for piece in row)


def together(one: Piece, other: Piece, space: str) -> Piece:
    """Two pieces of a row as one."""
    text, size = f"{one.text}{space}{other.text}", max(one.size, other.size)
    font = one.font if one.font == other.font else 0
    return replace(one, x1=max(one.x1, other.x1), size=size, text=text, font=font)


def _starts(row: Row) -> list[float]:
    """Where the row begins, and what may stand in a column of its own."""
    apart = (two.x0 for one, two in pairwise(row) if two.x0 - one.x1 > _NARROW * one.size)
    return [row[0].x0, *apart]


def _joined(row: Row, edges: set[int]) -> Row:
    joined: Row = []
    for piece in row:
        last = joined[-1] if joined else None
        gap = piece.x0 - last.x1 if last else 0
        size = min(last.size, piece.size) if last else 0
        far = _NARROW if round(piece.x0) in edges else _APART
        if last and last.text.strip() == BULLET:
            far = _BEHIND_BULLET
        if last is None or gap > far * size:
            joined.append(piece)
        elif piece.x0 - last.x0 < 1 and piece.text == last.text:
            continue  # bold, made by printing twice
        else:
            joined[-1] = together(last, piece, " " if gap > _SPACE * size else "")
    # Dots behind a text, or with nothing beside them, mark no entry of a list.
    tidy = [(piece, " ".join(piece.text.split()).rstrip(f"{BULLET} ")) for piece in joined]
    return [replace(piece, text=text) for piece, text in tidy if text]
