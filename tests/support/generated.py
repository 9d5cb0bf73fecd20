"""Jobs and profiles by the dozen, from a seeded generator: bodies of the API, and of the oracle.

All values are labels of the vocabulary, so that the API answers what was sent; some are broader
than others.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from tests.support.oracle import Month

_VALUES = {
    "specializations": ["Copyright", "Data Protection", "Trademark Prosecution", "Trademarks"],
    "technicalDomains": ["Biology", "Genetics", "Machine Learning", "Software"],
    "bars": ["Any US State Bar", "European Patent Office", "New York", "Patent Attorney"],
}
_LOCATIONS = ["Munich, Germany", "Nuremberg, Germany", "Berlin, Germany", "Paris, France", None]
_WANTED_LOCATIONS = [*_LOCATIONS, "Germany", "Bavaria", "Remote"]
_FIRMS = ["Fenwick Arbor", "Pennington Roe", "Quayle Instruments"]


def this_month() -> Month:
    """Year and month, as the oracle wants them."""
    now = datetime.now(UTC)
    return now.year, now.month


def _some(random: Random, kind: str, *, least: int = 0) -> list[str]:
    labels = _VALUES[kind]
    return random.sample(labels, random.randint(least, len(labels) - 1))


def a_profile_body(random: Random, niche: str, *, firms: list[str] | None = None) -> dict[str, Any]:
    """A profile of somebody who mostly has the specialization `niche`, and mostly is active.

    Args:
        random: decides.
        niche: a specialization.
        firms: where they may work at present.
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
    """The six requirement fields of a job that wants the specialization `niche`."""
    return {
        "requiredSpecializations": [niche],
        "preferredSpecializations": random.choice(
            [None, _some(random, "specializations", least=1)]
        ),
        "minimumExperience": random.choice([None, 3, 8, 15]),
        "preferredLocation": random.choice(_WANTED_LOCATIONS),
        "requiredBar": random.choice([None, _some(random, "bars", least=1)]),
        "requiredTechnicalDomains": random.choice(
            [None, None, _some(random, "technicalDomains", least=2)]
        ),
    }
