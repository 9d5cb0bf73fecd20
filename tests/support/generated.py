"""Bodies of jobs and profiles from a seeded generator, for the API and for the oracle.

All values are canonical labels, so that the API returns them as they were sent.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.support.oracle import vocabulary

if TYPE_CHECKING:
    from random import Random

    from tests.support.oracle import Month

_LOCATIONS = ["Munich, Germany", "Berlin, Germany", "Paris, France", None]
_FIRMS = ["Fenwick Arbor", "Pennington Roe", "Quayle Instruments"]


def this_month() -> Month:
    """Year and month, as the oracle takes them."""
    now = datetime.now(UTC)
    return now.year, now.month


@cache
def _labels(kind: str) -> list[str]:
    return [entry["label"] for entry in vocabulary()[kind][:4]]


def _some(random: Random, kind: str, *, least: int = 0) -> list[str]:
    labels = _labels(kind)
    return random.sample(labels, random.randint(least, len(labels) - 1))


def a_profile_body(random: Random, niche: str, *, firms: list[str] | None = None) -> dict[str, Any]:
    """A profile that usually has the specialization `niche` and usually is active.

    Args:
        random: decides.
        niche: a specialization.
        firms: employers of whom one may be the present one.
    """
    start = random.randint(2005, 2022)
    present = random.choice([*_FIRMS, *(firms or ())])
    return {
        "name": f"Candidate {random.randint(1, 10**6)}",
        "status": random.choices(["active", "rejected"], [7, 1])[0],
        "location": random.choice(_LOCATIONS),
        "specializations": [
            *([niche] if random.random() < 0.9 else []),
            *_some(random, "specializations"),
        ],
        "technicalDomains": _some(random, "technicalDomains"),
        "barAdmissions": [
            {"jurisdiction": bar, "year": start, "status": "active"}
            for bar in _some(random, "bars")
        ],
        "workHistory": [
            {"employer": present, "title": "Counsel", "startDate": f"{start}-03", "endDate": None}
        ],
    }


def requirements(random: Random, niche: str) -> dict[str, Any]:
    """The six requirement fields of a job that requires the specialization `niche`."""
    return {
        "requiredSpecializations": [niche],
        "preferredSpecializations": random.choice(
            [None, _some(random, "specializations", least=1)]
        ),
        "minimumExperience": random.choice([None, 3, 8, 15]),
        "preferredLocation": random.choice([*_LOCATIONS, "Remote"]),
        "requiredBar": random.choice([None, _some(random, "bars", least=1)]),
        "requiredTechnicalDomains": random.choice(
            [None, None, _some(random, "technicalDomains", least=2)]
        ),
    }
