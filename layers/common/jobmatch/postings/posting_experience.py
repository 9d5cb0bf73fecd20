"""How much experience a requirement asks for, in whole years."""

from __future__ import annotations

import re
from typing import NamedTuple

_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
)
_WORDS = tuple(_NAMES.split(" "))
_NUMBER = rf"(?:\d{{1,4}}(?:[.,]\d{{1,2}})?|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_SPAN = re.compile(
    rf"(?<![\w.,$€£-])(?P<least>{_NUMBER})(?:\s*\((?:\d{{1,4}}|[a-z]{{3,9}})\))?\s?\+?"
    rf"(?:\s?(?:-|\u2013|\u2014|to|or|bis)\s?{_NUMBER}\s?\+?)?(?:\s(?:or|and) more|\splus)?"
    r"[\s-]{0,2}(?:(?P<years>years?|yrs?|jahre?n?)|(?P<months>months?|mos?|monate?n?))\b",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"(?:up to|at most|maximum(?: of)?|max\.?|less than|under|no more than)\s*$", re.IGNORECASE
)
_NONE = re.compile(
    r"no requirements?|none|no experience(?: (?:is )?(?:required|needed|necessary))?",
    re.IGNORECASE,
)
_CARRIES_NOTHING = re.compile(
    r"\b(?:at least|a|an|minimum|min|of|or|and|more|over|plus|'?s?|the|experience|work|working"
    r"|professional|relevant|required|requires?|is|are|mindestens|berufserfahrung)\b|[\W_]",
    re.IGNORECASE,
)
_LONGEST = 20_000
"""Characters of a text that are read."""
_MONTHS = 12
_MOST_MONTHS = 1_000_000
"""More than any job may ask for, so that the number is refused and not the program."""


class Experience(NamedTuple):
    """Years, rounded up, and whether the text says more than that."""

    years: int
    says_more: bool


def years_of_months(months: float) -> int:
    """Years, rounded up; a number that is too large stays so."""
    return -int(-min(months, _MOST_MONTHS) // _MONTHS) if months > -_MOST_MONTHS else -1


def experience_in(text: str) -> Experience | None:
    """The most that a text asks for at least ("5+ years", "at least five years", "18 months").

    Years and months that follow each other are added. What is asked for at most does not count.
    """
    text = text[:_LONGEST]
    if _NONE.fullmatch(text.strip(" \n.")):
        return Experience(0, says_more=False)
    found: list[float] = []
    rest, last_end, last_in_years = [], 0, False
    for span in _SPAN.finditer(text):
        between = text[last_end : span.start()]
        months = _number(span["least"]) * (_MONTHS if span["years"] else 1)
        if last_in_years and span["months"] and between.strip().lower() in ("", "and", ",", "und"):
            found[-1] += months
        elif not _AT_MOST.search(between):
            found.append(months)
        else:
            between += span[0]
        rest.append(between)
        last_end, last_in_years = span.end(), bool(span["years"])
    if not found:
        return None
    rest.append(text[last_end:])
    says_more = len(found) > 1 or bool(_CARRIES_NOTHING.sub("", " ".join(rest)))
    return Experience(years_of_months(max(found)), says_more)


def _number(text: str) -> float:
    word = text.lower()
    return float(_WORDS.index(word)) if word in _WORDS else float(word.replace(",", "."))
