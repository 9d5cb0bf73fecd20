"""The lists of values that have a vocabulary."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A list of values; each member's value is its key in `vocabulary.json` and `words.json`."""

    SPECIALIZATION = "specializations"
    TECHNICAL_DOMAIN = "technicalDomains"
    BAR = "bars"
