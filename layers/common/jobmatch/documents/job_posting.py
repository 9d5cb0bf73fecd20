"""schema.org JobPosting (https://schema.org/JobPosting) as JSON-LD, to and from a job of ours.

No context is fetched: a document that names schema.org as its context is trusted in that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from jobmatch.errors import FieldError, InvalidInputError
from jobmatch.places.names import joined_address
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import known_label

if TYPE_CHECKING:
    from jobmatch.jobs.schemas import JobDetail


_BLOCKS = frozenset({"p", "br", "li", "ul", "ol", "div", "h1", "h2", "h3", "h4", "tr"})


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(html: str) -> str:
    """The text of an HTML fragment, with a line for each block that is not empty."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).splitlines())
    return "\n".join(filter(None, lines))


MEDIA_TYPE = "application/ld+json"
CONTEXT = "https://schema.org"
TYPE = "JobPosting"
_CONTEXT = re.compile(r"https?://schema\.org/?", re.ASCII)
_SETS = ("requiredSpecializations", "preferredSpecializations", "requiredTechnicalDomains")
"""The sets that our DefinedTerms name."""


def job_of(posting: Mapping[str, Any]) -> dict[str, Any]:
    """A JobPosting as a job of the API, not yet validated.

    Raises:
        InvalidInputError: it is not a JobPosting of schema.org.
    """
    faults = []
    if not any(map(_CONTEXT.fullmatch, _texts(posting.get("@context")))):
        faults.append(FieldError("/@context", f"must be {CONTEXT}"))
    if TYPE not in _texts(posting.get("@type")):
        faults.append(FieldError("/@type", f"must be {TYPE}"))
    if faults:
        raise InvalidInputError(*faults)
    lists: dict[str, list[str]] = {name: [] for name in (*_SETS, "requiredBar")}
    for name, value in _skills(posting.get("skills")):
        lists[name].append(value)
    for member in ("qualifications", "educationRequirements"):
        names = _names(posting.get(member))
        lists["requiredBar"] += [bar for name in names if (bar := known_label(Kind.BAR, name))]
    html = posting.get("description")
    job = {
        "title": posting.get("title"),
        "description": plain(html) if isinstance(html, str) else html,
        "minimumExperience": _years(posting.get("experienceRequirements")),
        "preferredLocation": _location(posting),
        **{name: list(dict.fromkeys(values)) or None for name, values in lists.items()},
    }
    return {name: value for name, value in job.items() if value is not None}


def posting_of(job: JobDetail) -> dict[str, Any]:
    """A job as a JobPosting; `job_of` reads the same job from it."""
    terms = {
        "requiredSpecializations": job.required_specializations,
        "preferredSpecializations": job.preferred_specializations,
        "requiredTechnicalDomains": job.required_technical_domains,
    }
    skills = [
        {"@type": "DefinedTerm", "name": value, "inDefinedTermSet": name}
        for name, values in terms.items()
        for value in values or ()
    ]
    bars = [
        {"@type": "EducationalOccupationalCredential", "name": bar}
        for bar in job.required_bar or ()
    ]
    posting = {
        "@context": CONTEXT,
        "@type": TYPE,
        "identifier": {"@type": "PropertyValue", "name": "jobmatch", "value": str(job.id)},
        "title": job.title,
        "description": job.description,
        "datePosted": job.created_at.date().isoformat(),
        "skills": skills or None,
        "qualifications": bars or None,
        "experienceRequirements": job.minimum_experience
        and {
            "@type": "OccupationalExperienceRequirements",
            "monthsOfExperience": 12 * job.minimum_experience,
        },
        "jobLocation": job.preferred_location
        and {"@type": "Place", "address": job.preferred_location},
    }
    return {name: value for name, value in posting.items() if value is not None}


def _skills(value: object) -> Iterator[tuple[str, str]]:
    """The values with the lists that they belong to; unknown values are left out."""
    for term in value if isinstance(value, list) else [value]:
        of = term.get("inDefinedTermSet") if isinstance(term, dict) else None
        for name in _names(term):
            if of in _SETS:
                yield str(of), name
            elif known := known_label(Kind.SPECIALIZATION, name):
                yield "requiredSpecializations", known
            elif known := known_label(Kind.TECHNICAL_DOMAIN, name):
                yield "requiredTechnicalDomains", known


def _names(value: object) -> list[str]:
    """The names in texts, which commas divide, or in objects with a name."""
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            found += _texts(item.get("name"))
        elif isinstance(item, str):
            found += [part.strip() for part in re.split(r"[,;\n]", item)]
    return [name for name in found if name]


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text.strip() for text in values if isinstance(text, str)]


def _years(value: object) -> int | None:
    """The required years, rounded up, if they are a number of months."""
    months = value.get("monthsOfExperience") if isinstance(value, dict) else None
    if isinstance(months, bool) or not isinstance(months, int | float):
        return None
    return -int(-months // 12) if abs(months) < 1e6 else 10**6  # noqa: PLR2004 - refused as too many


def _location(posting: Mapping[str, Any]) -> str | None:
    if "TELECOMMUTE" in _texts(posting.get("jobLocationType")):
        return "Remote"
    where = posting.get("jobLocation")
    first = next(iter(where), None) if isinstance(where, list) else where
    address = first.get("address") if isinstance(first, dict) else first
    if isinstance(address, str):
        return address.strip() or None
    if not isinstance(address, dict):
        return None
    parts = (
        next(iter(_names(address.get(name))), None)
        for name in ("addressLocality", "addressRegion", "addressCountry")
    )
    city, region, country = parts
    return joined_address(city, region, country)
