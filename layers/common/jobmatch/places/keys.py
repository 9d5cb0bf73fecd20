"""Locations as places: what a job wants, what a candidate has, and the score of the two.

Both sides become keys, so that PostgreSQL can compare them by the overlap of arrays alone. In SQL a
candidate without keys (`NULL`) scores 50, unless the job is remote without a country.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jobmatch.places.gazetteer import areas
from jobmatch.places.kinds import of_city
from jobmatch.places.reading import read
from jobmatch.places.words import Piece, canonical_location, pieces

if TYPE_CHECKING:
    from jobmatch.places.kinds import Place

FULL, NEAR, PARTIAL = 100, 75, 50
"""The same place, the same region, and the same country, the same text at the end, or unknown."""
_SHARE = 10
"""How many times larger the city that a bare name means elsewhere may be."""
UNRESOLVED = "unresolved"
"""The key of a candidate of whom one place is not known."""


@dataclass(frozen=True, slots=True)
class WantedPlace:
    """Where a job wants its candidates.

    Attributes:
        remote: whether it can be done from anywhere: everybody scores 100.
        full: keys of which a candidate who has one scores 100.
        near: keys for 75.
        partial: keys for 50.
        resolved: whether all of it was resolved to places.
        within: whether it is remote within countries; explanations read it.
    """

    remote: bool
    full: tuple[str, ...]
    near: tuple[str, ...]
    partial: tuple[str, ...]
    resolved: bool
    within: bool = False


@dataclass(frozen=True, slots=True)
class Alternative:
    """One alternative of a location: places, or a text that can't be resolved.

    Attributes:
        text: in canonical form.
        places: what it names; none where it is remote from anywhere, or can't be resolved.
        is_remote: whether the work is done from anywhere, or anywhere in these places' countries.
    """

    text: str
    places: tuple[Place, ...]
    is_remote: bool

    @property
    def is_anywhere(self) -> bool:
        """Whether it is remote without a country."""
        return self.is_remote and not self.places

    @property
    def is_resolved(self) -> bool:
        """Whether it is a place or remote."""
        return self.is_remote or bool(self.places)


@lru_cache(maxsize=8192)
def alternatives(location: str) -> tuple[Alternative, ...]:
    """What a location says, each of its alternatives; nothing where it is blank."""
    text = canonical_location(location)
    if not text:
        return ()
    found = pieces(text)
    # "Remote or hybrid": what says nothing of a place is no alternative to what does.
    found = [each for each in found if each.parts or each.is_remote] or found[:1]
    read_so = [_alternative(each) for each in found]
    named = [place for each in read_so for place in each.places]
    if any(each.is_anywhere for each in read_so) and named and all(map(_is_wide, named)):
        # "Remote / US" says where one may be remote; "Remote or London, UK" says two things.
        read_so = [
            Alternative(each.text, each.places, is_remote=True)
            for each in read_so
            if not each.is_anywhere
        ]
    return tuple(read_so)


def _alternative(piece: Piece) -> Alternative:
    places = read(piece.parts)
    if piece.around and len(places) == len(piece.parts) == 1 and places[0].city:
        # "Cambridge or Boston, MA": the first leaves out what the last one says.
        there = read(piece.parts + piece.around)[0].city
        if there and there.population * _SHARE >= places[0].city.population:
            places = [of_city(there)]
    is_remote = piece.is_remote and (bool(places) or not piece.parts)
    return Alternative(piece.text, tuple(places), is_remote)


def _is_wide(place: Place) -> bool:
    return not (place.city or place.unknown or place.area or place.region)


def candidate_keys(location: str | None) -> list[str] | None:
    """The keys of where a candidate is, sorted.

    `None` where it is unknown: blank, or remote without a country.
    """
    keys = _candidate_keys(location) if location else None
    return None if keys is None else list(keys)


@lru_cache(maxsize=8192)
def _candidate_keys(location: str) -> tuple[str, ...] | None:
    # Who is "Remote / Austin, TX" is in Austin.
    said = [each for each in alternatives(location) if not each.is_anywhere]
    if not said:
        return None
    texts = {each.text for each in said}
    if len(said) > 1:
        texts.add(canonical_location(location))
    keys = {key for text in texts for key in ("text:" + text, "part:" + _last(text))}
    for each in said:
        for place in each.places:
            keys |= _has(place)
        if not each.is_resolved:
            keys |= {UNRESOLVED, "utext:" + each.text, "upart:" + _last(each.text)}
    return tuple(sorted(keys))


def wanted_place(preferred_location: str | None) -> WantedPlace | None:
    """What a job's preferred location asks for, or `None` where it is blank."""
    return _wanted_place(preferred_location) if preferred_location else None


