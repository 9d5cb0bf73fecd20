"""A place within another: "Hamburg" within what "DE" means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jobmatch.places.gazetteer import areas, lookup
from jobmatch.places.kinds import (
    MAJOR,
    Place,
    is_state,
    of_area,
    of_city,
    of_region,
    of_unknown,
    twin_of,
)

if TYPE_CHECKING:
    from jobmatch.places.gazetteer import Area, City, Named


@dataclass(frozen=True, slots=True)
class Context:
    """What a city is looked for in; one of the four is meant, a region before its country.

    `rank` is larger for what is rather meant where no city decides.
    """

    country: str = ""
    region: str = ""
    area: str = ""
    group: str = ""
    rank: int = 0

    def has(self, city: City) -> bool:
        """Whether the city lies there."""
        if self.region:
            return city.region == self.region
        if self.area:
            return self.area in city.areas
        return self._has_division(city.region)

    def has_region(self, region: str) -> bool:
        """Whether the region lies there, and is not the same."""
        return not (self.region or self.area) and self._has_division(region)

    def _has_division(self, region: str) -> bool:
        if self.group:
            group = areas().groups[self.group]
            return region[:2] in group.countries or region in group.regions
        return region[:2] == self.country

    def city(self, named: Named | None) -> City | None:
        """The most populous city of the name that lies there."""
        return next((city for city in named.cities if self.has(city)), None) if named else None

    def is_named(self, named: Named) -> bool:
        """Whether the name is this one's, or its country's: "NY, New York", "NY, US, USA"."""
        return (
            self.country in named.all_countries
            or (bool(self.region) and self.region in named.all_regions)
            or (bool(self.group) and self.group in named.groups)
        )

    def touches(self, area: Area) -> bool:
        """Whether some of the area lies there."""
        return any(region == self.region or self.has_region(region) for region in area.regions)

    def place(self) -> Place:
        """It as a place."""
        if self.group:
            return Place(group=self.group)
        if self.area:
            return of_area(self.area)
        return Place(region=self.region, country=self.country)

    def unknown(self, name: str) -> Place:
        """A city there that is not known."""
        around = self.place()
        return Place(
            unknown=name,
            area=around.area,
            group=around.group,
            region=around.region,
            country=around.country,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A place, whether what was named was found there, and how many people that means."""

    place: Place
    is_found: bool
    weight: int = 0


@lru_cache(maxsize=1024)
def contexts(key: str) -> tuple[Context, ...]:
    """All that a name can mean after a city."""
    named = lookup(key)
    if named is None:
        return ()
    found = [Context(area=each) for each, _ in named.areas]
    found += [Context(group=each) for each in named.groups]
    found += [Context(country=each[:2], region=each) for each, _ in named.counties]
    found += [Context(country=each) for each in named.country_codes]
    found += [
        Context(country=each[:2], region=each, rank=3 if is_state(each) else 1)
        for each in reversed(named.all_regions)
    ]
    found += [Context(country=each, rank=2) for each in named.countries]
    # What is also named in a better way counts by that.
    return tuple({(c.country, c.region, c.area, c.group): c for c in found}.values())


def best(parts: tuple[str, ...], around: tuple[Context, ...]) -> Reading:
    """The reading by where the city exists, then by population; else by a US state.

    Args:
        parts: folded names before the context, the nearest to it last.
        around: what the context can mean; at least one.
    """
    readings = [(within(parts, each), each) for each in around]
    return max(
        readings,
        key=lambda each: (
            each[0].is_found,
            each[0].weight,
            each[1].rank,
            each[1].region or each[1].country,
        ),
    )[0]


# Without the cache each further "CA" in "CA, CA, CA" would double the work.
@lru_cache(maxsize=4096)
def within(parts: tuple[str, ...], context: Context) -> Reading:
    """What the parts name there; the nearest part to the context goes first."""
    if not parts:
        return Reading(context.place(), is_found=True)
    *rest, nearest = parts
    before, named = tuple(rest), lookup(nearest)
    if named is not None:
        if before and context.is_named(named):
            # "Toluca, México, Mexico": said twice, though the name is a city's too.
            inner = within(before, context)
            if inner.is_found and inner.place.city is not None:
                return inner
        reading = _division(before, named, context) or _known(before, nearest, named, context)
        if reading is not None:
            return reading
        if context.is_named(named):
            return within(before, context)
    if before:
        further = within(before, context)
        if further.is_found and further.place.city is not None:
            return further
    return Reading(context.unknown(nearest), is_found=False)


def _city(city: City) -> Reading:
    return Reading(of_city(city), is_found=True, weight=city.weight)


def _known(before: tuple[str, ...], name: str, named: Named, context: Context) -> Reading | None:
    """The reading of a part that is an area, a city or a county of the context."""
    city = context.city(named)
    if not before and not (city and city.own):
        # "Long Island" is Long Island City too, but not by its own name.
        for area, region in named.areas:
            if context.touches(areas().areas[area]):
                return Reading(of_area(area, region), is_found=True, weight=MAJOR)
    if city is not None:
        return _city(city)
    if not before:
        for region, area in named.counties:
            if region == context.region or context.has_region(region):
                place = of_area(area, region) if area else of_unknown(name, region)
                return Reading(place, is_found=True)
    return None


def _division(before: tuple[str, ...], named: Named, context: Context) -> Reading | None:
    """The reading of a part that is a region of the context: "California" before "USA"."""
    regions = (*named.all_regions, *(region for region, _ in named.counties))
    region = next((each for each in regions if context.has_region(each)), None)
    if region is None:
        return None
    twin = twin_of(named, region)
    if before:
        return _in_division(before, named, context, region)
    if region not in named.all_regions:
        return None  # a county
    if twin is not None and twin.own:
        return _city(twin)
    city = context.city(named)
    if city is not None and city.own and _is_rather(city, named, region):
        return None
    # No weight: where another reading has a city of the name, it is that city.
    return Reading(of_region(region, named), is_found=True)


def _is_rather(city: City, named: Named, region: str) -> bool:
    """Whether the city is meant, not the region of its name that it lies outside of."""
    if region in named.region_codes and region not in (*named.regions, *named.rare_regions):
        return True  # "LA" is a code, and an abbreviation of the city
    people: int = areas().regions.get(region, ("", 0))[1]
    # Taipei and Buenos Aires lie beside the regions of their names.
    return city.population > (MAJOR if region in named.rare_regions else people)


def _in_division(
    before: tuple[str, ...], named: Named, context: Context, region: str
) -> Reading | None:
    twin = twin_of(named, region)
    found = within(before, Context(country=region[:2], region=region))
    if found.is_found:
        place = found.place
        if twin and twin.own and not (place.city or place.unknown or place.area):
            return _city(twin)  # "NY, New York, USA"
        return found
    if twin is not None and not is_state(region):
        return _city(twin)
    if region not in named.all_regions and context.city(named) is not None:
        return None
    return found
