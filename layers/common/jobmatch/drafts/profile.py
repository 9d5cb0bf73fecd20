"""A résumé as the draft of a profile: by rule and the vocabulary, never by a model.

Taken are the name, mail address, place, positions, admissions and fields of law and technology. All
else that people write about themselves is left where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.careers.dates import is_reversed, unread
from jobmatch.drafts.drafting import MOST_VALUES, Draft
from jobmatch.drafts.schemas import ProfileDraft
from jobmatch.histories.positions import Position, positions_in
from jobmatch.resumes.resume_contact import email_in, location_in, name_in
from jobmatch.resumes.resume_terms import (
    KINDS,
    Admitted,
    Term,
    items_of,
    listed_admissions,
    listed_terms,
    prose_of,
    said_terms,
    stated_admissions,
    studied_terms,
)
from jobmatch.resumes.resume_text import Section, Span, sections_of
from jobmatch.vocabulary.kinds import Kind

if TYPE_CHECKING:
    from jobmatch.extraction.texts import DocumentText

_HEAD_LINES = 15
_MOST_ENTRIES, _LONGEST = 100, 255
_OPENING = ("", "contact")


def profile_draft(document: DocumentText) -> ProfileDraft:
    """The draft of a profile, each value with its quote, and what was seen and not understood.

    Where a name was found, `draft` is a body of PUT /admin/profiles/{profileId}.
    """
    draft = Draft(document)
    sections = sections_of(document.text)
    _read_contact(draft, sections)
    used = _read_positions(draft, sections)
    _read_admissions(draft, sections)
    _read_terms(draft, sections, used)
    return draft.finished(ProfileDraft)


def _read_contact(draft: Draft, sections: list[Section]) -> None:
    text = draft.text
    opening = [
        line
        for section in sections
        if section.kind in _OPENING
        for line in section.lines[:_HEAD_LINES]
        if line.end > line.start
    ]
    email = email_in(text, opening)
    name = name_in(text, sections, email[0] if email else "")
    location = location_in(text, opening, name[1] if name else None)
    for field, found in (("name", name), ("email", email), ("location", location)):
        if found and "\0" not in found[0]:
            draft.set(field, *found)
    if name is None and opening:
        draft.note(opening[0], "is where a résumé has its name, but was not recognised as one")


def _read_positions(draft: Draft, sections: list[Section]) -> set[Span]:
    """Read the positions; gives the lines that were used for them."""
    named = [section for section in sections if section.kind == "experience"]
    used: set[Span] = set()
    for section in named or sections[:1]:
        positions, refused, lines = positions_in(draft.text, section)
        used |= lines
        for position in positions:
            _add_position(draft, position)
        for line, reason in refused if named else ():
            draft.note(line, reason)
    return used


def _add_position(draft: Draft, position: Position) -> None:
    employer, title = (" ".join(span.of(draft.text).split()) for span in position[:2])
    dates = position.dates
    if max(len(employer), len(title)) > _LONGEST or "\0" in employer + title:
        draft.note(dates.whole, "is beside an employer or a title that is too long")
        return
    entry: dict[str, str | None] = {"employer": employer, "title": title}
    spans = {"employer": position.employer, "title": position.title}
    if is_reversed(dates.start_date, dates.end_date):
        draft.note(dates.whole, "ends before it starts")
    else:
        entry["startDate"] = dates.start_date
        spans["startDate"] = dates.start
        if dates.end is not None:
            entry["endDate"] = dates.end_date
            spans["endDate"] = dates.end
        for fault in unread(dates.start_date, dates.end_date):
            draft.note(spans.get(fault.field, dates.whole), fault.reason)
    draft.append("workHistory", entry, _MOST_ENTRIES, **spans)


def _read_admissions(draft: Draft, sections: list[Section]) -> None:
    stated: list[Admitted] = []
    for section in sections:
        if section.kind == "admissions":
            for part, admissions in listed_admissions(draft.text, section):
                stated += admissions
                if not admissions:
                    draft.note(part, "names no bar that is known", Kind.BAR)
        elif section.kind in ("", "summary", "skills"):
            for part in prose_of(section, frozenset()):
                stated += stated_admissions(draft.text, part)
    found: dict[str, Admitted] = {}
    # Of an admission that is told twice, the one with its year.
    for each in sorted(stated, key=lambda admission: (admission.year is None, admission.span)):
        found.setdefault(each.jurisdiction, each)
    for each in sorted(found.values(), key=lambda admission: admission.span):
        entry: dict[str, str | int] = {"jurisdiction": each.jurisdiction}
        if each.year is not None:
            entry["year"] = each.year
        draft.append("barAdmissions", entry, _MOST_ENTRIES, whole=each.span)


def _read_terms(draft: Draft, sections: list[Section], used: set[Span]) -> None:
    text = draft.text
    found: list[Term] = []
    for section in sections:
        if section.kind == "skills":
            for item in items_of(text, section):
                terms = listed_terms(text, item)
                found += terms
                if not terms:
                    reason = "names no known specialization or technical domain"
                    draft.note(item, reason, Kind.SPECIALIZATION)
        elif section.kind == "education":
            found += studied_terms(text, section)
        elif section.kind in ("summary", "experience"):
            for part in prose_of(section, used):
                found += said_terms(text, part)
    draft.add_terms(KINDS, found, MOST_VALUES)
