"""Every member of JSON Resume's published schemas, by the versions that differ."""

from __future__ import annotations

_WORK = "company position website startDate endDate summary highlights[]"
_EDUCATION = "institution area studyType startDate endDate courses[]"
_FIRST = {
    "bio": "firstName lastName email.work email.personal phone.work phone.personal summary"
    " location.city location.countryCode location.state websites.blog profiles.twitter"
    " profiles.github",
    "work[]": _WORK,
    "education[]": _EDUCATION,
    "awards[]": "title awardDate awarder",
    "publications[]": "name publisher releaseDate website",
    "skills[]": "name level releaseDate keywords[]",
    "hobbies[]": "name keywords[]",
    "references[]": "name reference",
}
_OFFICIAL = {
    "basics": "name label picture email phone website summary location.address"
    " location.postalCode location.city location.countryCode location.region profiles[].network"
    " profiles[].username profiles[].url",
    "work[]": _WORK,
    "volunteer[]": "organization position website startDate endDate summary highlights[]",
    "education[]": f"{_EDUCATION} gpa",
    "awards[]": "title date awarder summary",
    "publications[]": "name publisher releaseDate website summary",
    "skills[]": "name level keywords[]",
    "languages[]": "language fluency",
    "interests[]": "name keywords[]",
    "references[]": "name reference",
}


def _later(members: str) -> str:
    return members.replace("company", "name location description").replace("website", "url")


_WITH_PROJECTS = {
    **{section: _later(members) for section, members in _OFFICIAL.items()},
    "basics": _later(_OFFICIAL["basics"]).replace("picture", "image"),
    "projects[]": "name description highlights[] keywords[] startDate endDate url roles[] entity"
    " type",
    "meta": "canonical version lastModified",
}
_WITH_CERTIFICATES = {
    **_WITH_PROJECTS,
    "education[]": f"{_EDUCATION} url score",
    "certificates[]": "name date url issuer",
    "": "$schema",
}
VERSIONS = {
    "0.0.6": _FIRST,
    "0.0.11": {**_FIRST, "bio": f"{_FIRST['bio']} label location.region"},
    "0.0.0 to 0.0.16": _OFFICIAL,
    "0.0.17 to 0.1.3": _WITH_PROJECTS,
    "0.2.0 to 1.2.1": _WITH_CERTIFICATES,
}
"""For each version its sections, and the members of each; "[]" stands for entries of a list."""


def paths(version: str) -> list[str]:
    """The paths of all leaves of a version: "work[].highlights[]"."""
    return [
        f"{section}.{member}".removeprefix(".")
        for section, members in VERSIONS[version].items()
        for member in members.split()
    ]
