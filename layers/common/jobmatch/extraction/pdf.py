"""The text of a PDF that a reader can see.

pypdf reads the file, its streams and its fonts. What is painted, where, in which colour and whether
at all, is followed here, because pypdf's own extraction takes hidden text too.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from io import BytesIO
from math import hypot
from typing import Any
from unicodedata import normalize

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ContentStream, DictionaryObject, StreamObject
from pypdf.generic._font import Font

from jobmatch.extraction.colours import WHITE, Colour, differ
from jobmatch.extraction.layers import hidden_layers, is_hidden
from jobmatch.extraction.pdf_state import (
    COLOURS,
    NUMBERS,
    SAME,
    Box,
    State,
    dictionary,
    matrix_of,
    placed,
    times,
    turned,
    with_colour,
    with_number,
)
from jobmatch.extraction.refusals import refused
from jobmatch.page_layout.lines import lines_of
from jobmatch.page_layout.margins import without_repeats
from jobmatch.page_layout.pieces import BULLET, Piece
from jobmatch.page_layout.wrapping import SOFT_HYPHEN

MOST_PAGES = 50
_FAULTS = (
    PyPdfError,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_SMALLEST = 3.0
"""Text below this many points can't be read."""
_FAINTEST = 0.12
_DEEPEST = 8
_INVISIBLE = (3, 7)
"""The text rendering modes that paint nothing (ISO 32000-2, table 104)."""
_MOST_FILLS = 2_000
_DOT, _DOT_OF_EM = (1.5, 7.0), 0.35
"""Points across, and ems, that a drawn dot of a list has."""
_BULLETS = re.compile("[\x7f\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf076]")
"""What marks entries of lists in fonts of signs, and how WinAnsi writes its bullet."""


def pages_of(body: bytes) -> list[list[str]]:
    """The lines of each page in reading order.

    Raises:
        InvalidInputError: the file is encrypted, broken, or has too many pages.
    """
    if b"%PDF-" not in body[:1024]:
        raise refused("is not a PDF")
    try:
        reader = PdfReader(BytesIO(body))
        if reader.is_encrypted:
            raise refused("is encrypted; send it without a password")
        if len(reader.pages) > MOST_PAGES:
            raise refused(f"must not have more than {MOST_PAGES} pages")
        off = hidden_layers(reader.root_object)
        return without_repeats([lines_of(_Page(reader, page, off).pieces) for page in reader.pages])
    except _FAULTS as error:
        # Whatever pypdf or we stumble over is something that the file should not hold.
        raise refused("is broken and can't be read as a PDF") from error


