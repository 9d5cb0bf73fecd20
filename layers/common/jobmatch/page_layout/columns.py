"""Whether text stands in two columns that are read one after the other."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from jobmatch.page_layout.pieces import BULLET, Piece, Row, size_of, top_of

_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d\b|\d\d?[./]\d{2,4}\b"
    r"|\b(?:present|current|now|heute|today|date|aujourd'hui)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
NEAR = 2.0
"""Points within which two left edges are one."""
_FEWEST = 3
"""Lines that make a column."""
_LABEL = 30
"""Characters of the name of a table's field."""
_SAME_LINE = 0.25
"""Ems within which the baselines of a table's cells are one."""
_FAR = 5
"""Room of this many ems ends a column."""
_HIGHER = 1.5
_MOST_EDGES, _INDENTS = 40, 3
_ALIGNED, _PAIRED = 0.6, 0.95
_FOLLOWING = 2
"""Up to the row below the last one with two sides: a table's last row is not without one."""
NARROW = 0.7
"""A column at the right that is this narrow is read first: a sidebar, whose head has the name."""


def split_columns(rows: list[Row]) -> tuple[list[Row], list[Piece], list[Piece], list[Row]] | None:
    """The rows above two columns, what is read first of them and then, and the rows below.

    Args:
        rows: those of a page, or of one column of it.
    """
    starts = sorted(piece.x0 for row in rows for piece in row)
    edges = [start for start, after in pairwise([*starts, float("inf")]) if after - start > 1]
    counts = {edge: sum(abs(start - edge) <= NEAR for start in starts) for edge in edges}
    likely = sorted(edges, key=lambda edge: -counts[edge])[:_MOST_EDGES]
    found = [
        (last - first, first, last, edge)
        for edge in likely
        for first, last in _runs(rows, edge)
        if last - first >= _FEWEST - 1 and _are_columns(rows[first : last + 1], edge)
    ]
    if not found:
        return None
    _, begin, last, edge = max(found)
    first = next(at for at in range(begin, last) if rows[at][-1].x0 >= edge - NEAR)
    # A heading of the left column may stand a little higher than what is beside it.
    beside = top_of(rows[first]) + _HIGHER * size_of(rows[first])
    while first > begin and top_of(rows[first - 1]) < beside:
        first -= 1
    block = [piece for row in rows[first : last + 1] for piece in row]
    left, right = _sides(block, edge)
    if _width(right) < NARROW * _width(left):
        left, right = right, left
    return rows[:first], left, right, rows[last + 1 :]


def near(x: float) -> range:
    """The rounded places that are one with a place."""
    return range(round(x - NEAR), round(x + NEAR) + 1)


def _sides(pieces: list[Piece], edge: float) -> tuple[list[Piece], list[Piece]]:
    left = [piece for piece in pieces if piece.x0 < edge - NEAR]
    return left, [piece for piece in pieces if piece.x0 >= edge - NEAR]


def _width(side: list[Piece]) -> float:
    return max(piece.x1 for piece in side) - min(piece.x0 for piece in side)


def _runs(rows: list[Row], edge: float) -> list[tuple[int, int]]:
    """Where rows follow each other of which none has a piece across an edge."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for at, row in enumerate(rows):
        crossed = any(piece.x0 < edge - NEAR and piece.x1 > edge - 4 for piece in row)
        # What stands far below is the page's foot.
        is_far = at > 0 and top_of(rows[at - 1]) - top_of(row) > _FAR * max(
            size_of(row), size_of(rows[at - 1])
        )
        if start is not None and (crossed or is_far):
            runs.append((start, at - 1))
            start = None
        if start is None and not crossed:
            start = at
    if start is not None:
        runs.append((start, len(rows) - 1))
    return runs


def _are_columns(rows: list[Row], edge: float) -> bool:
    """Whether two sides are read one after the other, and not row by row as a table is."""
    sides = [_sides(row, edge) for row in rows]
    if min(sum(bool(left) for left, _ in sides), sum(bool(right) for _, right in sides)) < _FEWEST:
        return False
    if not _is_flush([right[0].x0 for _, right in sides if right]):
        return False
    if any(_are_dates([side[at] for side in sides if side[at]]) for at in (0, 1)):
        return False
    return not _is_table(sides)


def _is_flush(starts: list[float]) -> bool:
    """Whether lines begin at few places, as those of a paragraph and its lists do."""
    places: list[tuple[float, int]] = []
    for start in sorted(starts):
        if places and start - places[-1][0] <= NEAR:
            places[-1] = (places[-1][0], places[-1][1] + 1)
        else:
            places.append((start, 1))
    most = sorted((count for _, count in places), reverse=True)[:_INDENTS]
    return sum(most) >= _ALIGNED * len(starts) and most[0] > 1


def _is_table(sides: list[tuple[list[Piece], list[Piece]]]) -> bool:
    """Whether the left cells have one at the right on the same line, and are short."""
    paired = [
        left[0]
        for left, right in sides
        if left and right and abs(left[0].y - right[0].y) <= _SAME_LINE * left[0].size
    ]
    # Entries of lists are no names of fields.
    items = [side for side in sides if all(side) and any(_is_item(part) for part in side)]
    if not paired or len(items) > 1:
        return False
    beside = [at for at, (_, right) in enumerate(sides) if right]
    fonts, size = {cell.font for cell in paired}, max(cell.size for cell in paired)
    left = [side[0] for side in sides[beside[0] : beside[-1] + _FOLLOWING] if side[0]]
    # Headings between the rows of tables look different.
    cells = [row for row in left if row[0].font in fonts and row[0].size <= size]
    longest = median(max(len(piece.text) for piece in row) for row in cells)
    return longest <= _LABEL and len(paired) >= _PAIRED * len(cells)


def _is_item(side: list[Piece]) -> bool:
    return side[0].text.startswith(BULLET)


def _are_dates(side: list[list[Piece]]) -> bool:
    """Whether half of the lines are dates."""
    lines = [" ".join(piece.text for piece in pieces) for pieces in side]
    return 2 * sum(map(is_date, lines)) >= len(lines)


def is_date(line: str) -> bool:
    """Whether a line is dates and nothing else, but for words like "since"."""
    dates = len(_DATE.findall(line))
    return dates > 0 and len(_WORD.findall(line)) <= 2 * dates
