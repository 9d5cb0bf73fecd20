"""Comparing values: the one place that says when two of them are the same.

Specializations, technical domains and bars are typed by people: "NY", "new  york" and "New York"
are one bar. Known values and their aliases are data, in `vocabulary.json` beside this file; a
value that is not listed there is as good as any other and equals whatever has the same canonical
text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jobmatch.wire import wire

if TYPE_CHECKING:
    from collections.abc import Iterable


class Kind(StrEnum):
    """The lists that have an alias table; each value is its key in `vocabulary.json`."""

    SPECIALIZATION = "specializations"
    TECHNICAL_DOMAIN = "technicalDomains"
    BAR = "bars"


@dataclass(frozen=True, slots=True)
class Term:
    """A known value: how it is shown, and what else it is called."""

    label: str
    aliases: list[str]


@wire
class Vocabulary:
    """All known values, each list sorted by label."""

    specializations: list[Term]
    technical_domains: list[Term]
    bars: list[Term]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, from `vocabulary.json`."""
    data = json.loads(Path(__file__).with_name("vocabulary.json").read_text(encoding="utf-8"))
    return Vocabulary(*([Term(**term) for term in data[kind]] for kind in Kind))


@cache
def _known(kind: Kind) -> dict[str, tuple[str, str]]:
    """The canonical text of each label and alias, with its label's canonical text and the label."""
    known = vocabulary()
    terms = {
        Kind.SPECIALIZATION: known.specializations,
        Kind.TECHNICAL_DOMAIN: known.technical_domains,
        Kind.BAR: known.bars,
    }[kind]
    return {
        canonical_text(name): (canonical_text(term.label), term.label)
        for term in terms
        for name in (term.label, *term.aliases)
    }


def canonical_text(value: str) -> str:
    """The text in canonical form: Unicode NFKC, single spaces, trimmed, case-folded. No aliases."""
    folded = " ".join(unicodedata.normalize("NFKC", value).split()).casefold()
    # Folding can undo the composition ("ΐ" becomes three characters), so that the form of a form
    # would differ from it without a second pass.
    return unicodedata.normalize("NFKC", folded)


def canonical(kind: Kind, value: str) -> str:
    """The value in canonical form: its canonical text, or its label's where the value is known."""
    text = canonical_text(value)
    known = _known(kind).get(text)
    return known[0] if known else text


def known_label(kind: Kind, value: str) -> str | None:
    """The label of a known value, or none."""
    known = _known(kind).get(canonical_text(value))
    return known[1] if known else None


def label(kind: Kind, value: str) -> str:
    """What is stored and shown: the canonical label of a known value, others as typed, trimmed."""
    return known_label(kind, value) or value.strip()


def canonical_set(kind: Kind, values: Iterable[str] | None) -> frozenset[str]:
    """The values in canonical form, blank ones left out; null is the empty set."""
    return frozenset(canonical(kind, value) for value in values or ()) - {""}


def canonical_location(value: str | None) -> str | None:
    """A location in canonical form: "city, state" or "city, country", its parts trimmed.

    Returns:
        None where nothing is left: no value, a blank one, or nothing but commas.
    """
    parts = (part.strip() for part in canonical_text(value or "").split(","))
    return ", ".join(filter(None, parts)) or None


def region(location: str | None) -> str | None:
    """The last comma-separated part of a canonical location: the state or the country."""
    return location.rpartition(",")[2].strip() if location else None


_LONGEST = 255
_BAR = re.compile(
    r"(?:admi(?:tted|ssion) to )?(?:the )?"
    r"(?:(?:state )?bar (?:association )?of (?:the )?(?:state of )?(?P<of>.+)"
    r"|(?P<before>.+?) (?:state )?bar(?: association| admission)?)",
    re.IGNORECASE,
)


def known_bar(text: str) -> str | None:
    """The known bar that a text names: "USPTO", "State Bar of California", "Ohio bar"."""
    if len(text) > _LONGEST:
        return None
    if known := known_label(Kind.BAR, text):
        return known
    match = _BAR.fullmatch(text)
    return known_label(Kind.BAR, match["of"] or match["before"]) if match else None


COUNTRIES = {
    "AT": "Austria",
    "AU": "Australia",
    "BE": "Belgium",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "CN": "China",
    "CZ": "Czech Republic",
    "DE": "Germany",
    "DK": "Denmark",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "GR": "Greece",
    "HK": "Hong Kong",
    "HU": "Hungary",
    "IE": "Ireland",
    "IL": "Israel",
    "IN": "India",
    "IT": "Italy",
    "JP": "Japan",
    "KR": "South Korea",
    "LU": "Luxembourg",
    "MX": "Mexico",
    "NL": "Netherlands",
    "NO": "Norway",
    "NZ": "New Zealand",
    "PL": "Poland",
    "PT": "Portugal",
    "SE": "Sweden",
    "SG": "Singapore",
    "TW": "Taiwan",
    "US": "United States",
}
"""ISO 3166-1, where the marketplace has lawyers; other codes stay as they are."""
_BY_STATE = {"us", "usa", "united states", "united states of america"}


def place(city: str | None, region: str | None, country: str | None) -> str | None:
    """A location, or none where there is nothing to say.

    Args:
        city: its name.
        region: state or province.
        country: a code of ISO 3166-1, or a name.
    """
    name = COUNTRIES.get((country or "").upper(), country)
    in_states = (country or "").lower() in _BY_STATE
    last = region or name if in_states or not country else name
    return ", ".join(filter(None, (city, last))) or None
