"""Where a JobPosting says that the work is done."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from jobmatch.places.gazetteer import areas
from jobmatch.places.keys import alternatives
from jobmatch.places.names import country_name, joined_address
from jobmatch.postings.posting_document import use_types
from jobmatch.postings.posting_names import REMOTE
from jobmatch.text import canonical_text

if TYPE_CHECKING:
    from jobmatch.postings.tree import Node

_CODES = frozenset({2, 3})
"""Letters of the codes of countries."""
_LONGEST = 255
_MOST = 50
"""Countries or regions that are read."""
_PARTS = ("addressLocality", "addressRegion", "addressCountry")


def location_of(posting: Node) -> tuple[str, str] | None:
    """The location as a job has it, and the pointer to where it stands; `None` without one."""
    for kind in posting.member("jobLocationType").items():
        if (kind.named() or "").casefold() in ("telecommute", "remote"):
            return _remote(posting, kind)
    where = posting.member("jobLocation").first()
    address = where if where.text is not None else where.member("address", "name").first()
    if isinstance(where.value, dict):
        use_types(where)
    if isinstance(address.value, dict):
        return address_of(address)
    if address.text is None:
        return None
    address.use()
    return address.text, address.pointer


def _remote(posting: Node, kind: Node) -> tuple[str, str]:
    kind.use()
    names: list[str] = []
    source = kind
    for each in islice(posting.member("applicantLocationRequirements").items(), _MOST):
        name = each if each.text is not None else each.member("name", "address").first()
        text = (name.text or "").strip()
        if text and len(text) <= _LONGEST and len(remote_within([*names, text])) <= _LONGEST:
            if isinstance(each.value, dict):
                use_types(each)
            names.append(text)
            name.use()
            source = name
    return remote_within(names), source.pointer


def address_of(address: Node) -> tuple[str, str] | None:
    """The location that an address says, and the pointer to it; its parts are used."""
    parts = [address.member(name).first() for name in _PARTS]
    parts = [
        part.member("name", "identifier").first() if isinstance(part.value, dict) else part
        for part in parts
    ]
    parts = [part for part in parts if len(part.text or "") <= _LONGEST]
    if len(parts) < len(_PARTS):
        return None
    city, region, nation = ((part.text or "").strip() or None for part in parts)
    ends_so = city and (not region or canonical_text(city).endswith(canonical_text(region)))
    if city and ends_so and "," in city and _is_within(city, nation):
        location: str | None = city
    else:
        location = joined_address(city, region, nation and country(nation))
    if not location:
        return None
    use_types(address)
    said = canonical_text(location)
    for part in parts:
        # A known country is said by its state or by its other name.
        said_otherwise = part is parts[-1] and bool(alternatives(part.text or ""))
        if part.text is not None and (said_otherwise or canonical_text(part.text) in said):
            part.use()
    return location, address.pointer


def remote_within(names: list[str]) -> str:
    """The location of a job that is remote within some countries or regions."""
    known = [country(name) for name in names]
    return " or ".join(f"{REMOTE} - {name}" for name in dict.fromkeys(known)) or REMOTE


def country(name: str) -> str:
    """The name of a country for its code; another text as it is."""
    code = name.strip().upper()
    if len(code) not in _CODES or not code.isalpha():
        return name.strip()
    places = [each for said in alternatives(code) for each in said.places]
    found = code if code in areas().countries else "".join(each.country for each in places[:1])
    is_country = found and not any(each.region or each.city for each in places)
    known = country_name(found) if code in areas().countries or is_country else name
    return known.removeprefix("the ").strip()


def _is_within(locality: str, name: str | None) -> bool:
    """Whether a locality is a place that is known, and lies in the named country if one is."""
    places = [each for said in alternatives(locality) for each in said.places]
    countries = [each for said in alternatives(name or "") for each in said.places]
    known = bool(places) and all(each.is_resolved for each in alternatives(locality))
    return known and (
        not name or {each.country for each in places} == {each.country for each in countries}
    )
