"""The kinds of place that a name can mean, and which of them a name means that stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from jobmatch.places.gazetteer import areas, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobmatch.places.gazetteer import City, Named

MAJOR = 300_000
"""Inhabitants from which a city is meant by its abbreviation, or is one of a list of cities."""
ABBREVIATED = 3
"""Letters up to which the name of such a city is an abbreviation or a code."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a location is about; the smallest that is given is meant, the larger lie around it.

    Attributes:
        city: a known city.
        unknown: the folded name of a city that is not known, in something that is.
        area: key of an area that is named.
        group: key of a group of countries or regions that is named.
        region: code of the region that it lies in, or is; nothing where there is none.
        country: code of the country that it lies in, or is; nothing for a group.
        twin: the city that shares the name of the region or country, and lies there.
    """

    city: City | None = None
    unknown: str = ""
    area: str = ""
    group: str = ""
    region: str = ""
    country: str = ""
    twin: City | None = None


def of_city(city: City) -> Place:
    """A known city."""
    return Place(city=city, region=city.region, country=city.country)


def of_unknown(name: str, region: str) -> Place:
    """A city that is not known, in a region."""
    return Place(unknown=name, region=region, country=region[:2])


def of_region(region: str, named: Named) -> Place:
    """A region by a name."""
    return Place(region=region, country=region[:2], twin=twin_of(named, region))


def of_country(country: str, named: Named) -> Place:
    """A country by a name."""
    twin = None
    if country in areas().city_countries:
        twin = next((city for city in named.cities if city.country == country), None)
    return Place(country=country, twin=twin)


def of_area(area: str, region: str = "") -> Place:
    """An area; the region says in which of its regions, by default in its main one."""
    lies_in = region or areas().areas[area].region
    return Place(area=area, region=lies_in, country=lies_in[:2])


def twin_of(named: Named, region: str) -> City | None:
    """The city of the name that lies in the region."""
    there = [city for city in named.cities if city.region == region]
    return next((city for city in there if city.own or city.population >= MAJOR), None)


def is_state(region: str) -> bool:
    """Whether a region is a state of the United States."""
    return region.startswith("US-")


def alone(key: str) -> Place | None:
    """What a name means that stands alone: a state or country where it is one, else a city."""
    named = lookup(key)
    if named is None:
        return None
    city = named.cities[0] if named.cities else None
    abbreviates = city and city.own and city.population >= MAJOR and len(key) <= ABBREVIATED
    if city and abbreviates and not (named.countries or named.groups or _states(named)):
        # "LA" and "SF" are written for the cities, though one is a state's code.
        return of_city(city)
    return next(chain(_by_name(named), _by_code(named), _smaller(key, named)), None)


def _states(named: Named) -> list[str]:
    return [region for region in named.regions if is_state(region)]


def _by_name(named: Named) -> Iterator[Place]:
    yield from (of_region(region, named) for region in _states(named))
    yield from (Place(group=group) for group in named.groups)
    yield from (of_country(country, named) for country in named.countries)
    for area, region in named.areas:
        inside = next((city for city in named.cities if city.own and area in city.areas), None)
        yield of_city(inside) if inside else of_area(area, region)
    yield from (of_region(region, named) for region in named.regions)
    if not any(city.own for city in named.cities):
        yield from (of_region(region, named) for region in named.rare_regions)


def _by_code(named: Named) -> Iterator[Place]:
    yield from (of_region(region, named) for region in named.region_codes if is_state(region))
    yield from (of_country(country, named) for country in named.country_codes)
    yield from (of_region(region, named) for region in named.region_codes)


def _smaller(key: str, named: Named) -> Iterator[Place]:
    yield from (of_city(city) for city in named.cities)
    for region, area in named.counties:
        yield of_area(area, region) if area else of_unknown(key, region)
