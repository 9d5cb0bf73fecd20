"""The names of places, read from files when a location first has to be resolved.

The files are searched as they lie, without being parsed: the lines of names are sorted by key, and
name cities by where their line begins. `scripts/generate_places.py` makes them and says their form.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"
_LONGEST = 200
"""Longest key that is looked up, in characters."""
_STRIDE = 1024
"""Bytes of the names for each entry of the index over them."""


@dataclass(frozen=True, slots=True)
class City:
    """A known city.

    Attributes:
        number: GeoNames' number in base 36.
        name: as it is shown.
        region: code such as "US-NY"; nothing after the hyphen where the country has no regions.
        population: inhabitants.
        areas: keys of the areas it lies in.
        own: whether it was found by its own name, not by one in another language.
    """

    number: str
    name: str
    region: str
    population: int
    areas: tuple[str, ...]
    own: bool

    @property
    def country(self) -> str:
        """Its code by ISO 3166-1."""
        return self.region[:2]

    @property
    def weight(self) -> int:
        """By how many people it is meant by the name: fewer by a name in another language.

        Belém is "Bethlehem" to some, and ten times larger than those that are so called.
        """
        return self.population if self.own else self.population // 30


@dataclass(frozen=True, slots=True)
class Named:
    """All that one name can mean.

    Attributes:
        cities: those of the name, largest weight first.
        regions: codes by their names, most populous first.
        rare_regions: the same, of countries whose regions are seldom named alone.
        region_codes: codes by their codes.
        counties: (region, area or nothing).
        countries: codes by their names.
        country_codes: codes by their codes of two and three letters.
        areas: (key, region or nothing) of metropolitan and other areas.
        groups: keys of groups of countries or regions.
    """

    cities: tuple[City, ...]
    regions: tuple[str, ...]
    rare_regions: tuple[str, ...]
    region_codes: tuple[str, ...]
    counties: tuple[tuple[str, str], ...]
    countries: tuple[str, ...]
    country_codes: tuple[str, ...]
    areas: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]

    @property
    def all_regions(self) -> tuple[str, ...]:
        """Codes of regions by name or code."""
        return self.regions + self.rare_regions + self.region_codes

    @property
    def all_countries(self) -> tuple[str, ...]:
        """Codes of countries by name or code."""
        return self.countries + self.country_codes

    @property
    def is_context(self) -> bool:
        """Whether it can stand after a city: a region, county, country or group."""
        return bool(self.all_regions or self.counties or self.all_countries or self.groups)


@dataclass(frozen=True, slots=True)
class Area:
    """A metropolitan area, or another one that only counts where it is named."""

    name: str
    region: str
    regions: tuple[str, ...]
    is_metropolitan: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Countries, or regions, that are named together."""

    name: str
    countries: frozenset[str]
    regions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Areas:
    """What is larger than a city: shown names and populations, and what lies in what."""

    countries: dict[str, tuple[str, int]]
    regions: dict[str, tuple[str, int]]
    areas: dict[str, Area]
    groups: dict[str, Group]
    city_regions: frozenset[str]
    city_countries: frozenset[str]


@cache
def areas() -> Areas:
    """Regions, countries, areas and groups."""
    read: dict[str, Any] = json.loads((_DATA / "places_areas.json").read_text(encoding="utf-8"))
    return Areas(
        read["countries"],
        read["regions"],
        {
            key: Area(name, region, tuple(regions), metropolitan)
            for key, (name, region, regions, metropolitan) in read["areas"].items()
        },
        {
            key: Group(name, frozenset(countries), frozenset(regions))
            for key, (name, countries, regions) in read["groups"].items()
        },
        frozenset(read["city_regions"]),
        frozenset(read["city_countries"]),
    )


@cache
def _names() -> bytes:
    return (_DATA / "places_names.txt").read_bytes()


@cache
def _cities() -> bytes:
    return (_DATA / "places_cities.txt").read_bytes()


@cache
def _index() -> tuple[list[bytes], list[int]]:
    """Every so many bytes the key of a line, and where the line begins."""
    data, keys, starts = _names(), [], []
    start = data.index(b"\n") + 1
    while start < len(data):
        keys.append(data[start : data.index(b"\t", start)])
        starts.append(start)
        start = data.find(b"\n", start + _STRIDE) + 1 or len(data)
    starts.append(len(data))
    return keys, starts


def _block(key: bytes) -> tuple[int, int]:
    """Where the lines begin and end among which the key's is, if it has one."""
    keys, starts = _index()
    at = max(bisect_right(keys, key) - 1, 0)
    return starts[at], starts[at + 1]


def _find(key: str) -> int:
    """Where what a key means begins, or 0 for nothing."""
    if not key or len(key) > _LONGEST:
        return 0
    wanted = key.encode("utf-8", "replace")
    start, end = _block(wanted)
    # Each line is looked for with the end of the one before.
    found = _names().find(b"\n" + wanted + b"\t", start - 1, end)
    return found + len(wanted) + 2 if found >= 0 else 0


def is_key(key: str) -> bool:
    """Whether a folded name means anything; unlike `lookup` it leaves the cache alone."""
    return bool(_find(key))


@lru_cache(maxsize=8192)
def lookup(key: str) -> Named | None:
    """What a folded name means, or `None` where it means nothing."""
    at = _find(key)
    return _named(_names()[at : _names().index(b"\n", at)].decode().split(" ")) if at else None


def keys_from(prefix: str, most: int) -> list[str]:
    """Keys that begin so, in order, at most so many."""
    data, head = _names(), prefix.encode()
    start, end = _block(head)
    found: list[str] = []
    at = data.find(b"\n" + head, start - 1, end + _STRIDE) + 1
    while at and len(found) < most and data.startswith(head, at):
        found.append(data[at : data.index(b"\t", at)].decode())
        at = data.index(b"\n", at) + 1
    return found


def _named(tokens: list[str]) -> Named:
    by_kind: dict[str, list[str]] = {kind: [] for kind in "carqknCKmg"}
    for token in tokens:
        by_kind[token[0]].append(token[1:])
    cities = [_city(int(at, 36), own=True) for at in by_kind["c"]]
    cities += [_city(int(at, 36), own=False) for at in by_kind["a"]]
    cities.sort(key=lambda city: (-city.weight, city.number))
    return Named(
        tuple(cities),
        tuple(by_kind["r"]),
        tuple(by_kind["q"]),
        tuple(by_kind["k"]),
        tuple(_pair(each, ":") for each in by_kind["n"]),
        tuple(by_kind["C"]),
        tuple(by_kind["K"]),
        tuple(_pair(each, "@") for each in by_kind["m"]),
        tuple(by_kind["g"]),
    )


def _pair(text: str, between: str) -> tuple[str, str]:
    first, _, second = text.partition(between)
    return first, second


def _city(at: int, *, own: bool) -> City:
    data = _cities()
    number, name, region, population, lies_in = data[at : data.index(b"\n", at)].decode().split("|")
    return City(
        number, name, region, int(population), tuple(lies_in.split(",")) if lies_in else (), own
    )
