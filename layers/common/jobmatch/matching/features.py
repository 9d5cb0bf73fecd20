"""What matching reads of a candidate, computed from the profile when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobmatch.matching.employers import mail_domains, present_employers
from jobmatch.matching.experience import gap_months, months_covered
from jobmatch.matching.vocabulary import (
    Kind,
    canonical_location,
    canonical_set,
    canonical_text,
    region,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jobmatch.schemas.profiles import BarAdmission, Position, Profile


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


def features_of(profile: Profile, this_month: int) -> Features:
    """The features of a profile, in canonical form; only employers of `this_month` or later."""
    positions = [(position.employer, position.end_date) for position in profile.work_history]
    employers = present_employers(positions, this_month)
    location = canonical_location(profile.location)
    covered = _months_covered(profile.work_history)
    return Features(
        specializations=sorted(canonical_set(Kind.SPECIALIZATION, profile.specializations)),
        technical_domains=sorted(canonical_set(Kind.TECHNICAL_DOMAIN, profile.technical_domains)),
        bars=sorted(canonical_set(Kind.BAR, _active_jurisdictions(profile.bar_admissions))),
        location=location,
        region=region(location),
        experience=_experience(covered),
        gap_months=gap_months(covered, this_month),
        employers=[company for company, _ in employers],
        employed_until=[last for _, last in employers],
        mail_domains=mail_domains(profile.email),
    )


def _active_jurisdictions(admissions: Iterable[BarAdmission]) -> list[str]:
    return [
        admission.jurisdiction
        for admission in admissions
        if admission.status is None or canonical_text(admission.status) == "active"
    ]


def _months_covered(history: Iterable[Position]) -> list[tuple[int, int | None]]:
    positions = [months_covered(position.start_date, position.end_date) for position in history]
    return [months for months in positions if months is not None]


def _experience(covered: Iterable[tuple[int, int | None]]) -> str | None:
    ranges = [f"[{first},{'' if last is None else last + 1})" for first, last in covered]
    # PostgreSQL merges the ranges that overlap or touch, so that no month counts twice.
    return f"{{{','.join(ranges)}}}" if ranges else None
