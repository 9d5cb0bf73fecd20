"""JSON Resume (https://jsonresume.org/schema) as a profile: every version, and common dialects.

Any JSON is accepted. What has no place in a profile, or is not a known value, is reported and left
out. The names of fields are in `jobmatch.documents.json_resume_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jobmatch.careers.addresses import is_address, unpack_address
from jobmatch.careers.dates import start_month
from jobmatch.documents import json_resume_fields as fields
from jobmatch.documents.admissions import bars_of_certificate
from jobmatch.documents.json_resume_work import positions_in
from jobmatch.documents.json_values import (
    children,
    date_of,
    leaves,
    members,
    named_texts,
    text_of,
    texts_of,
)
from jobmatch.documents.leftovers import Leftovers
from jobmatch.errors import FieldError
from jobmatch.places.names import joined_address, known_place_name
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import known_label, labels_of

_OF_PROFILE = ("id", "status", "userId")
"""Fields of the profile beside the sections of the resume."""
_MOST = {"workHistory": 100, "specializations": 50, "technicalDomains": 50, "barAdmissions": 100}
"""How many entries a list of a profile may hold."""
_LONGEST_VALUE = 300
_MOST_READ = 1_000
"""Entries of a section, and values of skills and studies in all, that are looked at."""
_SEPARATORS = re.compile(r"[,;|/\n\u2022\u00b7]+")
_OF_LAW = re.compile(
    r"admi(?:ss|tt)|licen[cs]|\b(?:bar|attorney|lawyer|agent|solicitor|barrister|advocate|member"
    r"|registered|avocat|abogad\w|advocaat)\b|anwalt|anw\u00e4lt|zulassung",
    re.IGNORECASE,
)
"""What a certificate must say itself, before its issuer is read with it."""


@dataclass(slots=True)
class ReadResume:
    """A profile as a request would put it, not validated yet, and what became of the resume."""

    profile: dict[str, Any]
    unmapped: list[FieldError]
    unmapped_omitted: int
    """How much more there is of that."""
    sources: dict[str, str]
    """Where the parts of the profile stand in the resume: pointers by pointers."""
    unpacked_email: str | None
    """The mail address as it was written, where something around it was taken off."""

    def source_of(self, pointer: str) -> str:
        """Where in the resume a part of the profile comes from; the resume for what it lacks."""
        while pointer and pointer not in self.sources:
            pointer = pointer.rpartition("/")[0]
        return self.sources.get(pointer, "")


def read_resume(resume: Mapping[str, Any], pointer: str) -> ReadResume:
    """A resume as a profile as a request would put it, and what could not be mapped.

    Args:
        resume: the document, with the profile's `id` and perhaps its `status` beside the sections.
        pointer: where the resume stands in the request.
    """
    return _Reader(resume, pointer).read()


class _Reader:
    def __init__(self, resume: Mapping[str, Any], pointer: str) -> None:
        self._resume = resume
        self._pointer = pointer
        self._rest = Leftovers("is not kept")
        self._sources: dict[str, str] = {}
        self._profile: dict[str, Any] = {}
        self._unpacked: str | None = None
        self._left = _MOST_READ

    def read(self) -> ReadResume:
        self._sources |= {f"/{name}": f"/{name}" for name in _OF_PROFILE}
        for name in _OF_PROFILE:
            if name in self._resume:
                self._set(name, self._resume[name], f"/{name}")
        self._basics()
        for name in _MOST:
            self._profile[name] = []
        for pointer, entry in self._entries(fields.WORK):
            self._work(pointer, entry)
        self._values()
        for pointer, entry in self._entries(fields.CERTIFICATES):
            if not self._certificate(pointer, entry):
                self._rest.note(pointer, "names no known bar")
        for pointer, section in self._sections(fields.AWARDS):
            for below, entry in islice(children(pointer, section), _MOST_READ):
                self._certificate(below, entry)
        lost, omitted = self._rest.told(self._resume)
        unmapped = [FieldError(f"{self._pointer}{each.pointer}", each.message) for each in lost]
        return ReadResume(self._profile, unmapped, omitted, self._sources, self._unpacked)

    def _set(self, name: str, value: object, *used: str) -> None:
        self._profile[name] = value
        self._sources[f"/{name}"] = used[0]
        self._rest.use(*used)

    def _append(self, name: str, value: object, *used: str, source: str = "") -> bool:
        entries = self._profile[name]
        if len(entries) >= _MOST[name]:
            self._rest.note(
                source or used[0], f"is more than the {_MOST[name]} that a profile holds"
            )
            return False
        self._sources[f"/{name}/{len(entries)}"] = source or used[0]
        entries.append(value)
        self._rest.use(*used)
        return True

    def _sections(self, names: Iterable[str]) -> Iterator[tuple[str, Any]]:
        for pointer, section in members("", self._resume, names):
            if section is not None:
                yield pointer, section

    def _entries(self, names: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """The entries of a section: of a list, or one object alone."""
        for pointer, section in self._sections(names):
            if isinstance(section, dict):
                yield pointer, section
            elif isinstance(section, list):
                for below, entry in islice(children(pointer, section), _MOST_READ):
                    if isinstance(entry, dict) or text_of(entry):
                        yield below, entry
                    else:
                        self._rest.note(below, "is not an object")
            else:
                self._rest.note(pointer, "is not a list")

    def _basics(self) -> None:
        self._profile |= {"name": None, "email": None, "location": None}
        self._sources["/name"] = "/basics/name"
        basics = [*self._sections(fields.BASICS), ("", self._resume)]
        for pointer, section in basics[:-1]:
            if not isinstance(section, dict):
                self._rest.note(pointer, "is not an object")
        for pointer, section in basics:
            if self._profile["name"] is None:
                self._name(pointer, section)
            if self._profile["email"] is None:
                self._email(pointer, section)
            for below, place in members(pointer, section, fields.LOCATION):
                if self._profile["location"] is None:
                    self._location(below, place)

    def _name(self, pointer: str, section: object) -> None:
        for below, value in members(pointer, section, fields.NAME):
            # Whatever it is: a name is required, so a wrong one is a fault and not left out.
            if value is not None:
                self._set("name", value, below)
                return
        parts = [
            next(texts_of(pointer, section, names), None)
            for names in (fields.FIRST_NAME, fields.LAST_NAME)
        ]
        if given := [part for part in parts if part]:
            self._set("name", " ".join(text for _, text in given), *(below for below, _ in given))

    def _email(self, pointer: str, section: object) -> None:
        found = []
        for below, value in members(pointer, section, fields.EMAIL):
            # The first version has several: what is written to a private one, no employer reads.
            found += sorted(
                leaves(below, value), key=lambda leaf: not leaf[0].endswith("/personal")
            )
        usable = [leaf for leaf in found if is_address(leaf[1]) or unpack_address(leaf[1])]
        for below, text in (usable or found)[:1]:
            address = text if is_address(text) else unpack_address(text)
            self._set("email", address or text, below)
            if address and address != text:
                self._unpacked = text

    def _location(self, pointer: str, place: object) -> None:
        if isinstance(place, list):
            for below, each in children(pointer, place):
                if self._profile["location"] is None and not isinstance(each, list):
                    self._location(below, each)
        elif text := text_of(place):
            # A street is not kept, only what is known to be a place.
            if not pointer.casefold().endswith("address") or known_place_name(text):
                self._set("location", text, pointer)
        elif isinstance(place, dict):
            found = [
                next(texts_of(pointer, place, names), (None, None))
                for names in (fields.CITY, fields.REGION, fields.COUNTRY)
            ]
            city, region, country = (text for _, text in found)
            if joined := joined_address(city, region, country):
                self._profile["location"] = joined
                self._sources["/location"] = pointer
                # Of the three, only a region may be left out that the others do not imply.
                said = (at for at, text in found if at and (text != region or str(text) in joined))
                self._rest.use(*said)
                return
            for below, text in texts_of(pointer, place, fields.ADDRESS):
                if known_place_name(text):
                    self._set("location", text, below)
                    return

    def _work(self, pointer: str, entry: object) -> None:
        for read in positions_in(pointer, entry):
            if not read.position:
                self._rest.note(read.pointer, "names no employer or no position")
                continue
            at = f"/workHistory/{len(self._profile['workHistory'])}"
            if self._append("workHistory", read.position, *read.used, source=read.pointer):
                self._sources |= {f"{at}/{name}": where for name, where in read.sources.items()}

    def _values(self) -> None:
        for pointer, entry in self._entries(fields.EDUCATION):
            for below, text in named_texts(pointer, entry, fields.AREA):
                self._value(below, text)
        for pointer, section in self._sections(fields.SKILLS):
            for below, text in leaves(pointer, section, without=fields.LEVEL):
                self._value(below, text)

    def _value(self, pointer: str, text: str) -> None:
        """Keep what a text names of specializations and technical domains, and tell the rest."""
        said = [*filter(None, map(str.strip, _SEPARATORS.split(text)))]
        parts, self._left = said[: self._left], max(0, self._left - len(said))
        if len(parts) < len(said):
            self._rest.note(pointer, f"is more than the {_MOST_READ:,} values that are read")
        unknown = [part for part in parts if not self._known(pointer, part)]
        for part in unknown if len(unknown) < len(parts) else unknown[:1]:
            # Where some is kept, the pointer does not say which part is not.
            quoted = f"\u201c{part[:_LONGEST_VALUE]}\u201d " if len(unknown) < len(parts) else ""
            self._rest.note(pointer, f"{quoted}names no known specialization or technical domain")

    def _known(self, pointer: str, part: str) -> bool:
        if len(part) > _LONGEST_VALUE:
            return False
        for kind, name in (
            (Kind.SPECIALIZATION, "specializations"),
            (Kind.TECHNICAL_DOMAIN, "technicalDomains"),
        ):
            labels = labels_of(kind, part)
            for label in labels:
                if label in self._profile[name]:
                    self._rest.use(pointer)
                else:
                    self._append(name, label, pointer)
            if labels:
                return True
        return False

    def _certificate(self, pointer: str, entry: object) -> bool:
        """Keep the admissions that a certificate or award says; gives whether there are any."""
        name = next(named_texts(pointer, entry, fields.CERTIFICATE), None)
        if name is None:
            return False
        issuer = next(texts_of(pointer, entry, fields.ISSUER), None)
        found = bars_of_certificate(name[1])
        used = [name[0]]
        if issuer and not found and _OF_LAW.search(name[1]):
            found = bars_of_certificate(f"{name[1]}, {issuer[1]}")
            used.append(issuer[0])
        issued = date_of(pointer, entry, fields.ISSUED)
        month = start_month(issued[1]) if issued else None
        status = next(texts_of(pointer, entry, fields.STATUS), None)
        for each in found:
            admission: dict[str, Any] = {"jurisdiction": each.jurisdiction, "year": each.year}
            sources = {"jurisdiction": name[0], "year": name[0]}
            if issued and month is not None and each.year in (None, month // 12):
                admission["year"] = month // 12
                sources["year"] = issued[0]
            if status:
                admission["status"], sources["status"] = status[1], status[0]
            used += sources.values()
            if issuer and known_label(Kind.BAR, issuer[1]) == each.jurisdiction:
                used.append(issuer[0])
            at = f"/barAdmissions/{len(self._profile['barAdmissions'])}"
            if self._append("barAdmissions", admission, *used, source=pointer):
                self._sources |= {f"{at}/{part}": where for part, where in sources.items()}
        return bool(found)
