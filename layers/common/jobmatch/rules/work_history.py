"""What a work history says: the months worked, and the present employers.

A month is the number year x 12 + month - 1. A position covers the months from its start to its
end, both included. What can't be read is kept with the profile but says nothing here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jobmatch.rules.vocabulary import canonical_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


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


FOREVER = 2**31 - 1
"""The month up to which an open-ended position goes on."""


@cache
def _legal_forms() -> list[list[str]]:
    """The legal forms as words, longest first, so that "gmbh & co kg" goes before "kg"."""
    text = Path(__file__).with_name("legal_forms.json").read_text(encoding="utf-8")
    forms = {tuple(_without_punctuation(form).split()) for form in json.loads(text)}
    return [list(form) for form in sorted(forms, key=len, reverse=True)]


def _without_punctuation(text: str) -> str:
    kept = (each for each in canonical_text(text) if not unicodedata.category(each).startswith("P"))
    return " ".join("".join(kept).split())


def canonical_company(name: str) -> str:
    """A company's name without punctuation and without a trailing legal form."""
    words = _without_punctuation(name).split()
    for form in _legal_forms():
        if len(form) < len(words) and words[-len(form) :] == form:
            return " ".join(words[: -len(form)])
    return " ".join(words)


def canonical_domain(domain: str) -> str:
    """A mail domain: case-folded, without an @ in front or a dot at the end."""
    return canonical_text(domain).removeprefix("@").strip(".")


def mail_domains(address: str | None) -> list[str]:
    """The domain of a mail address and every domain above it; none without an address."""
    labels = canonical_domain((address or "").rpartition("@")[2]).split(".")
    return [".".join(labels[start:]) for start in range(len(labels)) if labels[start]]


@dataclass(frozen=True, slots=True)
class Employer:
    """A job's employer, as far as suppression goes; `company` is none without a company."""

    company: str | None
    domains: list[str]

    @classmethod
    def of(cls, company_name: str | None, corporate_domains: Iterable[str] | None) -> Employer:
        """An employer from the columns of `employer_profiles`."""
        domains = {canonical_domain(domain) for domain in corporate_domains or ()} - {""}
        company = canonical_company(company_name) if company_name else ""
        return cls(company or None, sorted(domains))


def present_employers(
    positions: Sequence[tuple[str, str | None]], this_month: int
) -> list[tuple[str, int]]:
    """Whom a candidate works for, each with the last month of it.

    Args:
        positions: employer and end date of each position.
        this_month: the current month; what ended before it is left out.
    """
    until: dict[str, int] = {}
    for employer, end in positions:
        last = FOREVER if is_present(end) else end_month(end)
        if last is None or last < this_month:
            continue
        if company := canonical_company(employer):
            until[company] = max(last, until.get(company, last))
    return sorted(until.items())
