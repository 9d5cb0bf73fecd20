"""A location's text taken apart: its alternatives, their parts, and words that are no place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from jobmatch.places.folding import fold_canonical
from jobmatch.places.gazetteer import Named, lookup
from jobmatch.text import canonical_text

LONGEST = 400
"""Characters of a location that are read; the columns hold 255."""
MOST_PIECES, MOST_PARTS = 30, 12
"""Alternatives of a location, and parts of one, that are read."""

_STRONG = re.compile(r"[;|•]")
_BETWEEN = re.compile(r" (?:or|oder|ou|o) | ?/ ?| (?:and|und|et|y) | ?& ?|, ?(?:or|and) ")
_SOFT = {"and", "und", "et", "y", "&"}
"""Also parts of names: they part only what is known on both sides."""
_PARTS = re.compile(r" [-\u2013\u2014] |[\u2013\u2014()\[\]:\u00b7]|(?<=remote)-|-(?=remote)")
_REMOTE = re.compile(
    r"\b(?:(?:(?:fully|100|completely|entirely|all|full|permanently|komplett|voll) )?remote(?:ly)?|"
    r"wfh|(?:work(?:ing)?|based) (?:from|at) (?:home|anywhere)|home ?office|"
    r"home based|telecommut(?:e|ing)|telework(?:ing)?|teletravail|teletrabajo|smart working|"
    r"virtual|anywhere|worldwide|weltweit|global(?:ly)?|location independent|ortsunabhangig|"
    r"mobiles arbeiten|von zu hause|a distance|100 homeoffice|distributed team)\b"
)
_PARTLY = re.compile(
    r"\b(?:hybrid\w*|part(?:ly|ially)? remote|teilweise|on ?site|in office|in person|optional|"
    r"remote (?:possible|option|friendly|days?|moglich)|days?|tage|jours?|home ?office (?:possible|"
    r"moglich|tage|days?)|flexible remote)\b"
)
"""With one of these a place is where the work is, not only whose law or time counts."""
_NOTES = re.compile(
    r"\b(?:hybrid\w*|on ?site|in office|in person|vor ort|prasenz|sur site|presentiel|"
    r"part(?:ly|ially)?|fully|entirely|completely|mainly|mostly|mehrheitlich|teilweise|komplett|"
    r"first|friendly|optional|options?|possible|moglich|available|considered|offered|assistance|"
    r"(?:willing|open|able|ready) to (?:relocat\w+|move|travel|commute)|relocat\w+|will|"
    r"flexible|full time|part time|vollzeit|teilzeit|permanent|contract|unbefristet|"
    r"days?|tage|jours?|per|weekly|weeks?|woche|semaine|months?|hours?|est|pst|cet|gmt|utc|"
    r"(?:(?:us|eastern|central|mountain|pacific|european) )?(?:standard )?time(?: ?zones?)?|"
    r"offices?|buro|standort|headquarters?|hq|locations?|roles?|positions?|jobs?|work(?:ing)?|"
    r"based|located|living|resid(?:ing|ent)|currently|presently|preferr?ed|preferably|ideally|"
    r"only|eligible|candidates?|travel|commut\w+|distance|visa|sponsorship|tbd|negotiable|various|"
    r"multiple|several|mehrere|other|nationwide|in|at|within|across|throughout|the|of|"
    r"from|to|and|or|any|anywhere|und|near|nearby|nahe|around|close|proche|pres|de|bei|"
    r"upstate|greater|metro|metropolitan|area|areas|region|vicinity|surroundings?|umgebung|grossraum|raum|"
    r"suburbs?|suburban|outskirts|downtown|midtown|uptown|central|inner|centre|center|cbd|"
    r"country|a|all|my)\b"
)
_DIVISIONS = re.compile(
    r"\b(?:city|stadt|ville|state|province|canton|kanton|land|freistaat|county|borough|district)\b"
)
_COMPASS = re.compile(
    r"^(?:(?:north|south)(?:east|west)?(?:ern)?|(?:east|west)(?:ern)?|nord|sud|ost|upstate|rural|"
    r"central|greater|upper|lower)(?: |$)"
)
_LARGE = 400_000
"""Inhabitants from which "North London" is London, though no such name is known."""
_UNSURE = frozenset(
    re.findall(
        r"\w+",
        "al as at be de do el en es et id il im in is it la le li lo ma me mo my no of oh ok on or "
        "pa si so to us",
    )
)
"""Codes that are words too: at the end of a part they count only after a city that is there."""
_POSTAL_COUNTRY = re.compile(
    r"\b(?:[abdefilns]|at|be|ch|de|dk|es|fi|fr|it|lu|nl|no|pl|se)-(?=\d{4})"
)
_IN_BRACKETS = re.compile(r"^([^()]*)\(([a-z]{2})\)")
_LEADS = frozenset(("us", "usa", "uk", "gb"))
"""Countries that job boards put first: "US-CA-San Diego"."""
_POSTAL_CODE = re.compile(r"(?<=^[a-z]{2}) \d[\d ]*$")
_DIGIT = re.compile(r"(?<!\S)[^\s\d]*+\d\S*+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One alternative of a location.

    Attributes:
        text: in canonical form, its parts trimmed.
        parts: folded names, from small to large as they stand; without what is no place.
        is_remote: whether it says that the work is done from anywhere.
        around: what the last of alternatives joined by "or" lies in, which the others leave out.
    """

    text: str
    parts: tuple[str, ...]
    is_remote: bool
    around: tuple[str, ...] = ()


