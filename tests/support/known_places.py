"""Places by hand, in many spellings, and the score of two locations by the table of the contract.

No data of the product: what lies where is written here. A location that is in none of these tables
is an error, so that no test compares what nobody has thought about.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

NEW_YORK, BAY, BOSTON, CAPITAL = "New York area", "Bay Area", "Boston area", "Washington area"
TRIANGLE, LONDON, RHINE_MAIN = "Research Triangle", "Greater London", "Rhine-Main"


class Place(NamedTuple):
    """The smallest that is given is meant; a metropolitan area without a city is meant itself."""

    country: str = ""
    region: str = ""
    city: str = ""
    metro: str = ""
    group: str = ""


class Said(NamedTuple):
    """One alternative of a location: a place, remote from anywhere or within one, or a text."""

    place: Place | None = None
    remote: bool = False
    text: str = ""


_EU = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"  # and no GB
)
GROUPS = {
    "EU": frozenset(_EU.split()),
    "EEA": frozenset([*_EU.split(), "IS", "LI", "NO"]),
    "DACH": frozenset(["DE", "AT", "CH"]),
    "Benelux": frozenset(["BE", "NL", "LU"]),
}

# A bare name that is a state's or a canton's too ("New York", "Berlin", "Zürich") is in no row:
# the contract does not say which of the two somebody means who lives there.
CITIES = {
    Place("US", "NY", "New York", NEW_YORK): (
        "New York, NY|NYC|New York City|Manhattan|Manhattan, NY|New York, N.Y.|New York, NY, USA"
        "|New York City, New York|Hybrid - New York, NY|Suite 5, New York, NY"
    ),
    Place("US", "NY", "Brooklyn", NEW_YORK): "Brooklyn, NY|Brooklyn, New York|Brooklyn",
    Place("US", "NJ", "Newark", NEW_YORK): "Newark, NJ|Newark, New Jersey|Newark, N.J.",
    Place("US", "NY", "Albany"): "Albany, NY|Albany, New York|Albany, NY, USA",
    Place("US", "NY", "Buffalo"): "Buffalo, NY|Buffalo, New York|Buffalo, N.Y.",
    Place("US", "CA", "San Francisco", BAY): (
        "San Francisco, CA|San Francisco|San Francisco, California|San Francisco, Calif."
        "|San Francisco, CA, United States|Office 12, San Francisco, CA"
    ),
    Place("US", "CA", "Palo Alto", BAY): "Palo Alto, CA|Palo Alto, California|Palo Alto",
    Place("US", "CA", "Los Angeles"): "Los Angeles, CA|Los Angeles|Los Angeles, California, USA",
    Place("US", "CA", "San Diego"): "San Diego, CA|San Diego, Calif.|San Diego",
    Place("US", "MA", "Boston", BOSTON): "Boston, MA|Boston|Boston, Massachusetts|Boston, Mass.",
    Place("US", "MA", "Cambridge", BOSTON): "Cambridge, MA|Cambridge, Massachusetts",
    Place("US", "MA", "Springfield"): "Springfield, MA|Springfield, Massachusetts",
    Place("US", "DC", "Washington", CAPITAL): "Washington, DC|Washington, D.C.|Washington DC",
    Place("US", "VA", "Arlington", CAPITAL): "Arlington, VA|Arlington, Virginia",
    Place("US", "VA", "Richmond"): "Richmond, VA|Richmond, Virginia, USA",
    Place("US", "NC", "Raleigh", TRIANGLE): "Raleigh, NC|Raleigh, North Carolina|Raleigh",
    Place("US", "NC", "Durham", TRIANGLE): "Durham, NC|Durham, North Carolina, USA",
    Place("US", "NC", "Charlotte"): "Charlotte, NC|Charlotte, North Carolina",
    Place("US", "DE", "Wilmington"): "Wilmington, DE|Wilmington, Delaware",
    Place("US", "IL", "Chicago"): "Chicago, IL|Chicago|Chicago, Illinois|Chicago, Ill.",
    Place("US", "TX", "Paris"): "Paris, TX|Paris, Texas",
    Place("US", "TX", "Houston"): "Houston, TX|Houston|Houston, Texas",
    Place("GB", "England", "London", LONDON): (
        "London|London, UK|London, England|London, United Kingdom|London, GB|London, England, UK"
        "|Xyzzy House, London|Londres, Royaume-Uni"
    ),
    Place("GB", "England", "Croydon", LONDON): "Croydon, UK|Croydon, England|Croydon, London",
    Place("GB", "England", "Cambridge"): "Cambridge, UK|Cambridge, England",
    Place("GB", "England", "Manchester"): "Manchester, UK|Manchester, England",
    Place("GB", "Scotland", "Edinburgh"): "Edinburgh|Edinburgh, Scotland|Edinburgh, UK",
    Place("DE", "Bavaria", "Munich"): (
        "Munich|München|Muenchen|Munich, Germany|München, Deutschland|Munich, Bavaria"
        "|Munich, Bavaria, Germany|Muenchen, DE|München, Bayern|Munich, DE|Hybrid - Munich, Germany"
    ),
    Place("DE", "Bavaria", "Nuremberg"): "Nuremberg, Germany|Nürnberg|Nuernberg, Bayern|Nuremberg",
    Place("DE", "Berlin", "Berlin"): "Berlin, Germany|Berlin, Deutschland|Berlin, DE",
    Place("DE", "Hamburg", "Hamburg"): "Hamburg, DE|Hamburg, Germany|Hamburg, Deutschland",
    Place("DE", "Hesse", "Frankfurt", RHINE_MAIN): (
        "Frankfurt am Main|Frankfurt, Germany|Frankfurt a.M., Germany|Frankfurt, Hessen|Frankfurt"
    ),
    Place("DE", "Hesse", "Kassel"): "Kassel, Germany|Kassel, Hessen|Kassel",
    Place("DE", "Rhineland-Palatinate", "Mainz", RHINE_MAIN): "Mainz, Germany|Mainz",
    Place("DE", "Baden-Württemberg", "Stuttgart"): "Stuttgart|Stuttgart, Germany",
    Place("DE", "Baden-Württemberg", "Freiburg"): "Freiburg im Breisgau|Freiburg, Germany",
    Place("FR", "Île-de-France", "Paris"): (
        "Paris|Paris, France|Paris, Île-de-France|Paris, Ile-de-France, France|Paris, FR"
    ),
    Place("FR", "Auvergne-Rhône-Alpes", "Lyon"): "Lyon|Lyon, France",
    Place("FR", "Auvergne-Rhône-Alpes", "Grenoble"): "Grenoble|Grenoble, France",
    Place("CA", "Ontario", "Toronto"): "Toronto, ON|Toronto|Toronto, CA|Toronto, Ontario, Canada",
    Place("CA", "Ontario", "Ottawa"): "Ottawa, ON|Ottawa, Canada|Ottawa, Ontario",
    Place("CA", "Ontario", "London"): "London, ON|London, Ontario|London, Ontario, Canada",
    Place("CA", "Quebec", "Montreal"): "Montreal|Montréal, QC|Montreal, Canada|Montréal, Québec",
    Place("CH", "Zürich", "Zürich"): "Zürich, Switzerland|Zurich, Schweiz|Zuerich, CH|Zurich, CH",
    Place("CH", "Geneva", "Geneva"): "Genève, Suisse|Geneva, Switzerland|Genf, Schweiz",
    Place("NL", "North Brabant", "Eindhoven"): "Eindhoven|Eindhoven, Netherlands|Eindhoven, NL",
    Place("NL", "South Holland", "The Hague"): (
        "Den Haag|The Hague|The Hague, Netherlands|'s-Gravenhage|Den Haag, Nederland"
    ),
    Place("JP", "Tokyo", "Tokyo"): "Tokyo, Japan|Tokio, Japan",
    Place("JP", "Osaka", "Osaka"): "Osaka, Japan",
    # A city that is not known keeps its name beside what is known around it.
    Place("US", "CA", "Xyzzyville"): "Xyzzyville, CA|Xyzzyville, California|Xyzzyville, CA, USA",
    Place("GB", "England", "Frobham"): "Frobham, England|Frobham, England, UK",
    Place("DE", "", "Plughdorf"): "Plughdorf, Germany|Plughdorf, Deutschland",
}

WIDER = {
    Place("US"): "USA|US|United States|U.S.|U.S.A.|United States of America|Vereinigte Staaten",
    Place("GB"): "UK|United Kingdom|U.K.|Great Britain",
    Place("DE"): "Germany|Deutschland|Allemagne",
    Place("FR"): "France|Frankreich",
    Place("CA"): "Canada|Kanada",
    Place("CH"): "Switzerland|Schweiz|Suisse",
    Place("NL"): "Netherlands|The Netherlands|Nederland",
    Place("JP"): "Japan",
    Place("US", "CA"): "California|Calif.|California, USA|State of California",
    Place("US", "TX"): "Texas|Texas, USA",
    Place("US", "NC"): "North Carolina",
    Place("US", "MA"): "Massachusetts|Mass.",
    Place("GB", "England"): "England|England, UK",
    Place("GB", "Scotland"): "Scotland|Scotland, UK",
    Place("DE", "Bavaria"): "Bavaria|Bayern|Bavaria, Germany",
    Place("DE", "Hesse"): "Hessen|Hesse, Germany",
    Place("DE", "Baden-Württemberg"): "Baden-Württemberg|Baden-Wuerttemberg, Germany",
    Place("FR", "Île-de-France"): "Île-de-France|Ile-de-France, France",
    Place("CA", "Ontario"): "Ontario|Ontario, Canada",
    Place("US", "CA", metro=BAY): "Bay Area|San Francisco Bay Area|SF Bay Area",
    Place("US", "NC", metro=TRIANGLE): "Research Triangle|Research Triangle Park, NC",
    Place("GB", "England", metro=LONDON): "Greater London",
    Place(group="EU"): "EU|European Union",
    Place(group="EEA"): "EEA|European Economic Area",
    Place(group="DACH"): "DACH",
    Place(group="Benelux"): "Benelux",
}

AREAS_FOR_CANDIDATES = {
    Place("DE", "Hesse", metro=RHINE_MAIN): "Rhine-Main|Rhein-Main-Gebiet",
    Place("US", "VA", metro=CAPITAL): "Northern Virginia|Northern VA",
}
"""They lie in several regions, or are a part of an area: what a job means by them is not said."""
ANYWHERE = ["Remote", "100% remote", "Fully remote", "Anywhere"]
WITHIN = {
    "Remote - US": Place("US"),
    "Remote (USA)": Place("US"),
    "Remote, United States": Place("US"),
    "Remote (Germany)": Place("DE"),
    "Remote, Deutschland": Place("DE"),
    "Remote - UK": Place("GB"),
    "Fully remote, France": Place("FR"),
    "Remote - EU": Place(group="EU"),
    "Remote - DACH": Place(group="DACH"),
}
"""Remote within a country or group of countries."""
WITHIN_FOR_JOBS = {
    "Remote, Munich, Germany": Place("DE"),
    "Remote - Boston, MA": Place("US"),
    "Remote - California": Place("US"),
}
"""Of a candidate's "Remote, Munich" the contract does not say whether they are in Munich."""

