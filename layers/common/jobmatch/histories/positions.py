"""The positions of a résumé: each range of dates with the employer and the title beside it."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from jobmatch.histories.headers import Part, Role, is_name_like, is_prose, parts_of
from jobmatch.histories.resume_dates import Dates, dates_in
from jobmatch.resumes.resume_text import Section, Span, folded, split, trimmed, words_of_resumes

_CELLS = re.compile(r"\t|\s?\|\s?|\s{3,}")
_SEMICOLON = re.compile(";")
_NEAR = 3
"""Lines above or below the dates in which the employer and the title may stand."""
_WRAPPED = 50
_MOST_CONTINUED = 5


class Position(NamedTuple):
    """Where the facts of a position stand."""

    employer: Span
    title: Span
    dates: Dates


@dataclass(slots=True)
class _Reader:
    """One section, and what of it was used so far."""

    text: str
    lines: list[Span]
    columns: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    below: bool | None = None
    """Whether what is missing beside the dates stands below them in this document."""
    employer: Span | None = None
    parted: frozenset[int] = frozenset()
    """Numbers of lines that are the second or a later part of one."""
    positions: list[Position] = field(default_factory=list)
    refused: list[tuple[Span, str]] = field(default_factory=list)

    def read(self) -> None:
        dated = {number: dates_in(self.text, line) for number, line in enumerate(self.lines)}
        anchors = [
            number
            for number, dates in dated.items()
            if dates and self._heads(self.lines[number], dates)
        ]
        for at, number in enumerate(anchors):
            following = anchors[at + 1] if at + 1 < len(anchors) else len(self.lines)
            before = anchors[at - 1] if at else -1
            self._columns(before + 1, number)
            self._position(number, dated[number], range(before + 1, following))

    def _heads(self, line: Span, dates: list[Dates]) -> bool:
        """Whether a line with these dates heads a position: a sentence with a year does not."""
        rest = (line.of(self.text)[: dates[0].whole.start - line.start]).strip()
        is_range = dates[0].end != dates[0].start
        opens = not rest or rest[0].isalpha() or rest[0] in "(["
        if is_range:
            return opens and (not is_prose(self.text, line) or dates[0].whole.start == line.start)
        at_edge = dates[0].whole.end >= line.end - 1 or dates[0].whole.start <= line.start + 1
        return at_edge and not is_prose(self.text, line)

    def _columns(self, first: int, number: int) -> None:
        """Learn the order of a table's columns from its header."""
        words = words_of_resumes()["columns"]
        for line in self.lines[first:number]:
            cells = [folded(cell.of(self.text)) for cell in split(self.text, line, _CELLS)]
            roles = [next((key for key in words if cell in words[key]), "") for cell in cells]
            if "employer" in roles and "title" in roles:
                self.columns = roles

    def _position(self, number: int, dates: list[Dates], around: range) -> None:
        line, first = self.lines[number], dates[0]
        self.used.add(number)
        if self.columns and (found := self._of_table(line)):
            self.positions.append(Position(*found, first))
            return
        parts = self._parts(line, first)
        own = _first(parts, Role.EMPLOYER)
        parts += self._neighbours(number, around, parts)
        employer, title = _first(parts, Role.EMPLOYER), _first(parts, Role.TITLE)
        unknown = [part.span for part in parts if part.role is Role.UNKNOWN]
        unknown = [span for span in unknown if is_name_like(self.text, span)]
        if title and not employer and len(unknown) == 1:
            employer = unknown[0]
        elif title and not employer and not unknown and not self._is_unread(number - 1):
            employer = self.employer
        elif employer and not title and len(unknown) == 1 and unknown[0].start >= line.start:
            title = unknown[0] if unknown[0].end <= line.end else None
        if employer and title:
            title = self._completed(title, employer, unknown)
            self.positions.append(Position(self._continued(employer), title, first))
            self.employer = None if own and number + 1 not in self.parted else employer
        else:
            # Of a firm with dates of its own, the titles may follow with theirs.
            self.employer = employer
            missing = "employer" if title else "title" if employer else "employer and title"
            self.refused.append((line, f"has dates, but its {missing} was not recognised"))

    def _is_unread(self, at: int) -> bool:
        """Whether a line says something that nobody has read: it may name another employer."""
        line = self.lines[at] if at >= 0 else None
        return (
            line is not None
            and line.end > line.start
            and at not in self.used
            and not (is_prose(self.text, line))
        )

    def _of_table(self, line: Span) -> tuple[Span, Span] | None:
        cells = split(self.text, line, _CELLS)
        if len(cells) != len(self.columns):
            return None
        at = self.columns.index
        return cells[at("employer")], cells[at("title")]

    def _parts(self, line: Span, dates: Dates | None) -> list[Part]:
        if dates is None:
            return parts_of(self.text, line)
        sides = (Span(line.start, dates.whole.start), Span(dates.whole.end, line.end))
        return [part for side in sides for part in parts_of(self.text, side)]

    def _neighbours(self, number: int, around: range, own: list[Part]) -> list[Part]:
        """The parts of lines above or below that say what the line with the dates does not."""
        if _first(own, Role.EMPLOYER) and _first(own, Role.TITLE):
            return []
        above = self._run(range(number - 1, around.start - 1, -1))
        below = self._run(range(number + 1, around.stop))
        order = [below, above] if self.below else [above, below]
        for lines in order:
            by_line = {at: self._parts(self.lines[at], None) for at in lines}
            parts = [part for at in lines for part in by_line[at]]
            if _says_more(own, parts):
                if self.below is None:
                    self.below = lines is below
                near = lines if lines is below else lines[::-1]
                needed = _needed(own, [by_line[at] for at in near])
                self.used.update(near[:needed])
                return [part for at in sorted(near[:needed]) for part in by_line[at]]
        return []

    def _run(self, numbers: range) -> list[int]:
        """The nearest lines without a gap between, until one that is used or heads nothing."""
        run: list[int] = []
        for at in numbers:
            line = self.lines[at]
            blank = line.start == line.end
            if blank or at in self.used or is_prose(self.text, line) or len(run) == _NEAR:
                break
            if dates_in(self.text, line):
                break
            run.append(at)
        return run if numbers.step > 0 else run[::-1]

    def _completed(self, title: Span, employer: Span, unknown: list[Span]) -> Span:
        """The title with what a comma adds to it: "Director, Intellectual Property"."""
        for span in unknown:
            if span != employer and self.text[title.end : span.start] == ", ":
                title = Span(title.start, span.end)
        return title

    def _continued(self, employer: Span) -> Span:
        """The employer with what the line's end parted from it: "Institut ... / de la Chimie"."""
        at = bisect_left(self.lines, employer.end, key=lambda line: line.end)
        line = self.lines[at]
        if employer.end < line.end or line.end - line.start < _WRAPPED or at + 1 >= len(self.lines):
            return employer
        words = self.lines[at + 1].of(self.text).split()
        goes_on = (
            words and words[0] in words_of_resumes()["goesOn"] and len(words) <= _MOST_CONTINUED
        )
        if not goes_on:
            return employer
        self.used.add(at + 1)
        return trimmed(self.text, employer.start, self.lines[at + 1].end)


