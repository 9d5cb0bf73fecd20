"""What the parts of an advertisement are about: its sections, and the sentences in each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from jobmatch.advertisements.word_lists import words_data, words_named
from jobmatch.text import canonical_text, without_accents


class Section(StrEnum):
    """What a sentence is about, by the heading or label over it."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    DUTIES = "duties"
    FIRM = "firm"
    OTHER = "other"
    PLACE = "place"
    TITLE = "title"
    EXPERIENCE = "experience"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, a list item or a row's value; where it stands in the text, and its section.

    `is_item` says that it stands in a list or a row; `is_labelled`, that its own label or heading
    comes directly before it.
    """

    start: int
    end: int
    section: Section
    is_item: bool
    is_labelled: bool


_OF_ONE_VALUE = frozenset({Section.PLACE, Section.TITLE, Section.EXPERIENCE})
_BY_WORDS = {
    tuple(cue.split()): Section(name)
    for name, row in words_data()["headings"].items()
    for cue in row.split("|")
}
_LONGEST_CUE = max(map(len, _BY_WORDS))
_FILLERS = words_named("headingFillers")
_MOST_WORDS_OF_HEADING, _MOST_WORDS_BEFORE_COLON = 9, 16
_LONG_LINE, _ABOUT, _NEAR = 58, 6, 40
_BULLET = re.compile(
    r"[ \t]{0,40}(?:[•·▪◦‣●○■□*✓✔✗✘❖➢➔→➤►»>\-\u2013\u2014]|\d{1,2}[.)]|[a-z]\)|o(?=[ \t]))[ \t]+"
)
_LABEL = re.compile(
    r"\b([^\W\d_][^:|\t\n]{0,40}?)(?:[ ]?[:?](?=\s|$)|[ ]?\||\t|[ ]{3})[ \t|]{0,80}"
)
_MARK = re.compile(
    r"(?:(?<![ \t])(?:[ \t]{2,}+|\t)|\|[ \t]*+)"
    r"(?:(?P<wish>D|Desirable|Preferred|Nice to have|Wunsch)"
    r"|E|Essential|Required|Must have|Muss)[ \t|]*+$"
)
"""The cell of a row that says how much it is asked for."""
_PAGE = re.compile(
    r"(?:.{0,99}\s)?(?:page|seite) \d{1,4}(?: ?(?:of|von|/) ?\d{1,4})?", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"(?<![.\s]\w)(?<!\bNo)(?<!\bSt)[.!?](?=\s+[^\W\d_a-zäöü]|\s*$)|;(?=\s)")


def words_of(text: str) -> list[str]:
    """The words of a text in plain letters."""
    return _WORD.findall(without_accents(canonical_text(text)))


def heading_of(line: str, *, closed: bool = False) -> Section | None:
    """The section that a line opens, or `None` where it is no heading.

    Args:
        line: without a bullet.
        closed: whether a colon or the like followed: then other words may stand around.
    """
    words = words_of(line)
    if not words or len(words) > (_MOST_WORDS_BEFORE_COLON if closed else _MOST_WORDS_OF_HEADING):
        return None
    best: tuple[int, Section, tuple[str, ...]] | None = None
    left = [word for word in words if word not in _FILLERS]
    covered: set[str] = set()
    for at in range(len(words)):
        for end in range(min(len(words), at + _LONGEST_CUE), at, -1):
            section = _BY_WORDS.get(tuple(words[at:end]))
            if section is None:
                continue
            covered |= {*words[at:end]}
            rank = end - at + 2 * (section is Section.PREFERRED)
            if best is None or rank > best[0]:
                best = (rank, section, tuple(words[at:end]))
    if best is not None and best[1] in _OF_ONE_VALUE:
        covered, closed = {*best[2]}, False
    if best is not None and (closed or covered.issuperset(left)):
        return best[1]
    if words[0] in {"about", "uber"} and 1 < len(words) <= _ABOUT and words[1] != "you":
        return Section.FIRM
    return None


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of an advertisement in the order of the text; headings are left out."""
    found: list[Sentence] = []
    section = Section.UNKNOWN
    labelled = has_items = False
    for start, end, after_blank in _passages(text):
        at, is_item = start + len(text[start:end]) - len(text[start:end].lstrip()), False
        if bullet := _BULLET.match(text, start, end):
            at, is_item = bullet.end(), True
        label = _LABEL.match(text, at, end)
        named = label[1].rpartition(", ")[2] if label else ""
        inline = heading_of(named, closed=True)
        if label and words_of(named) == ["role"]:
            inline = Section.TITLE
        if label and inline and label.end() < end:
            rest = inline if not is_item or inline is not Section.DUTIES else section
            found += _split(text, label.end(), end, rest, is_item=True, is_labelled=True)
            labelled = False
            if not is_item and inline in {Section.FIRM, Section.OTHER}:
                section = Section.UNKNOWN
            has_items = has_items or is_item
            continue
        line = text[at:end].strip()
        closed = line.endswith(":") or (not is_item and _leads_a_list(text, end))
        opened = heading_of(line.rstrip(":"), closed=closed)
        if opened and not (is_item and not line.endswith(":")):
            section, labelled, has_items = opened, True, False
            continue
        if after_blank and not is_item and (has_items or _is_unknown_heading(line)):
            section, has_items = section if labelled else Section.UNKNOWN, False
        has_items = has_items or is_item
        if mark := _MARK.search(text, at, end):
            asked = Section.PREFERRED if mark["wish"] else Section.REQUIRED
            found += _split(text, at, mark.start(), asked, is_item=True, is_labelled=False)
            continue
        found += _split(text, at, end, section, is_item=is_item, is_labelled=labelled)
        if labelled and section in _OF_ONE_VALUE:
            section = Section.UNKNOWN  # a label over its value, as in a narrow column
        labelled = False
    return found


