"""Places of the parts of a location: which of the meanings of each name fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.places.contexts import Context, Reading, best, contexts
from jobmatch.places.gazetteer import areas, lookup
from jobmatch.places.kinds import (
    ABBREVIATED,
    MAJOR,
    Place,
    alone,
    is_state,
    of_city,
    twin_of,
)

if TYPE_CHECKING:
    from jobmatch.places.gazetteer import Named


def read(parts: tuple[str, ...]) -> list[Place]:
    """The places that the parts of one alternative name; nothing where they can't be resolved.

    Args:
        parts: folded names, mostly from small to large.
    """
    if len(parts) < 2:  # noqa: PLR2004
        place = alone(parts[0]) if parts else None
        return [place] if place else []
    return _one_after_another(parts) or _turned(parts) or _in_order(parts)


def _in_order(parts: tuple[str, ...]) -> list[Place]:
    last, first = lookup(parts[-1]), lookup(parts[0])
    if last is not None and last.is_context:
        reading = best(parts[:-1], contexts(parts[-1]))
        listed = [] if reading.is_found else _listed(parts)
        return listed or [_passed_over(reading, last)]
    if first is not None and first.is_context:
        turned = best(parts[1:], contexts(parts[0]))
        if turned.is_found:
            return [turned.place]
    if last is None:
        # A remark after what is known: "Chicago, IL, Loop".
        before = lookup(parts[-2])
        return read(parts[:-1]) if before is not None and before.is_context and parts[2:] else []
    return _listed(parts) or _before_city(parts)


def _turned(parts: tuple[str, ...]) -> list[Place]:
    """A country first: "Germany, Berlin", "USA, Virginia, Arlington", "USA, Arlington, VA"."""
    first, last = lookup(parts[0]), lookup(parts[-1])
    if first is None or not first.all_countries:
        return []
    if last and last.all_countries and not _has_region_in(last, first):
        return []
    countries = tuple(each for each in contexts(parts[0]) if each.country and not each.region)
    second = lookup(parts[1])
    if parts[2:] and second is not None and _has_region_in(second, first):
        down = best(parts[:0:-1], countries)
        if down.is_found and down.place.city:
            return [down.place]
    turned = best(parts[1:], countries)
    return [turned.place] if turned.is_found or last is None else []


def _has_region_in(named: Named, country: Named) -> bool:
    return any(region[:2] in country.all_countries for region in named.all_regions)


def _passed_over(reading: Reading, last: Named) -> Place:
    """The reading's place, or the city that the last part is too: "Oerlikon, Zürich"."""
    place = reading.place
    if reading.is_found or not place.unknown:
        return place
    twin = twin_of(last, place.region)
    if place.region and twin and not is_state(place.region):
        return of_city(twin)
    if place.region in areas().city_regions or place.country in areas().city_countries:
        city = next((city for city in last.cities if city.country == place.country), None)
        return of_city(city) if city else place
    return place


def _one_after_another(parts: tuple[str, ...]) -> list[Place]:
    """Places that each bring their state: "Chicago, IL, New York, NY"."""
    for end in range(2, len(parts) - 1):
        code = lookup(parts[end - 1])
        if code is None or not code.region_codes or len(parts[end - 1]) > ABBREVIATED:
            continue
        left, right = (_city_in(half) for half in (parts[:end], parts[end:]))
        if left and right:
            return [left, *read(parts[end:])]
    return []


def _city_in(parts: tuple[str, ...]) -> Place | None:
    last = lookup(parts[-1])
    if last is None or not last.is_context:
        return None
    place = best(parts[:-1], contexts(parts[-1])).place
    return place if place.city else None


def _listed(parts: tuple[str, ...]) -> list[Place]:
    """Large cities of different regions, one after another: "London, Paris, Munich"."""
    cities = []
    for part in parts:
        named = lookup(part)
        if named is None or not named.cities or named.cities[0].population < MAJOR:
            return []
        cities.append(named.cities[0])
    if len({city.region for city in cities}) < len(cities):
        return []
    return [of_city(city) for city in cities]


def _before_city(parts: tuple[str, ...]) -> list[Place]:
    """A known city at the end: what is before it is a part of it, or is passed over."""
    place = alone(parts[-1])
    if place is not None and place.area:
        inside = best(parts[:-1], (Context(area=place.area),)).place
        return [inside if inside.city else place]
    if place is None or place.city is None:
        return [place] if place else []
    for part in reversed(parts[:-1]):
        named = lookup(part)
        for city in named.cities if named else ():
            if city.region == place.city.region and set(city.areas) & set(place.city.areas):
                return [of_city(city)]
    return [place]