UNRESOLVED = ["Xyzzy Grove", "Office 5, Xyzzy", "Plugh Wharf, Xyzzy", "Xyzzy", "Frobnitz Quay"]
BLANK = ["", "   ", "\u200b", None]

_SEPARATORS = (" or ", "; ", " / ")


def fold(text: str) -> str:
    """A location in canonical form."""
    normal = unicodedata.normalize("NFKC", text)
    seen = "".join(each for each in normal if unicodedata.category(each) != "Cf")
    return " ".join(seen.split()).casefold()


_KNOWN = {
    **{
        fold(name): Said(place)
        for place, names in (CITIES | WIDER | AREAS_FOR_CANDIDATES).items()
        for name in names.split("|")
    },
    **{fold(name): Said(remote=True) for name in ANYWHERE},
    **{fold(name): Said(place, remote=True) for name, place in (WITHIN | WITHIN_FOR_JOBS).items()},
    **{fold(name): Said(text=fold(name)) for name in UNRESOLVED},
}

PLACES = [name for names in (CITIES | WIDER).values() for name in names.split("|")]
PLACES_OF_CANDIDATES = PLACES + [
    name for names in AREAS_FOR_CANDIDATES.values() for name in names.split("|")
]
JOINED = [
    first + between + second
    for first, second in (
        ("Munich, Germany", "Paris, France"),
        ("New York, NY", "San Francisco, CA"),
        ("Cambridge, UK", "Edinburgh, Scotland"),
        ("Toronto, ON", "Houston, TX"),
        ("Kassel, Hessen", "Den Haag, Nederland"),
        ("Germany", "Switzerland"),
        ("California", "London, England"),
        ("Tokyo, Japan", "Plughdorf, Germany"),
    )
    for between in _SEPARATORS
]
"""Several places, each with the country or state around it: a bare one may take the other's."""
JOINED_FOR_JOBS = ["Remote or Munich, Germany", "Remote - US / London, UK", "Munich, DE; Remote"]
"""Of a candidate's "Remote or Munich" the contract does not say whether they are unknown."""


