"""What stands at the head and the foot of pages: page numbers, and lines that every page has."""

from __future__ import annotations

import re

_NUMBER = re.compile(
    r"(?:^|(?<!\s)(?:\s*+[-\u2013\u2014|\u00b7•,])?\s++)(?:page|seite) \d{1,4}"
    r"(?: ?(?:of|von|/) ?\d{1,4})?\s*+$",
    re.IGNORECASE,
)
_LINES = 2
"""Lines at the head and at the foot of a page in which its number may stand."""


def without_page_number(line: str) -> str:
    """A line at the head or the foot of a page, without "Page 2 of 3" at its end."""
    return _NUMBER.sub("", line)


def without_repeats(pages: list[list[str]]) -> list[list[str]]:
    """The lines of pages without their numbers; a first or last line that all have stands once."""
    pages = [_without_number(page) for page in pages]
    for side in (0, -1):
        shown = [[at for at, line in enumerate(page) if line] for page in pages]
        outer = [(page, found[side]) for page, found in zip(pages, shown, strict=True) if found]
        if len({page[at] for page, at in outer}) == 1:
            for page, at in outer[1:]:
                page[at] = ""
    return pages


def _without_number(page: list[str]) -> list[str]:
    shown = [at for at, line in enumerate(page) if line]
    margin = {*shown[:_LINES], *shown[-_LINES:]}
    return [without_page_number(line) if at in margin else line for at, line in enumerate(page)]
