"""Who a résumé is of: the name, the mail address and the place that its head gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobmatch.careers.addresses import addresses_in
from jobmatch.resumes.resume_text import (
    WORD,
    Section,
    Span,
    folded,
    has_word,
    is_heading,
    is_place,
    is_word,
    split,
    trimmed,
    words_of_resumes,
)
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import known_label

_SEGMENT = re.compile(
    r"\t|\s{3,}|\s?[|\u2022\u00b7\u25aa\u25cf\u2666\u25e6\u2023;\u2013\u2014()]\s?|\s[-~/]\s"
)
_BEHIND_NAME = re.compile(rf"{_SEGMENT.pattern}|,\s?")
_AFTER_LABEL = re.compile(r":|\t|\s{2,}")
_SPACED = re.compile(r"[^\W\d_]\.?(?: [^\W\d_]\.?)*")
"""A word in letters apart: "A D A"."""
_APART = re.compile(r"\S(?:\s?\S)*")
_COMMA = re.compile(r",\s?")
_TOKEN = re.compile(r"\S+")
_PHONE = re.compile(r"\d[\d ().\-/]{5,}\d")
_ZIP = re.compile(r"\b\d{5}-\d{4}\b")
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['\u2019.-][^\W\d_]+)*\.?|[\"\u201c(][^\W\d_]+[\"\u201d)]")
_LETTERS = re.compile(r"[^\W\d_]+")
_NAME_WORDS = range(2, 6)
_TITLED = 3
_HEAD = 3
_LOOKED_AT = 80
_LONGEST_LINE = 300
_LONGEST = 255
_SHORTEST = 3


def email_in(text: str, lines: list[Span]) -> tuple[str, Span] | None:
    """The first mail address."""
    for line in lines:
        said = line.of(text)[: 4 * _LONGEST]
        for address in addresses_in(said) if "@" in said else []:
            at = said.find(address)
            if at >= 0 and len(address) <= _LONGEST:
                return address, Span(line.start + at, line.start + at + len(address))
    return None


def name_in(text: str, sections: list[Section], email: str) -> tuple[str, Span] | None:
    """The name: where it is labelled, else in the head, best where the mail address has it too."""
    lines = [
        line
        for section in sections
        if section.kind not in ("other", "experience")
        for line in section.lines
        if line.end > line.start
    ][:_LOOKED_AT]
    for line in lines:
        if value := _labelled(text, line, "name"):
            for span in split(text, value, _BEHIND_NAME)[:1]:
                if name := _name(text, span):
                    return name
    head = [line for section in sections if not section.kind for line in section.lines]
    head = [line for line in head if line.end > line.start][:_HEAD]
    found = [(line in head, _in_line(text, line)) for line in lines]
    names = [(is_head, name) for is_head, name in found if name]
    matching = [name for _, name in names if _is_in(name[0], email)]
    return next(iter(matching or [name for is_head, name in names if is_head]), None)


def location_in(text: str, lines: list[Span], name: Span | None) -> tuple[str, Span] | None:
    """The place, without street and post code."""
    labelled = [value for line in lines if (value := _labelled(text, line, "location"))]
    for line in (*labelled, *lines):
        # Of a line with the name, what stands behind it.
        start = name.end if name and line.start <= name.start < line.end else line.start
        part = Span(start, min(line.end, start + _LONGEST_LINE))
        for segment in split(text, part, _SEGMENT):
            if place := _place(text, segment):
                return place
    return None


def _labelled(text: str, line: Span, label: str) -> Span | None:
    said = line.of(text)[:_LONGEST_LINE]
    between = _AFTER_LABEL.search(said)
    if between and folded(said[: between.start()]) in words_of_resumes()["labels"][label]:
        return trimmed(text, line.start + between.end(), line.start + len(said))
    return None


def _in_line(text: str, line: Span) -> tuple[str, Span] | None:
    if line.end - line.start > _LONGEST_LINE or ":" in line.of(text):
        return None
    words = _APART.findall(line.of(text))
    if len(words) > 1 and all(map(_SPACED.fullmatch, words)) and max(map(len, words)) > _TITLED:
        name = " ".join("".join(word.split()) for word in words)
        return (_cased(name), line) if all(map(_may_be_of_name, name.split())) else None
    pieces = split(text, line, _BEHIND_NAME)
    own = [piece for piece in pieces if not _is_of_document(piece.of(text))]
    return _name(text, own[0]) if own else None


def _is_of_document(said: str) -> bool:
    """Whether a text says what the document is: "CV"."""
    return all(is_word(word, "notNames") for word in WORD.findall(folded(said)))


def _name(text: str, span: Span) -> tuple[str, Span] | None:
    """The name that a text is, without degrees around it; `None` where it is none."""
    words = list(_TOKEN.finditer(text, span.start, span.end))
    if len(words) > 2 * _NAME_WORDS.stop:
        return None
    if (
        len(words) > _TITLED
        and is_word(folded(words[0][0]), "notNames")
        and words[1][0] in ("of", "von", "de")
    ):
        del words[:2]  # "Resume of Ada Quillfeather"
    while words and _is_degree(words[0][0]):
        del words[0]
    while words and _is_degree(words[-1][0]):
        del words[-1]
    if len(words) not in _NAME_WORDS or not all(map(_may_be_of_name, (word[0] for word in words))):
        return None
    found = Span(words[0].start(), words[-1].end())
    said = " ".join(word[0] for word in words)
    if len(said) > _LONGEST or is_place(said) or any(known_label(kind, said) for kind in Kind):
        return None
    return _cased(said), found


def _is_degree(word: str) -> bool:
    letters = "".join(WORD.findall(folded(word.replace(".", ""))))
    return is_word(letters, "degrees")


def _may_be_of_name(word: str) -> bool:
    plain = folded(word)
    is_written = bool(_NAME_WORD.fullmatch(word)) and (
        word.lstrip('"\u201c(')[0].isupper() or plain in words_of_resumes()["particles"]
    )
    other = is_heading(plain) or any(is_word(plain, key) for key in ("notNames", "titles", "firms"))
    return is_written and not other


def _cased(name: str) -> str:
    """A name in capitals as names are written; any other as it stands."""
    if not name.isupper():
        return name
    return _LETTERS.sub(lambda match: match[0].capitalize(), name)


def _is_in(name: str, email: str) -> bool:
    plain = folded(email)
    return any(len(word) >= _SHORTEST and word in plain for word in WORD.findall(folded(name)))


def _place(text: str, segment: Span) -> tuple[str, Span] | None:
    """The place at the end of a segment: as many of its last parts as are places."""
    said = segment.of(text)
    if has_word(said, "titles") or any(
        folded(said) in words for words in words_of_resumes()["labels"].values()
    ):
        return None
    places: list[list[re.Match[str]]] = []
    for part in reversed(split(text, segment, _COMMA)):
        words = list(_place_words(text, part))
        if not words or not is_place(" ".join(word[0] for word in words)):
            break
        places.insert(0, words)
    said = ", ".join(" ".join(word[0] for word in words) for words in places)
    if not _SHORTEST <= len(said) <= _LONGEST or not is_place(said):
        return None
    return said, Span(places[0][0].start(), places[-1][-1].end())


def _place_words(text: str, part: Span) -> Iterator[re.Match[str]]:
    """The words without post codes; nothing of a telephone number."""
    said = part.of(text)
    if not _PHONE.search(_ZIP.sub("", said)):
        yield from (
            word
            for word in _TOKEN.finditer(text, part.start, part.end)
            if not any(letter.isdigit() for letter in word[0])
            and folded(word[0]).rstrip(".") not in words_of_resumes()["withinHouses"]
        )