@lru_cache(maxsize=2048)
def _wanted_place(location: str) -> WantedPlace | None:
    said = alternatives(location)
    if not said:
        return None
    full: set[str] = set()
    near: set[str] = set()
    partial: set[str] = set()
    whole = canonical_location(location)
    for each in said:
        if not each.is_resolved:
            texts = {each.text, whole}
            full |= {"text:" + text for text in texts}
            partial |= {"part:" + _last(text) for text in texts}
        elif each.is_remote:
            full |= {key for place in each.places for key in _countries(place)}
            partial.add(UNRESOLVED)
        else:
            texts = {each.text, whole}
            full |= {"utext:" + text for text in texts}
            partial |= {"upart:" + _last(text) for text in texts}
            for place in each.places:
                _ask(place, full, near, partial)
    return WantedPlace(
        remote=any(each.is_anywhere for each in said),
        full=tuple(sorted(full)),
        near=tuple(sorted(near - full)),
        partial=tuple(sorted(partial - full - near)),
        resolved=all(each.is_resolved for each in said),
        within=any(each.is_remote and each.places for each in said),
    )


def location_score(candidate: list[str] | None, wanted: WantedPlace) -> int:
    """The score of a candidate's keys: what the statement in SQL gives too."""
    if wanted.remote:
        return FULL
    if candidate is None:
        return PARTIAL
    keys = set(candidate)
    for score, asked in ((FULL, wanted.full), (NEAR, wanted.near), (PARTIAL, wanted.partial)):
        if not keys.isdisjoint(asked):
            return score
    return 0


def is_resolved(location: str | None) -> bool:
    """Whether every alternative of a location is a place or remote; a blank one is."""
    return all(each.is_resolved for each in alternatives(location or ""))


def _last(text: str) -> str:
    return text.rpartition(",")[2].strip()


def _has(place: Place) -> set[str]:
    """The keys of a candidate's place: itself and all that it lies in."""
    keys = {"country:" + place.country} if place.country else set()
    if place.region and not place.region.endswith("-"):
        keys.add("region:" + place.region)
    in_areas = {place.area} if place.area else set()
    if place.city:
        keys.add("city:" + place.city.number)
        in_areas |= set(place.city.areas)
    elif place.unknown:
        keys |= _unknown_has(place)
    elif place.twin:
        keys.add("city:" + place.twin.number)
        if place.region in areas().city_regions or not place.region:
            in_areas |= set(place.twin.areas)
    keys |= {"metro:" + area for area in in_areas}
    if place.group:
        inside = areas().groups[place.group]
        keys |= {
            "group:" + key
            for key, group in areas().groups.items()
            if (inside.countries and inside.countries <= group.countries)
            or (inside.regions and inside.regions <= group.regions)
        }
        countries = inside.countries or {region[:2] for region in inside.regions}
        if len(countries) == 1:
            keys.add("country:" + min(countries))
    return keys


def _ask(place: Place, full: set[str], near: set[str], partial: set[str]) -> None:
    """Add the keys that a job's place asks for."""
    if place.city or place.unknown or (place.area and not place.group):
        if place.city:
            full.add("city:" + place.city.number)
            full |= {
                "metro:" + area for area in place.city.areas if areas().areas[area].is_metropolitan
            }
        elif place.unknown:
            full |= _unknown_asked(place)
        else:
            full.add("metro:" + place.area)
            near |= {"region:" + region for region in areas().areas[place.area].regions}
        if place.region and not place.region.endswith("-"):
            near.add("region:" + place.region)
        if place.country:
            partial.add("country:" + place.country)
        return
    if place.group:
        group = areas().groups[place.group]
        full |= {"group:" + place.group}
        full |= {"region:" + region for region in group.regions}
        full |= {"country:" + country for country in group.countries}
        partial |= {"country:" + region[:2] for region in group.regions}
        return
    if place.twin and (place.region in areas().city_regions or not place.region):
        full |= {
            "metro:" + area for area in place.twin.areas if areas().areas[area].is_metropolitan
        }
    if place.region:
        full.add("region:" + place.region)
        partial.add("country:" + place.country)
    else:
        full.add("country:" + place.country)


def _unknown_has(place: Place) -> set[str]:
    return {f"city:?{place.unknown}|{place.region}|{place.country}{place.group}"} | (
        {f"city:?{place.unknown}|*|{place.country}"} if place.region else set()
    )


def _unknown_asked(place: Place) -> set[str]:
    """The same name in the same region, or where one of the two leaves the region out."""
    where = f"{place.country}{place.group}"
    other = "" if place.region else "*"
    return {f"city:?{place.unknown}|{each}|{where}" for each in (place.region, other)}


def _countries(place: Place) -> set[str]:
    """The keys of the countries in which a job is remote."""
    if place.group:
        group = areas().groups[place.group]
        countries = group.countries or {region[:2] for region in group.regions}
        return {"group:" + place.group} | {"country:" + country for country in countries}
    if place.area and not place.city:
        return {"country:" + region[:2] for region in areas().areas[place.area].regions}
    return {"country:" + place.country}


def place_identity(place: WantedPlace | None) -> object:
    """What two wanted places have in common that are the same, whatever their wording."""
    if place is None:
        return None
    keys = [
        frozenset(key for key in group if not place.resolved or key[0] != "u")
        for group in (place.full, place.near, place.partial)
    ]
    return (place.remote, place.within, *keys)
