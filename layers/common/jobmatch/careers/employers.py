"""Who must not be shown their own people: an employer, and whom a candidate works for.

Sources: the candidate's work history and mail address on one side, the employer's company name
and mail domains on the other. Where it is unsure, the candidate counts as working there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobmatch.careers.companies import comparison_form, comparison_forms
from jobmatch.careers.company_data import is_common_place
from jobmatch.careers.dates import last_month_there
from jobmatch.careers.domains import company_domain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

FOREVER = 2**31 - 1
"""The month up to which an open-ended position goes on."""


@dataclass(frozen=True, slots=True)
class Employer:
    """A job's employer; without a `company` nobody is ranked for their jobs or shown to them."""

    company: str | None
    domains: list[str]

    @classmethod
    def of(
        cls,
        company_name: str | None,
        corporate_domains: Iterable[str] | None,
        is_place: Callable[[str], bool] = is_common_place,
    ) -> Employer:
        """An employer from the columns of `employer_profiles`."""
        domains = {company_domain(domain) for domain in corporate_domains or ()} - {""}
        company = comparison_form(company_name, is_place) if company_name else ""
        return cls(company or None, sorted(domains))


def present_employers(
    positions: Sequence[tuple[str, str | None, str | None]],
    this_month: int,
    is_place: Callable[[str], bool] = is_common_place,
) -> list[tuple[str, int]]:
    """Whom a candidate works for, each with the last month of it.

    A position without an end, with one that can't be read or that is before its start, goes on.

    Args:
        positions: employer, start date and end date of each position.
        this_month: the current month; what ended before it is left out.
        is_place: as for `comparison_form`.

    Returns:
        Comparison forms with months, sorted; one employer may have several forms.
    """
    until: dict[str, int] = {}
    for employer, start, end in positions:
        last = last_month_there(start, end)
        if last is None:
            last = FOREVER
        elif last < this_month:
            continue
        for company in comparison_forms(employer, is_place):
            if company:
                until[company] = max(last, until.get(company, last))
    return sorted(until.items())
