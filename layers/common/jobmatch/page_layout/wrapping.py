"""Where a line goes on in the next one, because its next word had no room.

A heading of two lines, a paragraph, or the text in a table's cell is put together again, and so
are words that were parted at the end of a line.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from jobmatch.page_layout.columns import NEAR, near
from jobmatch.page_layout.pieces import BULLET

if TYPE_CHECKING:
    from jobmatch.page_layout.pieces import Piece, Row

SOFT_HYPHEN = "\u00ad"
_PARTED = re.compile(rf"(?<![^\W\d_])([^\W\d_]++)([-\u2010{SOFT_HYPHEN}])$")
_REST = re.compile(r"([^\W_]+)\S*")
_LINKS = {"and", "or", "und", "oder", "et", "ou", "bis", "to"}
_NEW = re.compile(rf"\A(?:{BULLET}|\d{{1,2}}[.)] |[-*\u2013] |\S*(?:@|://)|www\.)")
"""How entries of lists and addresses begin."""
_END = ".!?:;"
_OPEN = re.compile(
    rf"[,&(/\-\u2010{SOFT_HYPHEN}]$"
    r"|\b(?:and|or|of|the|for|in|at|with|to|und|oder|der|die|für|im|von|et|ou|de|du|des|la|en)$"
)
_HEADING = 1.25
"""How much larger than the text a heading is."""
_LOOSE = 1.6
"""Lines that are this many ems apart do not belong together."""
_TIGHT = 1.06
"""How much more than the least distance of lines that of a paragraph's may be."""
_LONG = 50
"""Characters of a line that is one of a paragraph if it ends where a line must."""
_INDENT, _LONGEST_WORD = 30, 60
_FEWEST, _MOST = 3, 0.8


class Wrapping:
    """Which lines of a part of a page go on."""

    def __init__(self, rows: list[Row], size: float) -> None:
        self._large = _HEADING * size
        self._edge = max((row[-1].x1 for row in rows), default=0)
        self._edges: dict[int, float] = {}
        for cell in (piece for row in rows if len(row) > 1 for piece in row):
            at = round(cell.x0)
            self._edges[at] = max(cell.x1, self._edges.get(at, 0))
        pairs = [(one[0], two[0]) for one, two in pairwise(rows) if len(one) == len(two) == 1]
        pairs = [(one, two) for one, two in pairs if _are_alike(one, two)]
        self._pitch = min((one.y - two.y for one, two in pairs), default=0.0)
        tight = [(one, two) for one, two in pairs if self._is_tight(one, two)]
        full = sum(_is_full(one, two, self._edge) for one, two in tight)
        self._are_paragraphs = full >= max(_FEWEST, _MOST * len(tight))

    def cells_that_go_on(self, above: Row, row: Row) -> list[int]:
        """The numbers of the cells above that the cells of a row go on with; none if it is new."""
        if len(above) == len(row) == 1:
            return [0] if self._goes_on(above[0], row[0], self._edge, len(above)) else []
        found = []
        for piece in row:
            at = next((at for at, cell in enumerate(above) if _is_near(cell, piece)), None)
            if at is None or (at == 0 and len(row) == len(above)):
                return []
            edge = max(self._edges.get(place, 0) for place in near(above[at].x0))
            if not self._goes_on(above[at], piece, edge, len(above)):
                return []
            found.append(at)
        return found

    def _goes_on(self, above: Piece, piece: Piece, edge: float, cells: int) -> bool:
        if _NEW.match(piece.text) or not _are_alike(above, piece):
            return False
        if not _is_full(above, piece, edge):
            return False
        if min(above.size, piece.size) >= self._large:
            return True
        is_table = cells > 2  # noqa: PLR2004 - two may be a date and what was then
        if above.text[-1] in _END or not (is_table or self._is_tight(above, piece)):
            return False
        is_open = piece.text[0].islower() or piece.text[0] in "(&" or _OPEN.search(above.text)
        is_long = cells == 1 and (self._are_paragraphs or len(above.text) >= _LONG)
        return bool(is_open or is_table or is_long)

    def _is_tight(self, one: Piece, two: Piece) -> bool:
        return one.y - two.y <= _TIGHT * self._pitch + 0.3


def _is_near(cell: Piece, piece: Piece) -> bool:
    return abs(cell.x0 - piece.x0) <= NEAR


def _are_alike(above: Piece, piece: Piece) -> bool:
    """Whether two lines look as if they were of one paragraph."""
    same_font = above.font == piece.font or 0 in (above.font, piece.font)
    same_size = abs(above.size - piece.size) < 0.5  # noqa: PLR2004
    begins_near = -1 <= piece.x0 - above.x0 <= _INDENT
    is_close = 0 < above.y - piece.y <= _LOOSE * piece.size
    return same_font and same_size and begins_near and is_close


def _is_full(above: Piece, piece: Piece, edge: float) -> bool:
    """Whether the first word of a line had no room in the one above."""
    word = len(piece.text.split()[0]) / len(piece.text) * (piece.x1 - piece.x0)
    return above.x1 + piece.size / 4 + word > edge


def continued(line: str, text: str) -> str:
    """A line with the next one, in which its last word may go on."""
    parted, rest = _PARTED.search(line[-_LONGEST_WORD:]), _REST.match(text)
    if not parted or not rest or rest[0].lower() in _LINKS:
        return f"{line} {text}"
    return (line if _keeps_hyphen(parted, rest[1]) else line[:-1]) + text


def _keeps_hyphen(parted: re.Match[str], rest: str) -> bool:
    """Whether a hyphen at the end of a line belongs to the word."""
    if parted[2] == "\u2010" or not rest.islower():
        return parted[2] != "\u2010"
    if parted[2] == SOFT_HYPHEN:
        return False
    # Most pages have no such hyphen, and the words take a while to load.
    from jobmatch.anonymity.common_words import is_common  # noqa: PLC0415

    first = parted[1].lower()
    return not is_common(first + rest) and is_common(first) and is_common(rest)
