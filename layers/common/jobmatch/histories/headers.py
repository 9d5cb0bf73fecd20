"""The line that heads a position: which of its parts is the employer and which the title."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from jobmatch.careers.company_data import legal_forms, letters_of
from jobmatch.careers.company_names import Name
from jobmatch.resumes.resume_text import (
    WORD,
    Span,
    folded,
    has_word,
    is_place,
    is_word,
    split,
    trimmed,
)
from jobmatch.text import canonical_text

_STRONG = re.compile(
    r"\t|\s{2,}|\s?[|\u2022\u00b7\u25aa\u25cf\u2666\u25e6\u2023;]\s?|\s[-\u2013\u2014@/:]\s|\u2014|:\s|:\Z"
)
_AT = re.compile(r"\s(?:at|with|chez|bei|beim)\s(?=\S)")
_BETWEEN_PARTS = re.compile(rf"{_STRONG.pattern}|,\s")
_COMMA = re.compile(r",\s")
_BRACKET = re.compile(r"\s?\(([^()]{2,80})\)")
_AROUND = " \t\u00a0,;:|-\u2013\u2014"
_SMALL = frozenset(("of", "for", "the", "and", "in", "de", "des", "du", "la", "et", "der", "und"))
_OF = frozenset(("of", "for", "in", "at", "de", "du", "des", "en", "der", "fur", "im", "to", "a"))
_LONGEST = 255
_PROSE_WORDS = 9


class Role(Enum):
    """What a part of a heading line is."""

    EMPLOYER = "employer"
    TITLE = "title"
    PLACE = "place"
    UNKNOWN = "unknown"


class Part(NamedTuple):
    """A part of a heading line."""

    role: Role
    span: Span


def parts_of(text: str, span: Span) -> list[Part]:
    """The parts of a heading line, those that belong together as one; places left out."""
    found: list[Part] = []
    for whole in split(text, span, _STRONG):
        for piece in _without_bracket(text, whole):
            for side in split(text, piece, _AT):
                found += _joined(text, split(text, side, _COMMA))
    return found


def _without_bracket(text: str, piece: Span) -> list[Span]:
    """The piece without a place in brackets: "Acme, Inc. (Raleigh, NC)"."""
    bracket = _BRACKET.search(text, piece.start, piece.end)
    if not bracket or not is_place(bracket[1]):
        return [piece]
    sides = (
        trimmed(text, piece.start, bracket.start(), _AROUND),
        trimmed(text, bracket.end(), piece.end, _AROUND),
    )
    return [side for side in sides if side.end > side.start]


def is_prose(text: str, span: Span) -> bool:
    """Whether a line is a sentence or an entry of a list, so that it heads nothing."""
    said = span.of(text)
    words = said.split()
    if not words or not (said[0].isalpha() or said[0].isdigit()) or said[0].islower():
        return True
    ends_short = len(words[-1]) <= len("Ltda.") and _has_form(said[-_LONGEST:])
    if said[-1] in ".;" and not ends_short:
        return True
    return any(
        len(words) >= _PROSE_WORDS and not _is_titled(words)
        for words in (piece.of(text).split() for piece in split(text, span, _BETWEEN_PARTS))
    )


def _is_titled(words: list[str]) -> bool:
    """Whether all words but small ones have capitals, as in the name of a court."""
    return len(words) < 2 * _PROSE_WORDS and all(
        word[0].isupper() or word in _SMALL for word in words
    )


def is_name_like(text: str, span: Span) -> bool:
    """Whether a part may be a name: short, its first letter a capital."""
    said = span.of(text)
    return said[0].isupper() and 1 < len(said) <= _LONGEST and len(said.split()) <= _PROSE_WORDS


def _joined(text: str, pieces: list[Span]) -> list[Part]:
    """Parts between commas, those put together that are one: "Acme, Inc.", "Counsel, IP"."""
    parts: list[Part] = []
    before = Role.PLACE
    for piece in pieces:
        role = _role(piece.of(text))
        form = letters_of(piece.of(text)) in legal_forms().forms and (
            # "CA" and "PA" are states behind a place or behind another form.
            role is not Role.PLACE
            or (before is Role.UNKNOWN and piece.of(text).count(".") > 1)
            or (before is Role.EMPLOYER and not _has_form(parts[-1].span.of(text)))
        )
        goes_on = role is Role.UNKNOWN and before in (Role.TITLE, Role.EMPLOYER)
        if role is before is Role.TITLE and piece.of(text)[0].islower():
            parts[-1] = Part(role, Span(parts[-1].span.start, piece.end))
            continue
        if parts and (form or (goes_on and not _is_name_of_firm(text, parts[-1], pieces, piece))):
            role = Role.EMPLOYER if form else parts[-1].role
            parts[-1] = Part(role, Span(parts[-1].span.start, piece.end))
        elif role is not Role.PLACE or not parts:
            parts.append(Part(role, piece))
        before = role
    return parts


def _is_name_of_firm(text: str, before: Part, pieces: list[Span], piece: Span) -> bool:
    """Whether an unknown part behind a title is the employer: "Engineer, Quillstone"."""
    following = pieces[pieces.index(piece) + 1 :]
    named = any(_role(each.of(text)) is Role.EMPLOYER for each in following)
    said = piece.of(text)
    small = len(said) <= len("IP") or said[0].islower()
    return before.role is Role.TITLE and not named and not small


@lru_cache(maxsize=4096)
def _role(said: str) -> Role:
    if len(said) > _LONGEST:
        return Role.UNKNOWN
    if _has_form(said):
        return Role.EMPLOYER
    if is_place(said) and not has_word(said, "titles"):
        return Role.PLACE
    words = WORD.findall(folded(said))
    until = next((at for at, word in enumerate(words) if word in _OF and at), len(words))
    # What the words say is decided by their head: "University Lecturer", "Head of the Institute".
    for word in (*reversed(words[:until]), *words[until:]):
        if is_word(word, "firms"):
            return Role.EMPLOYER
        if is_word(word, "titles"):
            return Role.TITLE
    return Role.UNKNOWN


def _has_form(said: str) -> bool:
    name = Name(canonical_text(said))
    words = len(name.words())
    name.take_off_forms()
    return len(name.words()) < words
