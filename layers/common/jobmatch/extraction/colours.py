"""Colours, as far as it matters whether text can be told from what is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Colour = tuple[float, float, float]
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (1, 1, 1)
_NEAR = 0.12
"""Colours that differ less than this, of 1, in each component can't be told apart."""
_INKS = ("/Separation", "/DeviceN")


def differ(one: Colour, other: Colour) -> bool:
    """Whether a reader can tell text of one colour from another behind it."""
    return any(abs(left - right) >= _NEAR for left, right in zip(one, other, strict=True))


def colour_of(operands: Sequence[Any], space: Any) -> Colour:
    """The colour that operands of a PDF name in a colour space, or black where it is a pattern."""
    numbers = [
        min(1.0, max(0.0, float(each))) for each in operands if isinstance(each, int | float)
    ]
    space = space.get_object() if hasattr(space, "get_object") else space
    kind = space[0] if isinstance(space, list) and space else space
    if kind in _INKS and numbers:
        return (1 - max(numbers),) * 3
    match numbers:
        case [grey]:
            return (grey, grey, grey)
        case [red, green, blue]:
            return (red, green, blue)
        case [cyan, magenta, yellow, black]:
            left = 1 - black
            return ((1 - cyan) * left, (1 - magenta) * left, (1 - yellow) * left)
    return BLACK
