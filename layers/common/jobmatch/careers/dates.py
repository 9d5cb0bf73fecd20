"""Working time in whole months, from dates as people write them.

A month is the number year x 12 + month - 1. A position covers the months from its start to its
end, both included. What can't be read is kept with the profile but says nothing here. The one
clock is `this_month`, which those call who open a connection.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jobmatch.careers.open_ends import after_since, is_open_end, month_names
from jobmatch.text import canonical_text, without_accents, without_umlauts

if TYPE_CHECKING:
    from collections.abc import Sequence

EARLIEST = 1940 * 12
"""January 1940: what starts before is not counted, because nobody who looks for work began then."""
_LONGEST = 100
"""Characters; no date is longer, and what is longer is not looked at."""
_JANUARY, _DECEMBER = 1, 12

_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})"
    # The time of day of an ISO date-time, which says nothing here: the month counts as written.
    r"(?:[t ]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d{1,12})?)?)? ?(?:z|[+-]\d{2}(?::?\d{2})?)?)?"
    r")?)?",
    re.ASCII,
)
_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2}) ?[/.] ?(?P<year>\d{4})", re.ASCII)
_NAME_FIRST = re.compile(r"(?P<name>[a-z]{3,9})(?: ?[.,]{1,2} ?| )(?P<year>\d{4})", re.ASCII)
_HYPHENS = str.maketrans("\u2010\u2011\u2212", "---")


class Reason(StrEnum):
    """Why a position is not counted, as the end of a sentence about the field."""

    NO_START = "is missing, so that the position is not counted as experience"
    START = "was not read as a date, so that the position is not counted as experience"
    EARLY = "is before 1940, so that the position is not counted as experience"
    END = (
        "was not read as a date, so that the position is not counted as experience, and its"
        " employer is taken for a present one"
    )
    REVERSED = (
        "is before startDate, so that the position is not counted as experience, and its employer"
        " is taken for a present one"
    )


class Unread(NamedTuple):
    """A date of a position that was not read; `field` is "startDate" or "endDate"."""

    field: str
    reason: Reason


def month_number(day: date) -> int:
    """The number of the month that `day` is in."""
    return day.year * 12 + day.month - 1


def this_month() -> int:
    """The number of the current month, in UTC: the clock of whoever opens a connection."""
    return month_number(datetime.now(UTC).date())


def month_text(month: int) -> str:
    """A month's number as `YYYY-MM`."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def start_month(text: str | None) -> int | None:
    """The month in which a position starts; none if that can't be read."""
    read = _read(text)
    return None if read is None else read[0]


def end_month(text: str | None) -> int | None:
    """The last month of a position; none if it has no end that can be read."""
    read = _read(text)
    return None if read is None else read[1]


def is_present(text: str | None) -> bool:
    """Whether an end date says that the position goes on: none, blank, "present", "heute", ..."""
    return text is None or is_open_end(text) or _is_since(text)


def is_reversed(start: str | None, end: str | None) -> bool:
    """Whether both dates can be read and the end's month is before the start's."""
    first, last = start_month(start), end_month(end)
    return first is not None and last is not None and last < first


def months_covered(start: str | None, end: str | None) -> tuple[int, int | None] | None:
    """The months of a position as (first, last); last is none while it goes on.

    Returns:
        None where the position does not count: a start that is missing, can't be read or is before
        1940, an end that can't be read or is before the start.
    """
    first, last = start_month(start), end_month(end)
    if first is None or first < EARLIEST or (last is not None and last < first):
        return None
    if last is None and not is_present(end):
        return None
    return first, last


def last_month_there(start: str | None, end: str | None) -> int | None:
    """The last month in which somebody may be with the employer, for hiding them from it.

    Returns:
        None where no end is known: the position goes on, its end can't be read, or the end is
        before the start, so that one of the two is wrong.
    """
    return None if is_reversed(start, end) else end_month(end)


def unread(start: str | None, end: str | None) -> list[Unread]:
    """What of a position's dates was not read, and so keeps it from being counted."""
    found = []
    first = start_month(start)
    if start is None or not start.strip():
        found.append(Unread("startDate", Reason.NO_START))
    elif first is None:
        found.append(Unread("startDate", Reason.START))
    elif first < EARLIEST:
        found.append(Unread("startDate", Reason.EARLY))
    if is_reversed(start, end):
        found.append(Unread("endDate", Reason.REVERSED))
    elif end_month(end) is None and not is_present(end):
        found.append(Unread("endDate", Reason.END))
    return found


def gap_months(covered: Sequence[tuple[int, int | None]], this_month: int) -> int | None:
    """The months between the first and the last of `months_covered` in which nobody worked.

    Returns:
        None where a position begins after `this_month`: until then the gap before it counts not.
    """
    if any(first > this_month for first, _ in covered):
        return None
    gaps = 0
    after: int | None = None
    for number, (first, last) in enumerate(sorted(covered, key=lambda months: months[0])):
        if number and after is None:
            break  # the position before goes on
        if after is not None:
            gaps += max(0, first - after)
        after = None if last is None else max(after or 0, last + 1)
    return gaps


def _is_since(text: str) -> bool:
    """Whether the text says nothing but since when: "since 2019", "seit März 2019"."""
    text = text.strip()
    return len(text) <= _LONGEST and _is_short_since(text)


@lru_cache(maxsize=4096)
def _is_short_since(text: str) -> bool:
    return _read(after_since(without_accents(canonical_text(text)))) is not None


def _read(text: str | None) -> tuple[int, int] | None:
    """The first and the last month that a date may mean: a year alone means all of it."""
    if text is None:
        return None
    text = text.strip()
    return _read_short(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _read_short(text: str) -> tuple[int, int] | None:
    plain = canonical_text(text).translate(_HYPHENS)
    match = _YEAR_FIRST.fullmatch(plain) or _MONTH_FIRST.fullmatch(plain)
    if match is None:
        match = _NAME_FIRST.fullmatch(without_umlauts(without_accents(plain)))
        month = None if match is None else _months().get(match["name"])
        return None if match is None or month is None else _span(match["year"], month, None)
    parts = match.groupdict()
    return _span(parts["year"], parts["month"], parts.get("day"))


def _span(year: str, month: str | int | None, day: str | None) -> tuple[int, int] | None:
    try:
        first = month_number(date(int(year), int(month or _JANUARY), int(day or 1)))
    except ValueError:
        return None
    return (first, first) if month is not None else (first, first + _DECEMBER - _JANUARY)


@cache
def _months() -> dict[str, int]:
    """The numbers of the months by their names and abbreviations, without accents."""
    return month_names()
