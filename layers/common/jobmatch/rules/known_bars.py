"""Bars that a text of somebody else names."""

from __future__ import annotations

import re

from jobmatch.rules.vocabulary import Kind, known_label

_LONGEST = 255
_BAR = re.compile(
    r"(?:admi(?:tted|ssion) to )?(?:the )?"
    r"(?:(?:state )?bar (?:association )?of (?:the )?(?:state of )?(?P<of>.+)"
    r"|(?P<before>.+?) (?:state )?bar(?: association| admission)?)",
    re.IGNORECASE,
)


def known_bar(text: str) -> str | None:
    """The known bar that a text names: "USPTO", "State Bar of California", "Ohio bar"."""
    if len(text) > _LONGEST:
        return None
    if known := known_label(Kind.BAR, text):
        return known
    match = _BAR.fullmatch(text)
    return known_label(Kind.BAR, match["of"] or match["before"]) if match else None