def positions_in(
    text: str, section: Section
) -> tuple[list[Position], list[tuple[Span, str]], set[Span]]:
    """The positions of a section, lines with dates that were not understood, and those used."""
    lines: list[Span] = []
    whole: list[Span] = []
    for line in section.lines:
        several = len(dates_in(text, line)) > 1
        parts = split(text, line, _SEMICOLON) if several else [line]
        lines += parts
        whole += [line] * len(parts)
    parted = frozenset(at for at in range(1, len(lines)) if whole[at] == whole[at - 1])
    reader = _Reader(text, lines, parted=parted)
    reader.read()
    return reader.positions, reader.refused, {whole[at] for at in reader.used}


def _first(parts: list[Part], role: Role) -> Span | None:
    return next((part.span for part in parts if part.role is role), None)


def _needed(own: list[Part], lines: list[list[Part]]) -> int:
    """How many of the lines, the nearest first, say who employed whom as what."""
    parts = list(own)
    for number, line in enumerate(lines):
        parts += line
        if _first(parts, Role.EMPLOYER) and _first(parts, Role.TITLE):
            return number + 1
    return len(lines)


def _says_more(own: list[Part], parts: list[Part]) -> bool:
    return any(
        _first(parts, role) and not _first(own, role) for role in (Role.EMPLOYER, Role.TITLE)
    )
