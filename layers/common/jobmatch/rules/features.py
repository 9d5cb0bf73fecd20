"""What matching reads of a candidate, computed from the profile when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobmatch.careers.bar_status import Status, status_of
from jobmatch.careers.dates import gap_months, months_covered
from jobmatch.careers.domains import mail_domains
from jobmatch.careers.employers import present_employers
from jobmatch.places.keys import candidate_keys
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import closure, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jobmatch.vocabulary.terms import Aliases


@dataclass(frozen=True, slots=True)
class Features:
    """A row of `profile_features`, but for its key; `experience` is a multirange literal."""

    specializations: list[str]
    technical_domains: list[str]
    bars: list[str]
    places: list[str]
    """Keys of `jobmatch.places.keys`; empty where the place is unknown."""
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
    aliases: Aliases | None = None,
) -> Features:
    """The features of a profile: its terms with everything broader, and its place as keys.

    Args:
        email: the candidate's mail address, as typed.
        location: as typed.
        specializations: as typed.
        technical_domains: as typed.
        admissions: jurisdiction and status of each bar admission.
        positions: employer, start and end of each position.
        this_month: the current month; a position that ended before it names no present employer.
        aliases: the operator's own.
    """
    employers = present_employers(positions, this_month)
    months = (months_covered(start, end) for _, start, end in positions)
    covered = [each for each in months if each is not None]
    active = [name for name, status in admissions if status_of(status) is Status.ACTIVE]
    return Features(
        specializations=_terms(Kind.SPECIALIZATION, specializations, aliases),
        technical_domains=_terms(Kind.TECHNICAL_DOMAIN, technical_domains, aliases),
        bars=_terms(Kind.BAR, active, aliases),
        places=candidate_keys(location) or [],
        experience=_experience(covered),
        gap_months=gap_months(covered, this_month),
        employers=[company for company, _ in employers],
        employed_until=[last for _, last in employers],
        mail_domains=mail_domains(email),
    )


def _terms(kind: Kind, values: Iterable[str], aliases: Aliases | None) -> list[str]:
    """The keys of the values' terms and of everything broader, sorted."""
    keys = {key for value in values for key in terms_of(kind, value, aliases)}
    return sorted(closure(kind, keys))


def _experience(covered: Iterable[tuple[int, int | None]]) -> str | None:
    ranges = [f"[{first},{'' if last is None else last + 1})" for first, last in covered]
    # PostgreSQL merges the ranges that overlap or touch, so that no month counts twice.
    return f"{{{','.join(ranges)}}}" if ranges else None
