"""The dates of positions in a line of a résumé: "Mar 2019 - Present", "seit 04/2019", "2012"."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from jobmatch.careers.dates import end_month, is_present, month_text, start_month
from jobmatch.careers.open_ends import month_names
from jobmatch.resumes.resume_text import Span, folded, trimmed, words_of_resumes

_DASH = r"[-\u2010-\u2015\u2212]"
_MONTH = r"[^\W\d_]{3,9}\.?"
_YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)"
_DATE = re.compile(
    rf"(?P<named>\b{_MONTH},?[ ]{{1,3}}{_YEAR})"
    rf"|(?<![\d/.])(?P<numbered>\d{{1,2}}[ ]?[/.][ ]?{_YEAR})"
    r"|(?<!\d)(?P<iso>(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?![\d/-]))"
    rf"|(?P<year>{_YEAR})",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"\s{{0,4}}(?:{_DASH}{{1,2}}|to|until|till|through|bis|\u00e0|au|a|jusqu'en)\s{{0,4}}",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"(?:present|current|now|today|ongoing|date|heute|jetzt|aktuell|laufend"
    r"|aujourd['\u2019]hui|ce jour|pr\u00e9sent|actuel|en cours)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(r"(?:since|seit|ab|depuis(?: le)?)\s{1,3}\Z", re.IGNORECASE)
_ONWARDS = re.compile(r"\s{1,3}onwards?\b", re.IGNORECASE)
_FROM = re.compile(r"(?:from|von|vom|de|du)\s{1,3}\Z", re.IGNORECASE)
_MONTH_BEFORE = re.compile(rf"({_MONTH})\s{{0,3}}{_DASH}\s{{0,3}}\Z")
_SHORT_YEAR = re.compile(r"\d\d(?![\d/.-])")
_REACH = 24


class Dates(NamedTuple):
    """Dates of one position as they stand in a line; `whole` has the words around them too."""

    whole: Span
    start: Span
    start_date: str
    end: Span | None
    end_date: str | None


def dates_in(text: str, line: Span) -> list[Dates]:
    """The ranges of a line, those since a date, and dates alone."""
    found: list[Dates] = []
    at = line.start
    while (first := _date(text, at, line.end)) is not None:
        dates = _from(text, line, first)
        found.append(dates)
        at = dates.whole.end
    ranges = [each for each in found if each.end != each.start]
    return ranges or found


def written(date: str) -> str:
    """A date as `YYYY-MM`, or `YYYY` where it names no month; as it stands where it isn't read."""
    first, last = start_month(date), end_month(date)
    if first is None or last is None:
        return date
    return month_text(first) if first == last else month_text(first)[:4]


def _date(text: str, start: int, end: int) -> Span | None:
    match = _DATE.search(text, start, end)
    if match is None:
        return None
    if match["named"] is None:
        return Span(*match.span())
    word = folded(match[0].split()[0].rstrip(".,"))
    if word in _months() or word in words_of_resumes()["seasons"]:
        return Span(*match.span())
    year = _DATE.search(text, match.end() - 4, end)  # "LLP 2012": the year alone
    return Span(*year.span()) if year else None


def _from(text: str, line: Span, first: Span) -> Dates:
    before = text[max(line.start, first.start - _REACH) : first.start]
    from_end = first.end
    between = _BETWEEN.match(text, from_end, line.end)
    if since := _SINCE.search(before):
        start = first.start - len(since[0])
        return Dates(Span(start, from_end), first, written(first.of(text)), None, None)
    start = first.start
    if opening := _FROM.search(before):
        start -= len(opening[0])
    if after := _ONWARDS.match(text, from_end, line.end):
        return Dates(Span(start, after.end()), first, written(first.of(text)), None, None)
    if between is None:
        return _alone(text, before, first)
    end_date = _end(text, between.end(), line.end, first)
    if end_date is None:
        return _alone(text, before, first)
    end, said = end_date
    return Dates(Span(start, end.end), first, written(first.of(text)), end, said)


def _end(text: str, at: int, stop: int, first: Span) -> tuple[Span, str] | None:
    after = _date(text, at, min(stop, at + _REACH))
    if after is not None and not text[at : after.start].strip():
        return after, written(after.of(text))
    word = _OPEN.match(text, at, stop)
    if word and is_present(word[0]):
        return Span(*word.span()), word[0]
    if word:  # "to date"
        said = trimmed(text, first.end, word.end())
        if is_present(said.of(text)):
            return said, said.of(text)
    short = _SHORT_YEAR.match(text, at, stop)
    if short and first.end - first.start == len("2014") and short[0] > first.of(text)[2:]:
        return Span(*short.span()), first.of(text)[:2] + short[0]
    return None


def _alone(text: str, before: str, date: Span) -> Dates:
    """One date for a position: it begins and ends in it. "May - August 2012" has one year only."""
    month = _MONTH_BEFORE.search(before)
    said = written(date.of(text))
    if month and folded(month[1].rstrip(".")) in _months():
        start = date.start - len(before) + month.start(1)
        first = trimmed(text, start, start + len(month[1]))
        return Dates(
            Span(start, date.end), first, written(f"{month[1]} {date.of(text)[-4:]}"), date, said
        )
    return Dates(date, date, said, date, said)


@cache
def _months() -> frozenset[str]:
    return frozenset(month_names())
