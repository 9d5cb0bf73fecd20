"""LinkedIn's export of one's own data as the draft of a profile."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from jobmatch.careers.addresses import is_address
from jobmatch.careers.dates import is_reversed, unread
from jobmatch.documents.admissions import ANY_BAR, admissions_in
from jobmatch.drafts.csv_rows import Value, records
from jobmatch.drafts.drafting import MOST_VALUES, Draft
from jobmatch.drafts.schemas import ProfileDraft
from jobmatch.extraction.refusals import refused
from jobmatch.extraction.texts import DocumentText
from jobmatch.histories.resume_dates import written
from jobmatch.resumes.resume_terms import (
    KINDS,
    Term,
    listed_terms,
    said_terms,
    stated_admissions,
    study_terms,
)
from jobmatch.resumes.resume_text import Span
from jobmatch.vocabulary.kinds import Kind

_COLUMNS = {
    "profile.csv": ("First Name", "Last Name", "Headline", "Summary", "Geo Location"),
    "email addresses.csv": ("Email Address", "Confirmed", "Primary"),
    "positions.csv": ("Company Name", "Title", "Description", "Started On", "Finished On"),
    "skills.csv": ("Name",),
    "certifications.csv": ("Name", "Authority", "Started On", "Finished On"),
    "education.csv": ("Degree Name",),
}
MOST_CHARACTERS = 200_000
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_LONGEST, _LONGEST_DATE = 255, 40
_MOST_ENTRIES = 100

_Record = dict[str, Value]


def linkedin_draft(files: dict[str, bytes]) -> ProfileDraft:
    """The draft of a profile from the files of the ZIP that LinkedIn gives people of their data.

    The draft's text is that of the files that are read, one behind the other.

    Raises:
        InvalidInputError: none of the files that are read is there, or they can't be read.
    """
    text, parts = _joined(files)
    if not parts:
        raise refused("holds none of the files of LinkedIn's export, as Profile.csv")
    if len(text) > MOST_CHARACTERS:
        raise refused(f"must not hold more than {MOST_CHARACTERS:,} characters of text")
    draft = Draft(DocumentText(text))
    rows = {
        name: list(records(text, parts[name], columns)) if name in parts else []
        for name, columns in _COLUMNS.items()
    }
    _add_person(draft, rows)
    for record in rows["positions.csv"]:
        _add_position(draft, record)
    _add_admissions(draft, rows)
    _add_terms(draft, rows)
    return draft.finished(ProfileDraft)


def _joined(files: Mapping[str, bytes]) -> tuple[str, dict[str, Span]]:
    """The text of the files that are read, and where each stands in it."""
    text, parts = "", {}
    for path in sorted(files):
        name = PurePosixPath(path).name.casefold()
        if name in _COLUMNS and name not in parts:
            try:
                said = files[path].decode("utf-8-sig").replace("\0", " ")
            except UnicodeDecodeError as error:
                raise refused(f"holds a {PurePosixPath(path).name} that is not UTF-8") from error
            text += "\n" if text else ""
            parts[name] = Span(len(text), len(text) + len(said))
            text += said
    return text, parts


def _add_person(draft: Draft, rows: dict[str, list[_Record]]) -> None:
    person = next(iter(rows["profile.csv"]), {})
    names = [person[each] for each in ("First Name", "Last Name") if each in person]
    name = " ".join(" ".join(each.text for each in names).split())
    if 0 < len(name) <= _LONGEST:
        draft.fields["name"] = name
        for each in names:
            draft.source("/name", each.span)
    place = person.get("Geo Location")
    if place and len(place.text) <= _LONGEST:
        draft.set("location", place.text, place.span)
    addresses = [record for record in rows["email addresses.csv"] if "Email Address" in record]
    addresses.sort(
        key=lambda record: [not _says_yes(record, "Primary"), not _says_yes(record, "Confirmed")]
    )
    for record in addresses:
        address = record["Email Address"]
        if is_address(address.text) and len(address.text) <= _LONGEST:
            draft.set("email", address.text, address.span)
            return


def _says_yes(record: _Record, column: str) -> bool:
    return column in record and record[column].text.casefold() == "yes"


def _add_position(draft: Draft, record: _Record) -> None:
    fields = {"employer": "Company Name", "title": "Title"}
    values = {name: record[column] for name, column in fields.items() if column in record}
    first = next(iter(record.values())).span
    if len(values) < len(fields):
        draft.note(first, "is of a position without a company or a title")
        return
    if any(len(value.text) > _LONGEST for value in values.values()):
        draft.note(first, "is of a position whose company or title is too long")
        return
    entry = {name: value.text for name, value in values.items()}
    spans = {name: value.span for name, value in values.items()}
    dates = {
        name: record[column]
        for name, column in (("startDate", "Started On"), ("endDate", "Finished On"))
        if column in record and len(record[column].text) <= _LONGEST_DATE
    }
    said = {name: written(value.text) for name, value in dates.items()}
    if is_reversed(said.get("startDate"), said.get("endDate")):
        draft.note(dates["startDate"].span, "is after the position's end")
    else:
        entry |= said
        spans |= {name: value.span for name, value in dates.items()}
        for fault in unread(said.get("startDate"), said.get("endDate")):
            draft.note(spans.get(fault.field, first), fault.reason)
    draft.append("workHistory", entry, _MOST_ENTRIES, **spans)


def _add_admissions(draft: Draft, rows: dict[str, list[_Record]]) -> None:
    found: dict[str, tuple[int | None, Span]] = {}
    for record in rows["certifications.csv"]:
        if "Name" not in record:
            continue
        name, issuer = record["Name"], record.get("Authority")
        said = admissions_in(name.text) or (
            admissions_in(f"{name.text}, {issuer.text}") if issuer else []
        )
        said = [each for each in said if each.jurisdiction not in ANY_BAR]
        if not said:
            draft.note(name.span, "says no admission to a bar that is known", Kind.BAR)
        elif "Finished On" in record:
            draft.note(name.span, "has an end, so that it may not be an admission any more")
        else:
            year = _YEAR.search(record["Started On"].text) if "Started On" in record else None
            for each in said:
                known = each.year or (int(year[0]) if year else None)
                found.setdefault(each.jurisdiction, (known, name.span))
    for part in _prose(rows["profile.csv"]):
        for stated in stated_admissions(draft.text, part):
            found.setdefault(stated.jurisdiction, (stated.year, stated.span))
    for jurisdiction, (year_of, span) in found.items():
        entry: dict[str, str | int] = {"jurisdiction": jurisdiction}
        if year_of is not None:
            entry["year"] = year_of
        draft.append("barAdmissions", entry, _MOST_ENTRIES, whole=span)


def _add_terms(draft: Draft, rows: dict[str, list[_Record]]) -> None:
    terms: list[Term] = []
    for skill in (record["Name"] for record in rows["skills.csv"]):
        named = listed_terms(draft.text, skill.span)
        terms += named
        if not named:
            reason = "names no known specialization or technical domain"
            draft.note(skill.span, reason, Kind.SPECIALIZATION)
    for degree in (record["Degree Name"] for record in rows["education.csv"]):
        terms += study_terms(draft.text, degree.span)
    for part in _prose((*rows["profile.csv"], *rows["positions.csv"])):
        terms += said_terms(draft.text, part)
    draft.add_terms(KINDS, terms, MOST_VALUES)


def _prose(rows: list[_Record] | tuple[_Record, ...]) -> Iterator[Span]:
    for record in rows:
        for column in ("Headline", "Summary", "Description"):
            if column in record:
                yield record[column].span
