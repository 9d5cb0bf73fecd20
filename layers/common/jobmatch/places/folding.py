"""The key by which a place's name is found: without accents, dots and apostrophes."""

from __future__ import annotations

import re
import unicodedata

from jobmatch.text import canonical_text

_APOSTROPHES = "'`\u00b4\u2018\u2019\u02bb\u02bc"
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",  # without a dot, as Turkish has it
        **dict.fromkeys(_APOSTROPHES, ""),
    }
)
_INITIALS = re.compile(r"(?<!\w)(?:\w\.\s?)+\w(?:\.|(?!\w))")
_WORDS = re.compile(r"\w+")
_SHORT = {"saint": "st", "sankt": "st", "fort": "ft", "mount": "mt", "sainte": "ste"}
"""Words that are written in full or short; both give the short one."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def fold(text: str) -> str:
    """The key of a name: "St. Gallen" and "Sankt Gallen" have one, and so have "D.C." and "DC"."""
    return fold_canonical(canonical_text(text))


def fold_canonical(text: str) -> str:
    """The key of a text that is in canonical form already."""
    folded = text.replace("'", "").replace("`", "") if text.isascii() else text.translate(_LETTERS)
    if not folded.isascii():
        parts = unicodedata.normalize("NFKD", folded)
        folded = unicodedata.normalize(
            "NFC", "".join(each for each in parts if not unicodedata.combining(each))
        ).translate(_LETTERS)
    if "." in folded:
        folded = _INITIALS.sub(_joined, folded)
    words = _WORDS.findall(folded)
    if not _SHORT.keys().isdisjoint(words):
        words = [_SHORT.get(word, word) for word in words]
    return " ".join(words)


def _joined(initials: re.Match[str]) -> str:
    return re.sub(r"[.\s]", "", initials.group()) + " "


def spellings(name: str) -> set[str]:
    """The keys of a name: "München" is found as "munchen" and as "muenchen"."""
    return {fold(name), fold(canonical_text(name).translate(_UMLAUTS))} - {""}
