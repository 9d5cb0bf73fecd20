"""Whether an HTML element hides what it holds: it says so, or it can't be seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTH = re.compile(
    r"(-?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))(px|pt|em|rem|%|vw|vh|cm|mm|in)?", re.ASCII
)
_TINY = 2.0
"""Pixels or points of text that nobody reads."""
_TINY_SHARE = 0.15
_FAR = -999.0
"""Pixels beyond which a page is not shown."""
_WHITE = frozenset(
    {"white", "#fff", "#ffff", "#ffffff", "#ffffffff", "rgb(255,255,255)", "transparent"}
)


def is_hidden(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether the element's own attributes hide it: `hidden`, its style or its colour.

    White text counts as hidden unless the element has a background of its own.
    """
    if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
        return True
    if tag == "font" and attributes.get("color", "").strip().lower() in _WHITE:
        return True
    style = attributes.get("style")
    return bool(style) and _style_hides(_declarations(style or ""))


def _declarations(style: str) -> dict[str, str]:
    found = {}
    first, *others = style.split("/*")
    without_comments = first + "".join(other.partition("*/")[2] for other in others)
    for declaration in without_comments.lower().split(";"):
        name, _, value = declaration.partition(":")
        found[name.strip()] = value.replace("!important", "").strip()
    return found


def _style_hides(style: Mapping[str, str]) -> bool:
    colour = style.get("color", "").replace(" ", "")
    background = style.get("background-color") or style.get("background")
    return (
        style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or style.get("content-visibility") == "hidden"
        or _number(style.get("opacity")) == 0
        or _is_tiny(style.get("font-size"))
        or colour == "transparent"
        or (colour in _WHITE and not background)
        or any(_is_far(style.get(name)) for name in ("left", "top", "text-indent", "margin-left"))
        or (
            style.get("overflow") == "hidden"
            and any(_number(style.get(name)) == 0 for name in ("width", "height", "max-height"))
        )
    )


def _length(value: str | None) -> tuple[float, str] | None:
    found = _LENGTH.fullmatch((value or "").replace(" ", ""))
    return (float(found[1]), found[2] or "") if found else None


def _number(value: str | None) -> float | None:
    length = _length(value)
    return length[0] if length else None


def _is_tiny(value: str | None) -> bool:
    length = _length(value)
    if not length:
        return False
    number, unit = length
    if unit in ("em", "rem"):
        return number < _TINY_SHARE
    return number / 100 < _TINY_SHARE if unit == "%" else number < _TINY


def _is_far(value: str | None) -> bool:
    length = _length(value)
    return bool(length) and length is not None and length[1] in ("", "px") and length[0] <= _FAR
