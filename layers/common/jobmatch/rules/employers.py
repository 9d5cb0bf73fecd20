"""Employers in canonical form: who must not be shown their own people.

Sources: the candidate's work history and mail address on one side, the employer's company name
and mail domains on the other.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jobmatch.rules.experience import end_month, is_present
from jobmatch.rules.vocabulary import canonical_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
