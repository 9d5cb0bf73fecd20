"""Addresses of public schemas as locations: "city, state" in the US, else "city, country"."""

from __future__ import annotations

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
