"""Places in words: how they are shown, and why a location has its score."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jobmatch.places.gazetteer import areas
from jobmatch.places.keys import (
    FULL,
    NEAR,
    PARTIAL,
    UNRESOLVED,
    WantedPlace,
    alternatives,
    candidate_keys,
    location_score,
    wanted_place,
)

if TYPE_CHECKING:
    from jobmatch.places.kinds import Place

_CODE = 2
_UNITED_STATES = {"us", "usa", "united states", "united states of america"}


def country_name(code: str) -> str:
    """A country as it stands in a sentence: "the United States", "Germany"."""
    return areas().countries.get(code, (code, 0))[0]


def region_name(code: str) -> str:
    """A first-level division: "California", "Bayern"."""
    return areas().regions.get(code, (code, 0))[0]


def place_name(place: Place) -> str:
    """A place as one would write it: "Palo Alto, California", "Munich, Germany", "Benelux".

    Written as a location it is read as this place again, unless the same country, or state of the
    US, has a larger one of the name.
    """
    country = country_name(place.country).removeprefix("the ") if place.country else ""
    wide = region_name(place.region) if place.country == "US" and place.region else country
    if place.city:
        return f"{place.city.name}, {wide}"
    if place.unknown:
        return f"{place.unknown.title()}, {wide}" if wide else place.unknown.title()
    if place.area:
        return areas().areas[place.area].name.removeprefix("the ")
    if place.group:
        return areas().groups[place.group].name.removeprefix("the ")
    if place.region:
        return region_name(place.region)
    return country


def known_place_name(location: str) -> str | None:
    """Where a location is, in names of places that are known; `None` where one is not.

    A city that is not known is left out of the region or country that it lies in.
    """
    said = alternatives(location)
    if not said or not all(each.is_resolved for each in said):
        return None
    names: dict[str, None] = {}
    for each in said:
        where = " or ".join(place_name(replace(place, unknown="")) for place in each.places)
        names[f"Remote, {where}" if each.is_remote and where else where or "Remote"] = None
    return " or ".join(names)


def region_of(location: str) -> str | None:
    """The region and country of a location, which say less than its city; `None` if not known."""
    places = [place for each in alternatives(location) for place in each.places]
    if len(places) != 1 or not places[0].country:
        return None
    country = country_name(places[0].country).removeprefix("the ")
    return f"{region_name(places[0].region)}, {country}" if places[0].region else country


def remote_within(location: str | None) -> list[str]:
    """The countries or groups in which a job is remote, as they stand in a sentence; sorted."""
    places = [p for each in alternatives(location or "") if each.is_remote for p in each.places]
    names = {
        areas().groups[each.group].name if each.group else country_name(each.country)
        for each in places
    }
    return sorted(names)


def explain_location(candidate: str | None, preferred: str | None) -> str:
    """Why a candidate's location has its score for a job; it agrees with `location_score`."""
    wanted = wanted_place(preferred)
    if wanted is None or preferred is None:
        return "Not asked for."
    if wanted.remote:
        return "The job is remote."
    keys = candidate_keys(candidate)
    if keys is None or candidate is None:
        return f"Location unknown; the job prefers {preferred}."
    score = location_score(keys, wanted)
    place = known_place_name(candidate) or _PLACE_AS_TYPED
    # The most telling of the keys that met: a city before its area, that before what is larger.
    asked = {FULL: wanted.full, NEAR: wanted.near, PARTIAL: wanted.partial}.get(score, ())
    met = sorted(set(asked) & set(keys), key=_rank)
    reason = _reason(met[0], score, wanted, preferred) if met else ""
    if reason:
        return f"In {place}{reason}"
    if wanted.within:
        return f"In {place}; the job is remote within {_joined(remote_within(preferred))}."
    return f"In {place}; the job prefers {preferred}."


_PLACE_AS_TYPED = "a place that is not named here"
"""Instead of a location that is not known: whatever people type may tell who they are."""
_KINDS = ("city", "text", "utext", "metro", "region", "group", "country", "part", "upart")


def _rank(key: str) -> tuple[int, str]:
    kind = key.partition(":")[0]
    return (_KINDS.index(kind) if kind in _KINDS else len(_KINDS), key)


def _reason(key: str, score: int, wanted: WantedPlace, preferred: str) -> str:
    kind, _, name = key.partition(":")
    if key == UNRESOLVED:
        where = _joined(remote_within(preferred))
        return f"; the job is remote within {where}."
    if kind in ("city", "text", "utext"):
        return ", as preferred."
    if kind == "metro":
        return f": in {areas().areas[name].name}, as {preferred}."
    if kind == "group":
        within = areas().groups[name].name
    elif kind == "region":
        within = region_name(name)
    elif kind == "country":
        within = country_name(name)
    else:
        return f": the same last part as in the preferred {preferred}."
    if score == FULL:
        as_said = "where the job is remote" if wanted.within else "as preferred"
        return f": in {within}, {as_said}."
    what = "state or region" if kind == "region" else "country"
    named = "" if within.removeprefix("the ").lower() in preferred.lower() else f", {within}"
    return f": in the same {what} as the preferred {preferred}{named}."


def _joined(names: list[str]) -> str:
    return " or ".join(names)


def joined_address(city: str | None, region: str | None, country: str | None) -> str | None:
    """An address of a public schema as a location: "city, state" in the US, else "city, country".

    Args:
        city: its name.
        region: state or province.
        country: a code of ISO 3166-1, or a name.

    Returns:
        `None` where there is nothing to say.
    """
    known = country_name((country or "").upper()) if len(country or "") == _CODE else country
    in_states = (country or "").lower() in _UNITED_STATES
    last = region or known if in_states or not country else known
    return ", ".join(filter(None, (city, last))) or None
