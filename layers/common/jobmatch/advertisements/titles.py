"""The title and the place of an advertisement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from jobmatch.advertisements.sections import Section, heading_of
from jobmatch.places.keys import alternatives

if TYPE_CHECKING:
    from jobmatch.advertisements.sections import Sentence

Span = tuple[int, int]
_JOB_WORD = re.compile(
    r"\b(?:attorneys?|counsel|associate|lawyer|solicitor|barrister|agent|manager|paralegal|partner"
    r"|director|scientist|specialist|engineer|advis[eo]r|examiner|analyst|consultant|head of|clerk"
    r"|secretary|administrator|officer|trainee|professional|expert|docketer|searcher|chief"
    r"|\w*anw[aä]lt(?:in|e)?"
    r"|\w*(?:ingenieur|jurist|referent|leiter|assessor|kandidat|sachbearbeiter)(?:in)?)\b",
    re.IGNORECASE,
)
_FIRM_WORD = re.compile(
    r"\b(?:LLP|LLC|PLLC|Inc|Ltd|GmbH|PartG\w*|PartGmbB|mbB|plc|PLC|P\.?C\.?|SE|AG|KG|Co|Corp"
    r"|Corporation|University|we|our|you|your|is|are|was|has|have|join|about)\b"
)
_CONTACT = re.compile(r"@|https?://|www\.|\d{4,}|\?|[.!]$")
_ADDRESS = re.compile(r"@|https?://|www\.|[.!?]$")
_COMMA = re.compile(r", ?")
_PIECES = re.compile(r"\s*[|·•>]\s*|\s{3,}|\t| [\u2013\u2014-] (?=\S+ )")
_BAR = re.compile(r"\s*[|·•]\s*|\s{3,}|\t")
_BEHIND = re.compile(r"(?<!\s)\s++(?:\(([^()]++)\)|[\u2013\u2014-] ([^()\u2013\u2014-]++))$")
_WORKING = re.compile(
    r"^\W*(?:remote|hybrid|on-?site|full[ -]time|part[ -]time|vollzeit|teilzeit|permanent"
    r"|contract)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r",? ?\bonly\W*$", re.IGNORECASE)
_BRACKET = re.compile(r"\(([^()]+)\)\W*$")
_NAMES = r"(?:[^\W\d_a-zäöü][\w.'\u2019-]*(?:,? (?=[^\W\d_a-zäöü])|,? )?){1,5}"
_IN_PROSE = (
    re.compile(rf"\b(?:based in|located in|work from|sitz in) (?:our )?({_NAMES})"),
    re.compile(rf"\b(?:our|the|in|for) ({_NAMES})(?:office|headquarters|team\b)"),
    re.compile(rf"\b(?:Standort|Location|Office|Arbeitsort|Based in|Ort): ({_NAMES})"),
    re.compile(rf"\b(?:am Standort|Standort|join us in|position in|role in) ({_NAMES})"),
)
_LONGEST_TITLE, _LONGEST_PLACE, _HEAD = 120, 255, 12


def title_of(text: str, sentences: Sequence[Sentence]) -> Span | None:
    """Where the title stands: after its label, else the first line at the top that names a job."""
    for sentence in sentences:
        if sentence.section is Section.TITLE and sentence.end - sentence.start <= _LONGEST_TITLE:
            return _without_place(text, sentence.start, sentence.end)
    head = list(_lines(text))
    for start, end in head[:_HEAD] + head[_HEAD : 3 * _HEAD]:
        line = text[start:end]
        if end - start <= _LONGEST_TITLE and _JOB_WORD.search(line) and _names_a_job(line):
            return _without_place(text, start, end)
    return next(((start, min(end, start + 255)) for start, end in head), None)


def _without_place(text: str, start: int, end: int) -> Span:
    """The title without the place, the hours or the pay that stand behind it."""
    for first, last in _parted(_BAR, text, start, end):
        if _JOB_WORD.search(text, first, last):
            start, end = first, last
            break
    while behind := _BEHIND.search(text, start, end):
        said = behind[1] or behind[2]
        if not (_WORKING.search(said) or is_place(said, strict=True)):
            break
        end = behind.start()
    return start, end


def _names_a_job(line: str) -> bool:
    return not (_FIRM_WORD.search(line) or _CONTACT.search(line) or heading_of(line.rstrip(":")))


def _lines(text: str) -> Iterator[Span]:
    at = 0
    for line in text.split("\n"):
        shown = line.replace("\0", " ").strip()
        if shown:
            start = at + line.index(shown[0])
            yield start, start + len(shown)
        at += len(line) + 1


def place_of(text: str, sentences: Sequence[Sentence]) -> tuple[Span | None, Span | None]:
    """Where the place of work stands, or else a labelled one that can't be resolved."""
    labelled = [
        (sentence.start, sentence.end)
        for sentence in sentences
        if sentence.section is Section.PLACE and sentence.is_labelled
    ]
    for start, end in labelled:
        for first, last in ((start, end), *_pieces(text, start, end)):
            if is_place(text[first:last], strict=False):
                return (first, last), None
    found = _place_at_top(text) or _place_in_prose(text, sentences)
    short = (span for span in labelled if span[1] - span[0] <= _LONGEST_TITLE)
    return found, None if found else next(short, None)