def canonical_location(text: str) -> str:
    """The text in canonical form, one space after each comma and none before; its beginning."""
    parts = (part.strip() for part in canonical_text(text[: 2 * LONGEST]).split(","))
    return ", ".join(part for part in parts if part)


def pieces(text: str) -> list[Piece]:
    """The alternatives of a location; one that says nothing has no parts.

    Args:
        text: in canonical form.
    """
    found: list[Piece] = []
    for sentence in _STRONG.split(text[:LONGEST])[:MOST_PIECES]:
        joined = [_piece(each) for each in _split(sentence.strip())]
        around = joined[-1].parts[1:]
        found += (replace(each, around=around) for each in joined[:-1])
        found.append(joined[-1])
    return found[:MOST_PIECES]


def _split(text: str) -> list[str]:
    marks = list(_BETWEEN.finditer(text))
    if not marks or known(fold_canonical(text)):
        return [text]
    found: list[str] = []
    start = 0
    for between in marks[: 4 * MOST_PIECES]:
        left, right = text[start : between.start()], text[between.end() :]
        before = left.rpartition(",")[2].strip()
        after = re.split(r"[,;|(/]| (?:or|and|oder|und) ", right, maxsplit=1)[0].strip()
        joined = f"{before}{between.group()}{after}"
        soft = between.group().strip() in _SOFT
        if not left or not right or known(fold_canonical(joined)):
            continue
        if soft and not (_is_known_part(before) and _is_known_part(after)):
            continue
        found.append(left)
        start = between.end()
    return [*found, text[start:]]


def _is_known_part(text: str) -> bool:
    return bool(_clean(fold_canonical(text)))


def known(key: str) -> bool:
    """Whether a folded name means anything."""
    return lookup(key) is not None


def _piece(text: str) -> Piece:
    folded = fold_canonical(text)
    is_remote = bool(_REMOTE.search(folded)) and not _PARTLY.search(folded)
    if ("(" in text or "-" in text) and known(folded):
        # "Frankfurt (Oder)", "Dallas - Fort Worth": the mark belongs to the name.
        return Piece(text, (folded,), is_remote=False)
    parts: list[str] = []
    for each in _without_brackets(text).split(",")[:MOST_PARTS]:
        key = fold_canonical(each)
        for part in (each,) if known(key) else _PARTS.split(each)[:MOST_PARTS]:
            parts += _names(part)
    return Piece(text, _countries_joined(parts[:MOST_PARTS]), is_remote)


def _without_brackets(text: str) -> str:
    """The text without what is no place: "D-" before a postal code, "(MI)" after Milan."""
    plain = _POSTAL_COUNTRY.sub("", text) if "-" in text else text
    bracketed = _IN_BRACKETS.match(plain) if "(" in text else None
    if bracketed:
        # A code that does not fit is of a division that we don't know.
        city, code = lookup(fold_canonical(bracketed[1])), lookup(bracketed[2])
        if city is not None and (code is None or not _lies_in(city, code)):
            return bracketed[1]
    return plain


