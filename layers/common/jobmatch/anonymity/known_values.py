"""Statuses and dates that are known, in words of our own."""

from __future__ import annotations

from jobmatch.careers.bar_status import Status, status_of
from jobmatch.careers.dates import end_month, is_present, month_text, start_month


def known_status(text: str) -> str | None:
    """What the status of a bar admission says, or `None` where that is not known."""
    status = status_of(text)
    return None if status is Status.UNKNOWN else str(status)


def known_date(text: str) -> str | None:
    """A date that can be read, to the month, or that the position goes on; else `None`."""
    first, last = start_month(text), end_month(text)
    if first is None or last is None:
        return "present" if is_present(text) else None
    return month_text(first) if first == last else month_text(first)[:4]
