"""What a résumé says of fields of law and of technology, and of admissions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from jobmatch.documents.admissions import ANY_BAR, admissions_in
from jobmatch.resumes.known_phrases import phrases_in
from jobmatch.resumes.resume_text import (
    WORD,
    Section,
    Span,
    folded,
    has_word,
    is_word,
    paragraphs,
    split,
    trimmed,
)
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import labels_of

KINDS = {Kind.SPECIALIZATION: "specializations", Kind.TECHNICAL_DOMAIN: "technicalDomains"}
_ITEM = re.compile(
    r"[,;|\u2022\u00b7\u25aa\u25cf\u2666\u25e6\u2023\t]|\s{3,}|\s[-\u2013\u2014]\s|(?<=\w):\s|\.(?=\s|\Z)"
)
_CLAUSE = re.compile(
    r"[.!?;](?=\s)|,?\s(?:but|aber|sondern|mais)\s|[\u2022\u25aa\u25cf]|\n\s*[-*]\s"
)
_OF_OTHERS = re.compile(
    r"(?<![^\W\d_])([^\W\d_]++)(?:,?\s(?:which|that|who|whose|qui)|,\s(?:die|der|das))\s[^.;\u2022]*+",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"[;\u2022|\t]|\s{3,}")
_BESIDE_SCHOOL = re.compile(r",\s|\s{2,}|\s?[|\u2022\u00b7\u25aa\u25cf\u2666\u25e6\u2023;(]\s?")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER = re.compile(
    r"(?:,?\s?(?:reg(?:istration|\.)?|bar)?\s?(?:nos?\b\.?|number|#)\s?[\d,./-]+)|\([^()]*\d[^()]*\)",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:admitted|active|since|in good standing|inscrit|inscrite|depuis|seit|zugelassen|qualified"
    r"|member|registered|licensed|january|february|march|april|may|june|july|august|september"
    r"|october|november|december)\b|\b(?:in|en|to|of)\s*$",
    re.IGNORECASE,
)
_LONGEST_ITEM = 200


class Term(NamedTuple):
    """A known value and where it stands."""

    kind: Kind
    label: str
    span: Span


class Admitted(NamedTuple):
    """An admission and where it stands; `year` has its own place."""

    jurisdiction: str
    year: int | None
    span: Span


def items_of(text: str, section: Section) -> Iterator[Span]:
    """The entries of a list, an entry that goes on in the next line as one."""
    for lines in paragraphs(section):
        start = lines[0].start
        for line, following in zip(lines, (*lines[1:], None), strict=True):
            goes_on = following and text[following.start].islower()
            if not goes_on or line.of(text)[-1:] in ",;.":
                yield from split(text, Span(start, line.end), _ITEM)
                start = following.start if following else line.end


def listed_terms(text: str, item: Span) -> list[Term]:
    """The terms that an entry of a list of skills names."""
    if item.end - item.start > _LONGEST_ITEM:
        return []
    whole = [
        Term(kind, label, item)
        for kind in (Kind.TECHNICAL_DOMAIN, Kind.SPECIALIZATION)
        for label in labels_of(kind, item.of(text))
    ]
    # What is both is what its label says, or else a technology, as "biosimilars" is.
    whole.sort(key=lambda term: not _is_label(text, term))
    return [term for term in whole if term.kind is whole[0].kind] or said_terms(text, item)


def said_terms(text: str, part: Span) -> list[Term]:
    """The terms that sentences name by the longest phrases.

    Where two overlap, the longer is meant, and of equal ones the technology.
    """
    found = [
        Term(kind, phrase.label, phrase.span)
        for kind in (Kind.TECHNICAL_DOMAIN, Kind.SPECIALIZATION)
        for phrase in phrases_in(kind, text, part)
    ]
    found.sort(key=lambda term: (term.span.start, -term.span.end, not _is_label(text, term)))
    kept: list[Term] = []
    not_own = _not_own(text, part)
    for term in found:
        own = not any(term.span.start < end and start < term.span.end for start, end in not_own)
        if own and (not kept or term.span.start >= kept[-1].span.end):
            kept.append(term)
    return kept


def _not_own(text: str, part: Span) -> list[Span]:
    """What says nothing of the person's fields: titles of admissions, denials, and others' work."""
    spans = [each.span for each in stated_admissions(text, part)]
    for clause in split(text, part, _CLAUSE):
        for word in WORD.finditer(text, clause.start, clause.end):
            if is_word(folded(word[0]), "negations"):
                spans.append(Span(word.start(), clause.end))
                break
    others = _OF_OTHERS.finditer(text, part.start, part.end)
    spans += [Span(*each.span()) for each in others if is_word(folded(each[1]), "others")]
    return spans


def _is_label(text: str, term: Term) -> bool:
    return folded(term.span.of(text)) == folded(term.label)


def studied_terms(text: str, section: Section) -> Iterator[Term]:
    """The fields of study; what schools are called says nothing."""
    for lines in paragraphs(section):
        schools = [
            part
            for line in lines
            for part in split(
                text,
                line,
                _BESIDE_SCHOOL,
            )
            if has_word(part.of(text), "schools")
        ]
        whole = Span(lines[0].start, lines[-1].end)
        for term in study_terms(text, whole):
            span = term.span
            if not any(part.start < span.end and span.start < part.end for part in schools):
                yield term


def study_terms(text: str, part: Span) -> list[Term]:
    """The technical domains that a field of study or a degree names."""
    found = phrases_in(Kind.TECHNICAL_DOMAIN, text, part, every_word=True)
    return [
        Term(Kind.TECHNICAL_DOMAIN, phrase.label, phrase.span)
        for phrase in found
        if not is_word(folded(phrase.span.of(text)), "degrees")  # "LLM" is one of law
    ]


def prose_of(section: Section, used: AbstractSet[Span]) -> Iterator[Span]:
    """The running text of a section, without the lines that were used for something else."""
    for lines in paragraphs(section):
        start: Span | None = None
        end: Span | None = None
        for line in (*lines, None):
            if line is None or line in used:
                if start and end:
                    yield Span(start.start, end.end)
                start = end = None
            else:
                start, end = start or line, line


def stated_admissions(text: str, part: Span) -> list[Admitted]:
    """The admissions that a text says itself."""
    return [
        Admitted(each.jurisdiction, each.year, Span(part.start + each.start, part.start + each.end))
        for each in admissions_in(part.of(text))
        if each.jurisdiction not in ANY_BAR
    ]


def listed_admissions(text: str, section: Section) -> Iterator[tuple[Span, list[Admitted]]]:
    """The entries of a section of admissions, each with what it says."""
    for line in section.lines:
        for part in split(text, line, _SEGMENT):
            said = stated_admissions(text, part) or list(_bare(text, part))
            years = _YEAR.findall(part.of(text))
            if len(said) == len(years) == 1 and said[0].year is None:
                said = [said[0]._replace(year=int(years[0]))]
            yield part, said


def _bare(text: str, part: Span) -> Iterator[Admitted]:
    """Names of bars alone: the section's heading says that they are admissions."""
    said = part.of(text)
    if len(said) > _LONGEST_ITEM:
        return
    years = _YEAR.findall(said)
    plain = _BESIDE.sub(" ", _YEAR.sub(" ", _NUMBER.sub(" ", said))).strip(" ,.:-\u2013\u2014()")
    labels = labels_of(Kind.BAR, plain)
    span = trimmed(text, part.start, part.end)
    for label in labels:
        if label not in ANY_BAR:
            year = int(years[0]) if len(years) == len(labels) == 1 else None
            yield Admitted(label, year, span)
