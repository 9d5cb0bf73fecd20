"""Lines in reading order from pieces of text that have a place on a page.

A PDF says where each piece stands, not what belongs together. Pieces of one baseline are a row, so
that a date at the right margin stays with its position; columns that run beside each other are
read one after the other.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median

from jobmatch.page_layout.columns import is_date, near, split_columns
from jobmatch.page_layout.pieces import Piece, Row, rows_of, size_of, together, top_of
from jobmatch.page_layout.wrapping import SOFT_HYPHEN, Wrapping, continued

CELL_GAP = "   "
"""What stands between the cells of a row."""
_CELL = 3.0
"""A gap of this many ems is always one between cells."""

_ALIKE = 3
"""Cells below each other."""
_ROOM, _WIDE, _MOST_ROOM = 2.0, 1.5, 3.0
"""Room of this many ems, and of this many usual lines, is an empty line; more ems always are."""


def lines_of(pieces: list[Piece]) -> list[str]:
    """The lines of a page in reading order, with an empty one where there is room between them."""
    rows = rows_of(pieces)
    text_size = median(size_of(row) for row in rows) if rows else 0
    # Whatever hyphen is left was printed.
    return [line.replace(SOFT_HYPHEN, "-") for line in _lines(rows, text_size)]


def _lines(rows: list[Row], text_size: float) -> list[str]:
    if columns := split_columns(rows):
        before, first, second, after = columns
        parts = [before, rows_of(first), rows_of(second), after]
        return [line for part in parts if part for line in ("", *_lines(part, text_size))][1:]
    starts = Counter(round(piece.x0) for row in rows for piece in row)
    rows = [_cells(row, starts) for row in rows]
    wrapping = Wrapping(rows, text_size)
    usual = median(top_of(one) - top_of(two) for one, two in pairwise(rows)) if rows[1:] else 0
    lines: list[list[str]] = []
    last: Row = []
    above: Row = rows[0] if rows else []
    for row in rows:
        texts = [piece.text for piece in row]
        size = max(size_of(above), size_of(row))
        room = max(_ROOM * size, min(_WIDE * usual, _MOST_ROOM * size))
        is_apart = top_of(above) - top_of(row) > room
        cells = [] if is_apart else wrapping.cells_that_go_on(last, row)
        for at, text in zip(cells, texts, strict=False):
            lines[-1][at] = continued(lines[-1][at], text)
        if not cells:
            lines += [[], texts] if is_apart else [texts]
        above, last = row, [*last[: cells[0]], *row] if cells else row
    return [CELL_GAP.join(cells) for cells in lines]


def _cells(row: Row, starts: Counter[int]) -> Row:
    """A row with its words together, which may be far apart where both margins are even."""
    cells = row[:1]
    for before, piece in pairwise(row):
        is_wide = piece.x0 - before.x1 > _CELL * min(before.size, piece.size)
        is_aligned = sum(starts[at] for at in near(piece.x0)) >= _ALIKE
        if is_wide or is_aligned or is_date(piece.text):
            cells.append(piece)
        else:
            cells[-1] = together(cells[-1], piece, " ")
    return cells
