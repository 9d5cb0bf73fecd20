"""What stands at the head and the foot of pages: page numbers, and lines that every page has."""

from __future__ import annotations

import re

_NUMBER = re.compile(
    r"(?:^|\s*[-\u2013\u2014|\u00b7•,]?\s+)(?:page|seite) \d{1,4}(?: ?(?:of|von|/) ?\d{1,4})?\s*$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_LINES = 2
"""Lines at the head and at the foot of a page that may stand on every one."""


def without_page_number(line: str) -> str:
    """A line at the head or the foot of a page, without "Page 2 of 3" at its end."""
    return _NUMBER.sub("", line)


def without_repeats(pages: list[list[str]]) -> list[list[str]]:
    """The lines of pages, those at the head and the foot without page numbers, and each once."""
    seen: set[str] = set()
    kept = []
    for page in pages:
        shown = [at for at, line in enumerate(page) if line]
        margin = {*shown[:_LINES], *shown[-_LINES:]}
        lines = [
            without_page_number(line) if at in margin else line for at, line in enumerate(page)
        ]
        forms = {at: _DIGITS.sub("", page[at]) for at in margin}
        kept.append([line for at, line in enumerate(lines) if forms.get(at) not in seen])
        seen |= set(forms.values())
    return kept
