"""Texts about a candidate without what tells who they are: no name, address, number or employer.

Free text can't be made anonymous for certain. What is known is taken out: the candidate's own name,
the names of their employers, and whatever has the form of a mail address, a link or a telephone
number. Fields that are meant to name somebody are never handed on at all.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from jobmatch.careers.companies import company_words

if TYPE_CHECKING:
    from collections.abc import Iterable


_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Categories of Unicode: controls, formats (zero-width, directions, tags), what is no character."""
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors, which can carry a hidden text behind a letter that is seen."""


def plain(text: str) -> str:
    """The text as it is seen: in one form of Unicode, in one line, without what is invisible."""
    folded = unicodedata.normalize("NFKC", text)
    seen = "".join(
        " " if each.isspace() else each
        for each in folded
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


REMOVED = "[…]"
_ADDRESS = r"[^\s@<>()\[\],;:]{1,64}@[^\s@<>()\[\],;:]{1,255}"
_LINK = r"(?:https?://|www\.)\S+"
# Nine digits or more: two years with a dash between have eight.
_NUMBER = r"(?<![\w.])\+?(?:\d[ ()./-]{0,2}){8,14}\d(?!\w)"
_FORMS = re.compile(f"{_ADDRESS}|{_LINK}|{_NUMBER}", re.IGNORECASE)
# Of a company's name: what stands between its words.
_BETWEEN = r"\W{1,4}(?:and\W{1,4})?"
_SHORTEST = 3
"""Letters that a part of a name must have; shorter ones are parts of too many words."""


@dataclass(frozen=True, slots=True)
class Anonymizer:
    """Takes one candidate's identity out of texts."""

    _names: re.Pattern[str] | None

    @classmethod
    def of(cls, name: str, employers: Iterable[str]) -> Self:
        """For a candidate of this name who works or worked for these employers.

        The whole names go in any case, those of companies also without their legal form; the parts
        of the person's name only as they are written, so that a Mark does not lose "trade mark".
        """
        firms = [*employers]
        parts = [part for part in name.split() if len(part) >= _SHORTEST]
        bare = (" ".join(company_words(firm)) for firm in firms)
        whole = _spelt([name, *firms]) + _spelt(bare, _BETWEEN)
        patterns = [rf"(?i:{form})" for form in whole] + _spelt(parts)
        if not patterns:
            return cls(None)
        return cls(re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)"))

    def text(self, text: str) -> str:
        """The text with what identifies the candidate replaced by `REMOVED`."""
        without_forms = _FORMS.sub(REMOVED, text)
        return self._names.sub(REMOVED, without_forms) if self._names else without_forms

    def optional(self, text: str | None) -> str | None:
        """`text` of a text that may be missing."""
        return None if text is None else self.text(text)


def _spelt(names: Iterable[str], between: str = r"\s+") -> list[str]:
    """Patterns for names, longest first; by default with any white space between their words."""
    distinct = {" ".join(name.split()) for name in names} - {""}
    longest_first = sorted(distinct, key=lambda name: (-len(name), name))
    return [between.join(map(re.escape, name.split())) for name in longest_first]
