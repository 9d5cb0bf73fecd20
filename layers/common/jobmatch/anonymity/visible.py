"""Texts as they are seen, words in a form to compare, and texts without he and she."""

from __future__ import annotations

import re
import unicodedata

from jobmatch.text import canonical_text, without_accents, without_invisible, without_umlauts

_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Categories of Unicode: controls, formats (zero-width, directions, tags), what is no character."""
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors, which can carry a hidden text behind a letter that is seen."""
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""What is put over or through letters, where it makes no letter of its own with them."""
_SEEN_AS = str.maketrans(
    {
        first + number: chr(ord("A") + number)
        for first in (0x1F150, 0x1F170, 0x1F1E6)  # white in circles, in squares, and of flags
        for number in range(26)
    }
    | {"\u2800": " "}  # Braille without a dot
)


def plain(text: str) -> str:
    """The text as it is seen: in one form of Unicode, in one line, without what is invisible."""
    folded = unicodedata.normalize("NFKC", text)
    if folded.isascii() and folded.isprintable():
        return " ".join(folded.split())
    folded = _MARKS.sub("", folded.translate(_SEEN_AS))
    seen = "".join(
        " " if each.isspace() else each
        for each in without_invisible(" ".join(folded.split()))
        if each.isspace()
        or not (
            unicodedata.category(each) in _UNSEEN
            or any(ord(each) in selectors for selectors in _SELECTORS)
        )
    )
    return " ".join(seen.split())


_NEUTRAL = {
    "they": ("he", "she"),
    "their": ("his", "her", "him", "hers"),
    "themself": ("himself", "herself"),
}
_GENDERED = {word: neutral for neutral, words in _NEUTRAL.items() for word in words}
_PRONOUNS = re.compile(rf"(?<![\w'])(?:{'|'.join(_GENDERED)})(?![\w'])", re.IGNORECASE)
# As they are written, because an MS is a degree.
_TITLES = re.compile(r"(?<!\w)(?:Mr|Mrs|Ms)(?:\.|(?!\w))")


def neutral(text: str) -> str:
    """The text with the same words for "he" and "she", and without "Mr" and "Mrs"."""
    untitled = " ".join(_TITLES.sub("", text).split())
    return _PRONOUNS.sub(lambda found: _GENDERED[found[0].lower()], untitled)


# Letters of other scripts that look like these.
_ALIKE = str.maketrans(
    dict(zip("авекмнорстухіјѕԁɡһӏ", "abekmhopctyxijsdghl", strict=True))
    | dict(zip("αβεικνορτυχζημ", "abeiknoptuxzhm", strict=True))
    | dict(zip("\u0251\u0269", "ai", strict=True))
)
LEET = (str.maketrans("013457", "oieast"), str.maketrans("013457", "oleast"))
"""Digits that stand for letters."""


def compared(text: str) -> str:
    """A text in a form in which accents, case, umlauts and letters that look alike don't matter."""
    if text.isascii():
        return without_umlauts(text.lower())
    return without_umlauts(without_accents(canonical_text(text))).translate(_ALIKE)
