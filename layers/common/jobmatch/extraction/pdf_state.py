"""The graphics state of a PDF's page, as far as it decides where and whether text is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pypdf.generic import DictionaryObject

from jobmatch.extraction.colours import BLACK, Colour, colour_of

if TYPE_CHECKING:
    from pypdf.generic._font import Font

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
SAME: Matrix = (1, 0, 0, 1, 0, 0)


def times(one: Matrix, two: Matrix) -> Matrix:
    """The product of two matrices: what the first does, and then the second."""
    return (
        one[0] * two[0] + one[1] * two[2],
        one[0] * two[1] + one[1] * two[3],
        one[2] * two[0] + one[3] * two[2],
        one[2] * two[1] + one[3] * two[3],
        one[4] * two[0] + one[5] * two[2] + two[4],
        one[4] * two[1] + one[5] * two[3] + two[5],
    )


@dataclass(frozen=True, slots=True)
class State:
    """The graphics state, as far as it decides about text."""

    ctm: Matrix = SAME
    font: Font | None = None
    size: float = 0
    character_space: float = 0
    word_space: float = 0
    scale: float = 1
    leading: float = 0
    rise: float = 0
    mode: int = 0
    space: Any = None
    colour: Colour = BLACK
    alpha: float = 1


NUMBERS = {"Tc", "Tw", "TL", "Ts", "Tz", "Tr"}
"""The operators that set a number of the text state."""
COLOURS = {"g", "rg", "k", "cs", "sc", "scn", "gs"}
"""The operators that set the colour that text is filled with, or how opaque it is."""


def with_number(state: State, name: str, number: float) -> State:
    """The state after an operator of `NUMBERS`."""
    match name:
        case "Tc":
            return replace(state, character_space=number)
        case "Tw":
            return replace(state, word_space=number)
        case "TL":
            return replace(state, leading=number)
        case "Ts":
            return replace(state, rise=number)
        case "Tz":
            return replace(state, scale=number / 100)
        case _:
            return replace(state, mode=int(number))


def with_colour(state: State, name: str, operands: Any, resources: DictionaryObject) -> State:
    """The state after an operator of `COLOURS`."""
    if name == "gs":
        kept = dictionary(dictionary(resources.get("/ExtGState")).get(operands[0]))
        return replace(state, alpha=float(kept.get("/ca", state.alpha)))
    if name == "cs":
        spaces = dictionary(resources.get("/ColorSpace"))
        return replace(state, space=spaces.get(operands[0], operands[0]), colour=BLACK)
    if name in {"sc", "scn"}:
        return replace(state, colour=colour_of(operands, state.space))
    return replace(state, space=None, colour=colour_of(operands, None))


def placed(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    """Where a matrix puts a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def matrix_of(numbers: Any) -> Matrix:
    """The last six of the operands, as a matrix."""
    a, b, c, d, e, f = map(float, list(numbers)[-6:])
    return a, b, c, d, e, f


def dictionary(value: Any) -> DictionaryObject:
    """What a reference leads to if it is a dictionary, else an empty one."""
    value = value.get_object() if value is not None else None
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def turned(page: Any) -> tuple[Matrix, Box]:
    """The matrix that turns a page as it is shown, and its box after that."""
    turns: dict[int, Matrix] = {90: (0, -1, 1, 0, 0, 0), 180: (-1, 0, 0, -1, 0, 0)}
    turns[270] = (0, 1, -1, 0, 0, 0)
    matrix = turns.get(int(page.get("/Rotate", 0) or 0) % 360, SAME)
    media, crop = page.mediabox, page.cropbox
    left, right = max(media.left, crop.left), min(media.right, crop.right)
    bottom, top = max(media.bottom, crop.bottom), min(media.top, crop.top)
    one = placed(float(left), float(bottom), matrix)
    two = placed(float(right), float(top), matrix)
    (x0, x1), (y0, y1) = sorted((one[0], two[0])), sorted((one[1], two[1]))
    return matrix, (x0, y0, x1, y1)
