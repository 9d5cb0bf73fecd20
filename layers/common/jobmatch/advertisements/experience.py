"""Years of experience that a text asks for."""

from __future__ import annotations

import re

from jobmatch.advertisements.word_lists import words_data

_WORDS: dict[str, int] = words_data()["numbers"]
_NUMBER = r"(?:\d{1,2}|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_YEARS = re.compile(
    rf"(?<![\w.,$€£-])(?P<first>{_NUMBER})(?: ?\(\d{{1,2}}\))?"
    rf"(?: ?(?:\+|-|\u2013|\u2014|to|bis|and|und|or more|or above|plus) ?(?:{_NUMBER})?\+?)?"
    r"(?: (?:or more|full|whole|volle[nr]?|plus))? ?(?:-| )?"
    r"(?P<unit>years?\b|yrs?\b|jahren?\b|jahre\b|pqe\b)['\u2019]?",
    re.IGNORECASE,
)
_PQE = re.compile(rf"\bpqe:? ?(?:of )?(?P<first>{_NUMBER})\b", re.IGNORECASE)
_MONTHS = re.compile(r"(?<![\w.,-])(?P<first>\d{2}) ?\+? months?\b['\u2019]?", re.IGNORECASE)
_BARE = re.compile(
    rf"\W{{0,4}}(?:min\.|minimum|at least|mindestens)? ?(?P<first>{_NUMBER})"
    rf"(?: ?\+| ?[-\u2013] ?{_NUMBER})?\W{{0,4}}$",
    re.IGNORECASE,
)
_EXPERIENCE = re.compile(
    r"experience|\bpqe\b|qualification|\bpractice|\bpractising|\bpracticing|erfahrung|\bpraxis"
    r"|under your belt|\bas an? |\bals\b|\bin (?:private|house)"
    r"|(?:years?|yrs?)['\u2019]? (?:of |spent )?[^\W\d_]+ing\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\s?['\u2019]?\s?(?:ago\b|old\b|-?\s?old\b|in business|in the making|of (?:excellence|history"
    r"|service|tradition|innovation|success|growth|trust)|alt\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:\bover|\bfor (?:over|more than|nearly|almost|the (?:last|past))|\bfor|\bvor|\bseit"
    r"|\b(?:last|past|next|every|within|nearly|almost|first)|\bafter)\s+(?:than\s+)?$",
    re.IGNORECASE,
)
_NEAR = 90


def years_in(text: str, start: int, end: int, *, is_labelled: bool) -> tuple[int, int, int] | None:
    """The first number of years of experience: the lower one of a range, and where it stands.

    Args:
        is_labelled: whether a label says already that experience is meant.
    """
    line = text[start:end].replace("\n", " ")
    for found in (*_YEARS.finditer(line), *_PQE.finditer(line), *_MONTHS.finditer(line)):
        number = found["first"].casefold()
        before, after = line[max(0, found.start() - 24) : found.start()], line[found.end() :]
        if _OTHERWISE.match(after) or _BEFORE.search(before):
            continue
        around = line[max(0, found.start() - _NEAR) : found.end() + _NEAR]
        if is_labelled or _EXPERIENCE.search(around):
            years = _WORDS.get(number) or int(number)
            years = years // 12 if found.re is _MONTHS else years
            return years, start + found.start(), start + found.end()
    bare = _BARE.match(line) if is_labelled else None
    if bare:
        years = _WORDS.get(bare["first"].casefold()) or int(bare["first"])
        return years, start + bare.start("first"), start + bare.end("first")
    return None
