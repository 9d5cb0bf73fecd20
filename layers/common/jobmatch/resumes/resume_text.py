"""The text of a résumé as lines and sections, each with its place in the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jobmatch.places.keys import alternatives
from jobmatch.text import canonical_text, without_accents

WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_MARKS = " \t:\u2022\u00b7*\u25aa\u25cf\u2666\u25e6\u2023\u2013\u2014_|#-=.>\u00a0"
"""What stands around a heading or in front of an entry of a list."""
_AROUND = " \t\u00a0,;:|\u2022\u00b7\u25aa\u25cf\u2666\u25e6\u2023-\u2013\u2014()[]@"
_LONGEST = 255
_JOINTS = re.compile(r"[,&/+|]|\b(?:and|und|et)\b")
_ORDER = ("admissions", "experience", "education", "skills", "summary", "contact", "other")
"""Which kind a heading of several things is: what says most of a profile goes first."""
_RESUMED = "experience"
_LONGEST_HEADING = 60
_MOST_HEADING_WORDS = 5


class Span(NamedTuple):
    """A part of the document's text, without white space around it."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The exact quote."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading; `kind` is a key of the headings, "" before the first one."""

    kind: str
    heading: str = ""
    lines: list[Span] = field(default_factory=list)


def trimmed(text: str, start: int, end: int, marks: str = " \t\n\r\f\v\u00a0") -> Span:
    """The span without the marks at both ends."""
    part = text[start:end]
    left = len(part) - len(part.lstrip(marks))
    return Span(start + left, start + max(left, len(part.rstrip(marks))))


def folded(text: str) -> str:
    """The text to compare with words of résumés: canonical, without accents."""
    return without_accents(canonical_text(text))


@cache
def words_of_resumes() -> dict[str, Any]:
    """`resume_words.json`, its words folded."""
    path = Path(__file__).with_name("resume_words.json")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    del data["comment"]
    return {
        key: {name: frozenset(map(folded, words)) for name, words in value.items()}
        if isinstance(value, dict)
        else frozenset(map(folded, value))
        for key, value in data.items()
    }


def lines_of(text: str) -> list[Span]:
    """All lines, empty ones too."""
    lines = []
    start = 0
    for line in text.split("\n"):
        lines.append(trimmed(text, start, start + len(line)))
        start += len(line) + 1
    return lines


def sections_of(text: str) -> list[Section]:
    """The document's sections in order; the first has no heading."""
    sections = [Section("")]
    resumed = ""
    for line in lines_of(text):
        heading, rest = _heading(text, line)
        if heading:
            within = rest.end > rest.start and sections[-1].kind == _RESUMED
            sections.append(Section(heading, folded(line.of(text)[:_LONGEST_HEADING])))
            # "Practice: opposition" below a position ends the positions only until the next gap.
            resumed = _RESUMED if within else ""
            if rest.end > rest.start:
                sections[-1].lines.append(rest)
        elif resumed and line.end == line.start:
            sections.append(Section(resumed))
            resumed = ""
        elif _is_unknown_heading(text, line, sections):
            sections.append(Section("other"))
        else:
            sections[-1].lines.append(line)
    return sections


def _heading(text: str, line: Span) -> tuple[str, Span]:
    """The kind of section that a line begins, and what stands behind the heading."""
    said, none = line.of(text), Span(line.end, line.end)
    colon = said.find(":", 0, _LONGEST_HEADING)
    if len(said) <= _LONGEST_HEADING and (kind := _kind_of(said)):
        return kind, none
    if 0 < colon < len(said) - 1 and (kind := _kind_of(said[:colon], whole=True)):
        return kind, trimmed(text, line.start + colon + 1, line.end)
    return "", none