class _Page:
    """What is painted on one page: `pieces` is its visible text."""

    def __init__(self, reader: PdfReader, page: Any, off: set[int]) -> None:
        self.pieces: list[Piece] = []
        self._reader, self._off = reader, off
        self._fonts: dict[int, Font] = {}
        self._backdrop: list[tuple[Box, Colour]] = []
        self._path: list[tuple[float, float]] = []
        self._text = self._line = SAME
        self._turn, self._box = turned(page)
        contents = page.get("/Contents")
        if contents is not None:
            resources = dictionary(page.get("/Resources"))
            self._run(contents.get_object(), resources, State(ctm=self._turn), 0, hidden=False)

    def _run(
        self, stream: Any, resources: DictionaryObject, state: State, depth: int, *, hidden: bool
    ) -> None:
        saved: list[State] = []
        marks: list[bool] = [hidden]
        for operands, operator in ContentStream(stream, self._reader, "bytes").operations:
            name = operator.decode("latin-1")
            match name, operands:
                case "q", _:
                    saved.append(state)
                case "Q", _:
                    state = saved.pop() if saved else state
                case "BMC", _:
                    marks.append(marks[-1])
                case "BDC", [tag, named, *_]:
                    is_off = tag == "/OC" and self._is_off(resources, named)
                    marks.append(marks[-1] or is_off)
                case "EMC", _:
                    marks = marks[:-1] or [hidden]
                case "Do", [named]:
                    self._paint(named, resources, state, depth, hidden=marks[-1])
                case (("Tj" | "TJ" | "'" | '"'), _):
                    state = self._show(name, operands, state, hidden=marks[-1])
                case _:
                    state = self._apply(name, operands, state, resources)

    def _apply(self, name: str, operands: Any, state: State, resources: DictionaryObject) -> State:
        """The state after an operator that paints no text."""
        match name, operands:
            case "cm", [*six]:
                return replace(state, ctm=times(matrix_of(six), state.ctm))
            case "BT", _:
                self._text = self._line = SAME
            case "Tm", [*six]:
                self._text = self._line = matrix_of(six)
            case (("Td" | "TD"), [x, y]):
                self._move(float(x), float(y))
                return replace(state, leading=-float(y)) if name == "TD" else state
            case "T*", _:
                self._move(0, -state.leading)
            case "Tf", [font, size]:
                return replace(state, font=self._font(resources, font), size=float(size))
            case _ if name in NUMBERS and operands:
                return with_number(state, name, float(operands[0]))
            case _ if name in COLOURS and operands:
                return with_colour(state, name, operands, resources)
            case _:
                self._draw(name, operands, state)
        return state

    def _draw(self, name: str, operands: Any, state: State) -> None:
        """Follow a path, of which the filled ones lie behind later text."""
        match name, operands:
            case "re", [x, y, width, height]:
                x, y = float(x), float(y)
                self._path += [
                    placed(x + across, y + up, state.ctm)
                    for across in (0, float(width))
                    for up in (0, float(height))
                ]
            case (("m" | "l" | "c" | "v" | "y"), [*_, x, y]):
                self._path.append(placed(float(x), float(y), state.ctm))
            case (("f" | "F" | "f*" | "B" | "B*" | "b" | "b*"), _):
                if self._path and state.alpha > 0.5 and len(self._backdrop) < _MOST_FILLS:  # noqa: PLR2004
                    xs, ys = zip(*self._path, strict=True)
                    box = min(xs), min(ys), max(xs), max(ys)
                    self._dot(box, state)
                    self._backdrop.append((box, state.colour))
                self._path = []
            case (("S" | "s" | "n"), _):
                self._path = []

    def _dot(self, box: Box, state: State) -> None:
        """Take a small figure for what marks an entry of a list, as browsers draw it."""
        left, bottom, right, top = box
        width = right - left
        if not (_DOT[0] <= width <= _DOT[1] and abs(top - bottom - width) < width / 4):
            return
        size = width / _DOT_OF_EM
        dot = Piece(left, right, (bottom + top) / 2 - size / 3, size, BULLET)
        if self._is_visible(dot, state):
            self.pieces.append(dot)

    def _paint(
        self, named: Any, resources: DictionaryObject, state: State, depth: int, *, hidden: bool
    ) -> None:
        form = dictionary(resources.get("/XObject")).get(named)
        form = form.get_object() if form is not None else None
        if not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form":
            return
        if depth >= _DEEPEST:
            raise ValueError("forms within forms")
        hidden = hidden or is_hidden(form.get("/OC"), self._off)
        inner = replace(state, ctm=times(matrix_of(form.get("/Matrix", SAME)), state.ctm))
        own = dictionary(form.get("/Resources")) or resources
        text = self._text, self._line
        self._run(form, own, inner, depth + 1, hidden=hidden)
        self._text, self._line = text

    def _is_off(self, resources: DictionaryObject, named: Any) -> bool:
        properties = dictionary(resources.get("/Properties"))
        # `raw_get` keeps the reference, by which a layer is known.
        return named in properties and is_hidden(properties.raw_get(named), self._off)

    def _font(self, resources: DictionaryObject, named: Any) -> Font | None:
        found = dictionary(resources.get("/Font")).get(named)
        if found is None:
            return None
        found = found.get_object()
        if id(found) not in self._fonts:
            self._fonts[id(found)] = Font.from_font_resource(found)
        return self._fonts[id(found)]

    def _move(self, x: float, y: float) -> None:
        self._text = self._line = times((1, 0, 0, 1, x, y), self._line)

    def _show(self, name: str, operands: Any, state: State, *, hidden: bool) -> State:
        if name == '"' and len(operands) == 3:  # noqa: PLR2004
            word_space, character_space = float(operands[0]), float(operands[1])
            state = replace(state, word_space=word_space, character_space=character_space)
        if name in {"'", '"'}:
            self._move(0, -state.leading)
        shown = operands[-1] if operands else []
        for part in shown if name == "TJ" else [shown]:
            if isinstance(part, int | float):
                back = -float(part) / 1000 * state.size * state.scale
                self._text = times((1, 0, 0, 1, back, 0), self._text)
            elif isinstance(part, bytes | str) and state.font:
                self._print(part, state, state.font, hidden=hidden)
        return state

    def _print(self, part: bytes | str, state: State, font: Font, *, hidden: bool) -> None:
        body = part if isinstance(part, bytes) else part.encode("latin-1", "replace")
        text, width, count, spaces = _decoded(body, font)
        across = state.size * width / 1000 + count * state.character_space
        across = (across + spaces * state.word_space) * state.scale
        at = times((1, 0, 0, 1, 0, state.rise), times(self._text, state.ctm))
        self._text = times((1, 0, 0, 1, across, 0), self._text)
        end = times((1, 0, 0, 1, across, 0), at)
        high = abs(state.size) * hypot(at[2], at[3])
        wide = abs(state.size) * abs(state.scale) * hypot(at[0], at[1])
        is_flat = abs(at[1]) <= abs(at[0])
        x0, x1 = sorted((at[4], end[4])) if is_flat else (at[4], at[4] + high)
        if hidden or not font.interpretable or min(high, wide) < _SMALLEST:
            return
        piece = Piece(x0, x1, at[5], high, text, id(font))
        if text.strip() and self._is_visible(piece, state):
            self.pieces.append(_trimmed(piece))

    def _is_visible(self, piece: Piece, state: State) -> bool:
        x, y = (piece.x0 + piece.x1) / 2, piece.y + piece.size / 4
        left, bottom, right, top = self._box
        if not (left <= x <= right and bottom <= y <= top):
            return False
        if state.mode in _INVISIBLE or state.alpha < _FAINTEST:
            return False
        return state.mode in {1, 5} or differ(state.colour, self._behind(x, y))

    def _behind(self, x: float, y: float) -> Colour:
        for (left, bottom, right, top), colour in reversed(self._backdrop):
            if left <= x <= right and bottom <= y <= top:
                return colour
        return WHITE


def _decoded(body: bytes, font: Font) -> tuple[str, float, int, int]:
    """A shown string: its text, its width in thousandths, its characters, and its spaces."""
    if isinstance(font.encoding, str):
        codes = body.decode(font.encoding, "replace")
        names = codes
    else:
        codes = body.decode("latin-1")
        names = "".join(font.encoding.get(code, chr(code)) for code in body)
    text = "".join(str(font.character_map.get(each, each)) for each in names)
    width = sum(float(font.get_text_width(code)) for code in codes)
    return _plain(text), width, len(codes), codes.count(" ")


def _plain(text: str) -> str:
    text = _BULLETS.sub(BULLET, text)
    kept = "".join(each if each.isprintable() or each == SOFT_HYPHEN else " " for each in text)
    return "".join(
        normalize("NFKC", each) if "\ufb00" <= each <= "\ufb06" else each for each in kept
    )


def _trimmed(piece: Piece) -> Piece:
    """A piece whose edges are those of its text without the spaces around it."""
    text, each = piece.text, (piece.x1 - piece.x0) / max(1, len(piece.text))
    before, after = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    x0, x1 = piece.x0 + each * before * 0.5, piece.x1 - each * after * 0.5
    return replace(piece, x0=x0, x1=x1)
