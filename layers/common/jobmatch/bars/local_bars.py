"""The bars of a city or a region: "Barreau de Lyon", "Rechtsanwaltskammer Celle"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.bars.tokens import words_data
from jobmatch.places.names import known_place_name, region_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobmatch.bars.tokens import Token

_LINKS = frozenset(("de", "du", "des", "di", "d", "von", "van", "in", "la", "l", "'", "’"))  # noqa: RUF001
_MOST_WORDS = 3
"""Those of a city's name: "Frankfurt am Main"."""


def local_bar(text: str, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The bar whose name begins at this token, and where its name ends.

    A city of another country than those that call their bars so is none of its name.
    """
    labels = words_data()["localBars"].get(tokens[at].word)
    if labels is None:
        return None
    first = at + 1
    while first < len(tokens) and first - at < 5 and tokens[first].word in _LINKS:  # noqa: PLR2004
        first += 1
    for length in range(min(_MOST_WORDS, len(tokens) - first), 0, -1):
        last = tokens[first + length - 1]
        if not tokens[first].is_capital or not last.is_capital:
            continue
        label = _where(text[tokens[first].start : last.end], labels)
        if label:
            return label, first + length
    return None


def _where(city: str, labels: Sequence[str]) -> str | None:
    """The one of these countries or regions in which the city lies."""
    for part in (region_of(city) or "").split(", "):
        if part in labels:
            return part
    if not known_place_name(city):
        return None
    # "Freiburg" alone is the larger one in Switzerland.
    named = ((label, known_place_name(f"{city}, {label}")) for label in labels)
    return next((label for label, name in named if name not in (None, label)), None)