@lru_cache(maxsize=4096)
def _kind_of(said: str, *, whole: bool = False) -> str:
    plain = folded(said.strip(_MARKS))
    letters = plain.split(" ")
    if len(letters) > _MOST_HEADING_WORDS and all(len(each) == 1 for each in letters):
        plain = "".join(letters)
    if kind := _headings().get(plain) or _headings().get(plain.replace(" ", "")):
        return kind
    if whole or len(plain.split()) > _MOST_HEADING_WORDS + 1:
        return ""
    kinds = [_kind_of_part(part) for part in _JOINTS.split(plain)]
    known = [kind for kind in kinds if kind]
    if not known or not (len(known) == len(kinds) or said.isupper()):
        return ""
    return min(known, key=_ORDER.index)


def _kind_of_part(part: str) -> str:
    """The kind of a heading, or of one with words in front that say which: "top skills"."""
    words = part.split()
    before = words_of_resumes()["modifiers"]
    while words and not _headings().get(" ".join(words)) and words[0] in before:
        del words[0]
    return _headings().get(" ".join(words), "")


@cache
def _headings() -> dict[str, str]:
    headings = words_of_resumes()["headings"]
    plain = {words: kind for kind, each in headings.items() for words in each}
    return {words.replace(" ", ""): kind for words, kind in plain.items()} | plain


def is_heading(word: str) -> bool:
    """Whether a folded word is a heading by itself."""
    return word in _headings()


def _is_unknown_heading(text: str, line: Span, sections: list[Section]) -> bool:
    """Whether a line alone in capitals begins a section, as other headings in capitals do."""
    said = line.of(text)
    before = sections[-1].lines[-1:]
    return (
        len(sections) > 1
        and text[line.end : line.end + 2] == "\n\n"
        and bool(before)
        and before[0].start == before[0].end
        and said.isupper()
        and said.replace(" ", "").replace("&", "").isalpha()
        and len(said.split()) <= _MOST_HEADING_WORDS
        and not has_word(said, "titles")
        and not has_word(said, "firms")
    )


def has_word(text: str, key: str) -> bool:
    """Whether one of the text's words is one of these words of résumés."""
    return any(is_word(word, key) for word in WORD.findall(folded(text)))


@cache
def _endings(key: str) -> tuple[str, ...]:
    return tuple(word[1:] for word in words_of_resumes()[key] if word.startswith("*"))


def is_word(word: str, key: str) -> bool:
    """Whether a folded word is one of these words of résumés."""
    known = words_of_resumes()[key]
    return word in known or word.endswith(_endings(key)) if _endings(key) else word in known


def paragraphs(section: Section) -> Iterator[list[Span]]:
    """The section's lines, parted at empty ones."""
    together: list[Span] = []
    for line in (*section.lines, Span(0, 0)):
        if line.end > line.start:
            together.append(line)
        elif together:
            yield together
            together = []


def split(text: str, span: Span, at: re.Pattern[str]) -> list[Span]:
    """The parts of a span between the separators, without marks around them."""
    pieces = []
    start = span.start
    for match in at.finditer(text, span.start, span.end):
        pieces.append(trimmed(text, start, match.start(), _AROUND))
        start = match.end()
    pieces.append(trimmed(text, start, span.end, _AROUND))
    # A bracket that was opened within stays with what it closes.
    pieces = [_with_bracket(text, piece, span) for piece in pieces]
    return [piece for piece in pieces if piece.end > piece.start]


def _with_bracket(text: str, piece: Span, whole: Span) -> Span:
    said = piece.of(text)
    closes = said.count("(") > said.count(")") and text[piece.end : piece.end + 1] == ")"
    return Span(piece.start, piece.end + 1) if closes and piece.end < whole.end else piece


def is_place(said: str) -> bool:
    """Whether a text is the name of a place alone, as people write it."""
    if not said[:1].isupper() or len(said) > _LONGEST or any(each.isdigit() for each in said):
        return False
    found = alternatives(said)
    return len(found) == 1 and any(
        not place.unknown and (place.city or place.region or place.country)
        for place in found[0].places
    )
