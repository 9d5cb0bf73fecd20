"""JSON Resume (https://jsonresume.org/schema, version 1.0.0) as a profile.

Any JSON is accepted. What has no place in a profile, or is not a known value, is reported and left
out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from jobmatch.errors import FieldError, shortened
from jobmatch.places.names import joined_address
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import known_label

_OF_PROFILE = ("id", "status", "userId")
"""Fields of the profile beside the sections of the resume."""
_OF_DOCUMENT = ("$schema", "meta")
_SECTIONS = ("basics", "work", "education", "skills", "certificates")
_ANY_BAR = ("Any US State Bar", "Any EU Bar", "Patent Attorney")
"""Kinds of bars: a job may require them, but nobody is admitted to them."""


class _Resume:
    """A resume, and what of it could not be mapped so far."""

    def __init__(self, resume: Mapping[str, Any], pointer: str) -> None:
        self._resume = resume
        self._pointer = pointer
        self.unmapped: list[FieldError] = []

    def profile(self) -> dict[str, Any]:
        """The profile as a request would put it, not validated yet."""
        profile = {name: self._resume[name] for name in _OF_PROFILE if name in self._resume}
        self._rest("", self._resume, (*_OF_PROFILE, *_OF_DOCUMENT, *_SECTIONS))
        profile |= self._basics()
        profile["workHistory"] = list(self._work())
        values: dict[Kind, list[str]] = {Kind.SPECIALIZATION: [], Kind.TECHNICAL_DOMAIN: []}
        for pointer, text in (*self._education(), *self._skills()):
            for kind, labels in values.items():
                if known := known_label(kind, text):
                    labels.append(known)
                    break
            else:
                self._lost(pointer, "names no known specialization or technical domain")
        profile["specializations"] = _distinct(values[Kind.SPECIALIZATION])
        profile["technicalDomains"] = _distinct(values[Kind.TECHNICAL_DOMAIN])
        profile["barAdmissions"] = list(self._certificates())
        return profile

    def _basics(self) -> dict[str, Any]:
        basics = self._object("/basics", self._resume.get("basics"))
        location = self._object("/basics/location", basics.get("location"))
        parts = ("city", "region", "countryCode")
        self._rest("/basics", basics, ("name", "email", "location"))
        self._rest("/basics/location", location, parts)
        city, region, country = (_text(location.get(part)) for part in parts)
        return {
            "name": basics.get("name"),
            "email": _text(basics.get("email")),
            "location": joined_address(city, region, country),
        }

    def _work(self) -> Iterator[dict[str, Any]]:
        used = ("name", "position", "startDate", "endDate", "summary", "highlights")
        for pointer, entry in self._entries("work"):
            employer, title = _text(entry.get("name")), _text(entry.get("position"))
            if not (employer and title):
                self._lost(pointer, "names no employer or no position")
                continue
            self._rest(pointer, entry, used)
            texts = [_text(entry.get("summary")), *_texts(entry.get("highlights"))]
            yield {
                "employer": employer,
                "title": title,
                "startDate": _date(entry.get("startDate")),
                "endDate": _date(entry.get("endDate")),
                "description": "\n".join(filter(None, texts)) or None,
            }

    def _education(self) -> Iterator[tuple[str, str]]:
        for pointer, entry in self._entries("education"):
            self._rest(pointer, entry, ("area",))
            if area := _text(entry.get("area")):
                yield f"{pointer}/area", area

    def _skills(self) -> Iterator[tuple[str, str]]:
        for pointer, entry in self._entries("skills"):
            self._rest(pointer, entry, ("name", "keywords"))
            if name := _text(entry.get("name")):
                yield f"{pointer}/name", name
            for number, keyword in enumerate(_texts(entry.get("keywords"))):
                yield f"{pointer}/keywords/{number}", keyword

    def _certificates(self) -> Iterator[dict[str, Any]]:
        for pointer, entry in self._entries("certificates"):
            texts = (_text(entry.get(name)) for name in ("name", "issuer"))
            known = (known_label(Kind.BAR, text) for text in texts if text)
            bars = [bar for bar in known if bar and bar not in _ANY_BAR]
            if not bars:
                self._lost(pointer, "names no known bar")
                continue
            self._rest(pointer, entry, ("name", "issuer", "date"))
            year = re.match(r"[1-9]\d{3}", _text(entry.get("date")) or "", re.ASCII)
            yield {"jurisdiction": bars[0], "year": int(year[0]) if year else None}

    def _entries(self, section: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        value = self._resume.get(section)
        if value is not None and not isinstance(value, list):
            self._lost(f"/{section}", "is not a list")
            return
        for number, entry in enumerate(value or ()):
            pointer = f"/{section}/{number}"
            if isinstance(entry, dict):
                yield pointer, entry
            else:
                self._lost(pointer, "is not an object")

    def _object(self, pointer: str, value: object) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        if value is not None:
            self._lost(pointer, "is not an object")
        return {}

    def _rest(self, pointer: str, entry: Mapping[str, Any], used: Collection[str]) -> None:
        for name, value in entry.items():
            if name not in used and value not in (None, "", [], {}):
                escaped = shortened(name).replace("~", "~0").replace("/", "~1")
                self._lost(f"{pointer}/{escaped}", "is not kept")

    def _lost(self, pointer: str, reason: str) -> None:
        self.unmapped.append(FieldError(f"{self._pointer}{pointer}", reason))


def profile_of(resume: Mapping[str, Any], pointer: str) -> tuple[dict[str, Any], list[FieldError]]:
    """A resume as a profile as a request would put it, not validated yet.

    Args:
        resume: the document, with the profile's `id` and perhaps its `status` beside the sections.
        pointer: where the resume stands in the request.

    Returns:
        The profile, and what could not be mapped.
    """
    reader = _Resume(resume, pointer)
    return reader.profile(), reader.unmapped


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _date(value: object) -> str | None:
    """A date as text; a whole number stands for a year."""
    is_year = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_year else _text(value)


def _texts(value: object) -> list[str]:
    return [text for item in value if (text := _text(item))] if isinstance(value, list) else []


def _distinct(labels: list[str]) -> list[str]:
    return list(dict.fromkeys(labels))
