"""The positions of a JSON Resume, each as one of a profile."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jobmatch.careers.dates import is_present, start_month
from jobmatch.documents import json_resume_fields as fields
from jobmatch.documents.json_values import children, date_of, leaves, members, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobmatch.documents.json_values import Part

_TO = re.compile(r"\s(?:-|to|until|bis)\s|[\u2013\u2014]|(?<=\d{4})-(?=\d{4}\b|[A-Za-z])")


@dataclass(frozen=True, slots=True)
class ReadPosition:
    """A position as a request would put it; `None` where no employer or no title is named.

    `used` are pointers to what was read, and `sources` where each field of the position stands.
    """

    pointer: str
    position: dict[str, Any] | None = None
    used: list[str] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)


def positions_in(pointer: str, entry: object) -> Iterator[ReadPosition]:
    """The position of an entry of `work`, or the several that it has with one employer."""
    employer = next(texts_of(pointer, entry, fields.EMPLOYER), None)
    for below, several in members(pointer, entry, fields.POSITIONS) if employer else ():
        if isinstance(several, list) and any(isinstance(each, dict) for each in several):
            for at, each in children(below, several):
                yield _position(at, each, next(texts_of(at, each, fields.EMPLOYER), employer))
            return
    yield _position(pointer, entry, employer)


def _position(pointer: str, entry: object, employer: Part | None) -> ReadPosition:
    title = next(texts_of(pointer, entry, fields.TITLE), None)
    if not employer or not title:
        return ReadPosition(pointer)
    start, end = (date_of(pointer, entry, names) for names in (fields.START, fields.END))
    if not start and not end:
        start, end = _start_and_end(pointer, entry)
    goes_on = [
        below
        for below, value in members(pointer, entry, fields.GOES_ON)
        if value is True and (not end or is_present(end[1]))
    ]
    lines = _description(pointer, entry, employer[0])
    read = {
        "employer": employer,
        "title": title,
        "startDate": start,
        "endDate": end,
        "description": (lines[0][0], "\n".join(text for _, text in lines)) if lines else None,
    }
    return ReadPosition(
        pointer,
        {name: part and part[1] for name, part in read.items()},
        [*(part[0] for part in read.values() if part), *(at for at, _ in lines), *goes_on],
        {name: part[0] for name, part in read.items() if part},
    )


def _description(pointer: str, entry: object, employer: str) -> list[Part]:
    points = [
        line
        for below, value in members(pointer, entry, fields.POINTS)
        for line in leaves(below, value)
    ]
    summary = next(texts_of(pointer, entry, fields.SUMMARY), None)
    # Beside `name` and points, "description" says what the employer does: so in version 0.0.17.
    of_employer = points and employer.endswith("/name")
    if summary is None or (of_employer and not summary[0].endswith("/summary")):
        return points
    return [summary, *points]


def _start_and_end(pointer: str, entry: object) -> tuple[Part | None, Part | None]:
    """Start and end from one text that holds both."""
    for below, text in texts_of(pointer, entry, fields.DATES):
        parts = _TO.split(text)
        if len(parts) > 1 and start_month(parts[0]) is not None:
            return (below, parts[0].strip()), (below, " - ".join(map(str.strip, parts[1:])))
    return None, None