def _place_at_top(text: str) -> Span | None:
    for start, end in islice(_lines(text), _HEAD):
        line = text[start:end]
        if len(line) <= _LONGEST_TITLE and not _ADDRESS.search(line):
            places = (_place_at_end(text, *piece) for piece in _pieces(text, start, end))
            if found := next(filter(None, places), None):
                return found
    return None


def _place_in_prose(text: str, sentences: Sequence[Sentence]) -> Span | None:
    for sentence in sentences:
        if sentence.section in {Section.FIRM, Section.OTHER}:
            continue
        for pattern in _IN_PROSE:
            for found in pattern.finditer(text, sentence.start, sentence.end):
                start = found.start(1)
                end = start + len(found[1].rstrip(" ,."))
                if is_place(text[start:end], strict=True):
                    return start, end
    return None


def _place_at_end(text: str, start: int, end: int) -> Span | None:
    """The place that the last parts between commas name: "Halden & Co, London"."""
    bracket = _BRACKET.search(text, start, end)
    if bracket and not is_place(text[start : bracket.start()], strict=True):
        start, end = bracket.span(1)
    if only := _ONLY.search(text, start, end):
        end = only.start()
    for at in [start, *(each.end() for each in _COMMA.finditer(text, start, end))]:
        first = text[at:end].partition(",")[0]
        if is_place(first, strict=True) and is_place(text[at:end], strict=True):
            return at, _end_of_place(text, at, end)
    return None


def _end_of_place(text: str, start: int, end: int) -> int:
    """Where the place ends before what is none: "Erlangen, Teilzeit möglich"."""
    commas = [each.start() for each in _COMMA.finditer(text, start, end)]
    while commas and not is_place(text[commas[-1] + 1 : end].strip(), strict=True):
        end = commas.pop()
    return end


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    return _parted(_PIECES, text, start, end)


def _parted(between: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for each in [*between.finditer(text, start, end), None]:
        stop = each.start() if each else end
        if at < stop:
            yield at, stop
        at = each.end() if each else end


def is_place(text: str, *, strict: bool) -> bool:
    """Whether all of a text is places or remote; where that is strict, with no unknown city."""
    if len(text) > _LONGEST_PLACE or (strict and ":" in text) or not any(map(str.isalpha, text)):
        return False
    found = alternatives(text.replace("\n", " "))
    if not found or not all(each.is_resolved for each in found):
        return False
    if not strict:
        return True
    return all(not place.unknown for each in found for place in each.places)