def _leads_a_list(text: str, end: int) -> bool:
    """Whether a list begins in the next line, or the one after a blank one."""
    following = text[end : end + _NEAR].lstrip()
    return bool(following) and _BULLET.match(following) is not None


def _is_unknown_heading(line: str) -> bool:
    words = line.split()
    return (
        0 < len(words) <= _MOST_WORDS_OF_HEADING
        and line[-1] not in ".,;:"
        and sum(word[0].isupper() for word in words) * 2 > len(words)
    )


def _passages(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each paragraph, item or row, wrapped lines joined; whether a blank is above.

    Lines at the head and foot of pages are left out.
    """
    lines: list[tuple[int, int]] = []
    offset = 0
    for line in text.split("\n"):
        lines.append((offset, offset + len(line)))
        offset += len(line) + 1
    seen = Counter(_DIGITS.sub("", text[start:end].strip()) for start, end in lines)
    open_at: int | None = None
    open_end, blank, long = 0, True, False
    for start, end in lines:
        line = text[start:end]
        shown = line.strip()
        if not shown:
            if open_at is not None:
                yield open_at, open_end, blank
                open_at = None
            blank = True
            continue
        if len(shown) < 2 * _LONG_LINE and _is_margin(shown, seen):
            continue
        if open_at is not None:
            if _continues(line, long=long, before=text[open_end - 1]):
                open_end, long = start + len(line.rstrip()), len(line) >= _LONG_LINE
                continue
            yield open_at, open_end, blank
            blank = False
        open_at, open_end = start, start + len(line.rstrip())
        long = len(line) >= _LONG_LINE
    if open_at is not None:
        yield open_at, open_end, blank


def _is_margin(shown: str, seen: Counter[str]) -> bool:
    if _PAGE.fullmatch(shown):
        return True
    return seen[_DIGITS.sub("", shown)] > 1 and not _BULLET.match(shown) and not heading_of(shown)


def _continues(line: str, *, long: bool, before: str) -> bool:
    """Whether a line goes on with the one before it."""
    shown = line.strip()
    if _BULLET.match(line) or heading_of(shown.rstrip(":"), closed=shown.endswith(":")):
        return False
    if before in ".!?:":
        return long and shown[0].islower()
    if _MARK.search(shown):
        return False
    label = _LABEL.match(shown)
    if label and heading_of(label[1].rpartition(", ")[2], closed=True):
        return False
    return shown[0].islower() or shown[0] in "(&" or long


def _split(
    text: str, start: int, end: int, section: Section, *, is_item: bool, is_labelled: bool
) -> Iterator[Sentence]:
    at = start
    cuts = [each.end() for each in _SENTENCE_END.finditer(text, start, end)]
    for cut in [*cuts, end]:
        shown = text[at:cut]
        first = at + len(shown) - len(shown.lstrip())
        if shown.strip():
            last = first + len(shown.strip())
            yield Sentence(first, last, section, is_item, is_labelled)
        at = cut
