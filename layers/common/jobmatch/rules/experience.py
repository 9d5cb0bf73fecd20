"""Working time in whole months, from dates as people write them.

A month is the number year x 12 + month - 1. A position covers the months from its start to its
end, both included. What can't be read is kept with the profile but says nothing here.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_JANUARY, _DECEMBER = 1, 12


def is_present(text: str | None) -> bool:
    """Whether an end date means that the position goes on: none, blank, or "present"."""
    return text is None or text.strip().casefold() in ("", "present")


def month_number(day: date) -> int:
    """The number of the month that `day` is in."""
    return day.year * 12 + day.month - 1


def month_text(month: int) -> str:
    """A month's number as `YYYY-MM`."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def this_month() -> int:
    """The number of the current month, in UTC."""
    return month_number(datetime.now(UTC).date())


def _month(text: str | None, default_month: int) -> int | None:
    match = _DATE.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        return month_number(date(int(year), int(month or default_month), int(day or 1)))
    except ValueError:
        return None


def start_month(text: str | None) -> int | None:
    """The month in which a position starts, or none if that can't be read."""
    return _month(text, _JANUARY)


def end_month(text: str | None) -> int | None:
    """The last month of a position, or none if it has no readable end."""
    return _month(text, _DECEMBER)


def months_covered(start: str | None, end: str | None) -> tuple[int, int | None] | None:
    """The months of a position as (first, last); last is none while it goes on.

    Returns:
        None where the position can't be read and so does not count.
    """
    first, last = start_month(start), end_month(end)
    if first is None or (last is None and not is_present(end)):
        return None
    return first, last


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
