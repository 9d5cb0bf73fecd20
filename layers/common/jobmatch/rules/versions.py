"""By which rules and data files features were made, as short texts: other versions, made anew."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

RULES = 2
"""Raised when the same profile or company would come out otherwise for the same data files."""
_LAYER = Path(__file__).parents[1]
_OF_EMPLOYERS = ("careers/legal_forms.json", "careers/company_places.json")
_OF_PROFILES = (
    *_OF_EMPLOYERS,
    "careers/open_ends.json",
    "careers/bar_statuses.json",
    "vocabulary/vocabulary.json",
    "vocabulary/words.json",
    "places/data/places_areas.json",
)
_LARGE = ("places/data/places_cities.txt", "places/data/places_names.txt")
"""Their sizes count: to read them takes longer than to index a profile."""


@cache
def _version(files: tuple[str, ...], large: tuple[str, ...] = ()) -> str:
    digest = hashlib.sha256()
    for name in files:
        digest.update((_LAYER / name).read_bytes())
    for name in large:
        digest.update(str((_LAYER / name).stat().st_size).encode())
    return f"{RULES}-{digest.hexdigest()[:12]}"


def profile_version() -> str:
    """The version of the features of profiles."""
    return _version(_OF_PROFILES, _LARGE)


def employer_version() -> str:
    """The version of the features of employers."""
    return _version(_OF_EMPLOYERS)