def read(location: str | None) -> list[Said]:
    """What a location says; nothing where it is blank.

    Raises:
        KeyError: it is in none of the tables.
    """
    text = fold(location or "")
    if not text or text in _KNOWN:
        return [_KNOWN[text]] if text else []
    between = next(each for each in _SEPARATORS if each in text)
    return [_KNOWN[part.strip()] for part in text.split(between)]


def _holds(where: Place, place: Place) -> bool:
    """Whether a place is wholly in what is no city."""
    if where.group:
        countries = GROUPS[where.group]
        inside = GROUPS.get(place.group)
        return inside <= countries if inside else place.country in countries
    if where.metro:
        return place.metro == where.metro
    if where.region:
        return (place.country, place.region) == (where.country, where.region)
    return place.country == where.country


def _of_places(wanted: Place, place: Place) -> int:
    if wanted.city and wanted[:3] == place[:3]:
        return 100
    if wanted.metro and wanted.metro == place.metro:
        return 100
    if not wanted.city and _holds(wanted, place):
        return 100
    if not wanted.country or wanted.country != place.country:
        return 0
    below = bool(wanted.city or wanted.metro)
    return 75 if below and wanted.region and wanted.region == place.region else 50


def _of_two(wanted: Said, actual: Said, texts: tuple[str, str]) -> int:
    if wanted.remote and wanted.place:
        if not actual.place:
            return 50
        return 100 if _holds(wanted.place, actual.place) else 0
    if wanted.place and actual.place:
        return _of_places(wanted.place, actual.place)
    last = [text.rpartition(",")[2].strip() for text in texts]
    return 100 if texts[0] == texts[1] else 50 if last[0] == last[1] else 0


def location_score(preferred: str | None, actual: str | None) -> int | None:
    """The score of the contract's table; none where the job states no place."""
    wanted, has = read(preferred), read(actual)
    if not wanted:
        return None
    if any(each.remote and not each.place for each in wanted):
        return 100
    if all(each.remote and not each.place for each in has):
        return 50
    texts = fold(preferred or ""), fold(actual or "")
    return max(_of_two(one, other, texts) for one in wanted for other in has)