def _names(part: str) -> list[str]:
    key = fold_canonical(part)
    return [*_clean(key)] or ("-" in part and _city_before_hyphen(part)) or _unknown(key)


def _countries_joined(parts: list[str]) -> tuple[str, ...]:
    """The parts, with "korea" and "republic of" at the end as one."""
    if len(parts) > 1:
        whole = " ".join(parts[-2:])
        named = lookup(whole)
        if named is not None and named.countries:
            return (*parts[:-2], whole)
    return tuple(parts)


def _city_before_hyphen(text: str) -> list[str]:
    """The city in "München-Bogenhausen"; nothing where it is not a large one."""
    city = fold_canonical(text.partition("-")[0])
    named = lookup(city)
    return [city] if named and _is_large(named) else []


def _unknown(key: str) -> list[str]:
    """A part that is not known, without what is no name; nothing where it is all notes."""
    plain = " ".join(_DIGIT.sub(" ", _REMOTE.sub(" ", key)).split())
    stripped = _DIVISIONS.sub(" ", _NOTES.sub(" ", plain)).strip()
    return [plain] if stripped and plain else []


@lru_cache(maxsize=8192)
def _clean(key: str) -> tuple[str, ...]:
    """The known names in a part, or nothing where it is not known as a whole.

    First the part itself, then without remarks about remote work, postal codes, and words such as
    "greater" and "area"; at each step also as a city with its region or country after it.
    """
    for name in (key, key.removeprefix("the "), _POSTAL_CODE.sub("", key)):
        if known(name):
            return (name,)
    steps = [key]
    steps.append(" ".join(_REMOTE.sub(" ", key).split()))
    steps.append(" ".join(_DIGIT.sub(" ", steps[-1]).split()))
    steps.append(" ".join(_NOTES.sub(" ", steps[-1]).split()))
    steps.append(" ".join(_DIVISIONS.sub(" ", steps[-1]).split()))
    for step in dict.fromkeys(steps[1:] if steps[1] != key else steps):
        if not step or (step != key and not steps[-1]):
            return ()
        if known(step):
            return (step,)
        taken = _without_comma(step.split(" "))
        if taken:
            return taken
    shorter = _COMPASS.sub("", steps[-1], count=1)
    named = lookup(shorter) if shorter and shorter != steps[-1] else None
    if named and (named.regions or named.countries or _is_large(named)):
        return (shorter,)
    return ()


def _is_large(named: Named) -> bool:
    return bool(named.cities) and named.cities[0].population >= _LARGE


def _without_comma(words: list[str]) -> tuple[str, ...]:
    """The names in "houston texas" and "us ca san diego", from small to large; else nothing."""
    if len(words) < 2 or len(words) > MOST_PARTS:  # noqa: PLR2004
        return ()
    return (words[0] in _LEADS and _after_lead(words)) or _before_tail(words) or _after_lead(words)


def _before_tail(words: list[str]) -> tuple[str, ...]:
    for size in range(min(4, len(words) - 1), 0, -1):
        tail = " ".join(words[-size:])
        context = lookup(tail)
        if context is None or not context.is_context:
            continue
        head = words[:-size]
        name = " ".join(head)
        place = lookup(name)
        sure = tail not in _UNSURE and name not in _UNSURE
        if place is not None and (sure or _lies_in(place, context)):
            return (name, tail)
        inner = _without_comma(head)
        if inner:
            return (*inner, tail)
        states = any(region.startswith("US-") for region in context.all_regions)
        if sure and (states or context.countries) and not _COMPASS.fullmatch(name):
            return (name, tail)
    return ()


def _after_lead(words: list[str]) -> tuple[str, ...]:
    for size in range(min(3, len(words) - 1), 0, -1):
        lead = " ".join(words[:size])
        context = lookup(lead)
        if context is None or not (context.all_countries or context.region_codes):
            continue
        rest = " ".join(words[size:])
        place = lookup(rest)
        if place is not None and (_lies_in(place, context) or place.all_regions):
            return (rest, lead)
        inner = _without_comma(words[size:])
        if inner:
            return (*inner, lead)
    return ()


def _lies_in(place: Named, context: Named) -> bool:
    regions = {*context.all_regions, *(region for region, _ in context.counties)}
    countries = set(context.all_countries)
    within = [city.region for city in place.cities] + list(place.all_regions)
    return any(region in regions or region[:2] in countries for region in within)
