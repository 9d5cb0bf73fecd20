"""What matching reads of a candidate, computed from the profile when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobmatch.rules.vocabulary import (
    Kind,
    canonical_location,
    canonical_set,
    canonical_text,
    region,
)
from jobmatch.rules.work_history import gap_months, mail_domains, months_covered, present_employers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Features:
    """A row of `profile_features`, but for its key; `experience` is a multirange literal."""

    specializations: list[str]
    technical_domains: list[str]
    bars: list[str]
    location: str | None
    region: str | None
    experience: str | None
    gap_months: int | None
    employers: list[str]
    employed_until: list[int]
    mail_domains: list[str]


def compute_features(
    *,
    email: str | None,
    location: str | None,
    specializations: Iterable[str],
    technical_domains: Iterable[str],
    admissions: Iterable[tuple[str, str | None]],
    positions: Sequence[tuple[str, str | None, str | None]],
    this_month: int,
) -> Features:
    """The features of a profile, in canonical form.

    Args:
        email: the candidate's mail address, as typed.
        location: as typed.
        specializations: as typed.
        technical_domains: as typed.
        admissions: jurisdiction and status of each bar admission.
        positions: employer, start and end of each position.
        this_month: the current month; a position that ended before it names no present employer.
    """
    employers = present_employers([(employer, end) for employer, _, end in positions], this_month)
    place = canonical_location(location)
    months = (months_covered(start, end) for _, start, end in positions)
    covered = [each for each in months if each is not None]
    active = [
        jurisdiction
        for jurisdiction, status in admissions
        if status is None or canonical_text(status) == "active"
    ]
    return Features(
        specializations=sorted(canonical_set(Kind.SPECIALIZATION, specializations)),
        technical_domains=sorted(canonical_set(Kind.TECHNICAL_DOMAIN, technical_domains)),
        bars=sorted(canonical_set(Kind.BAR, active)),
        location=place,
        region=region(place),
        experience=_experience(covered),
        gap_months=gap_months(covered, this_month),
        employers=[company for company, _ in employers],
        employed_until=[last for _, last in employers],
        mail_domains=mail_domains(email),
    )


def _experience(covered: Iterable[tuple[int, int | None]]) -> str | None:
    ranges = [f"[{first},{'' if last is None else last + 1})" for first, last in covered]
    # PostgreSQL merges the ranges that overlap or touch, so that no month counts twice.
    return f"{{{','.join(ranges)}}}" if ranges else None
