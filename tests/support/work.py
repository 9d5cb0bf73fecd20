"""How much work a call does, as a number that no busy machine changes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def calls_of(function: Callable[[str], object], text: str) -> int:
    """How many functions are called on the way, those written in C too.

    What a regular expression does inside of one call isn't counted: tests/unit/test_patterns.py
    holds all patterns to linear time.
    """
    count = 0

    def counting(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        function(text)
    finally:
        sys.setprofile(before)
    return count
