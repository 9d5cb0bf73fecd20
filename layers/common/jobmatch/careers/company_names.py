"""A company's name in words, of which those that say nothing are taken off at the end."""

from __future__ import annotations

import re
from array import array
from itertools import islice
from typing import TYPE_CHECKING

from jobmatch.careers.company_data import WORDS, is_clear_place, is_common_place, legal_forms
from jobmatch.text import without_accents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEPARATOR = re.compile(r"[,;|:\u2013\u2014]|\s[-/]\s")
_BRACKET = re.compile(r"[()\[\]{}]")
_OPENING = re.compile(r"[(\[{]")
_AND = frozenset(("and", "und", "et"))
_FAR = 16
"""Words; what stands behind a name and is longer is not looked at."""
_ACRONYM = range(2, 9)


class Name:
    """The words of a text in canonical form."""

    __slots__ = ("_data", "_end", "_ends", "_gaps", "_starts", "_text", "_words")

    def __init__(self, text: str) -> None:
        self._data = legal_forms()
        self._text = text
        self._words: list[str] = []
        # Arrays, because a hostile text has very many words.
        self._starts, self._ends = array("I"), array("I")
        # What stands before each word, and last what stands behind them all; with "&" for "and".
        self._gaps: list[str] = []
        gap, after = "", 0
        for match in WORDS.finditer(text):
            start, end = match.span()
            gap += text[after:start]
            after = end
            word = match[0] if match[0].isascii() else without_accents(match[0])
            if word in _AND:
                gap += "&"
                continue
            self._words.append(word)
            self._starts.append(start)
            self._ends.append(end)
            self._gaps.append(gap)
            gap = ""
        self._gaps.append(gap + text[after:])
        self._end = len(self._words)
        while self._end > 1 and self._words[0] in ("the", *self._data.front):
            del self._words[0], self._starts[0], self._ends[0], self._gaps[0]
            self._end -= 1

    def words(self) -> list[str]:
        """The words that are left, without accents."""
        return self._words[: self._end]

    def written(self) -> list[str]:
        """The words that are left, with accents."""
        spans = zip(self._starts, self._ends, strict=True)
        return [self._text[start:end] for start, end in islice(spans, self._end)]

    def take_off_forms(self) -> None:
        """Take off as many legal forms at the end as there are, but never the first word."""
        # Not the longest each: of "L.L.P. LLP" that would be "P. LLP", which is one as well.
        ends = {self._end}
        first = end = self._end
        while end >= first:
            if end in ends:
                found = self._forms_at(end)
                ends.update(found)
                first = min(first, *found) if found else first
            end -= 1
        self._end = first

    def take_off(self, is_place: Callable[[str], bool]) -> None:
        """Take off legal forms, places and remarks at the end, but never the first word."""
        whole = self._end
        self.take_off_forms()
        if self.is_one_piece():
            return
        formless = self._end == whole
        while self._end > 1:
            start = self._behind_a_form(is_place)
            if start is None:
                start = self._in_brackets(is_place)
            if start is None:
                start = self._behind_a_comma(is_common_place if formless else is_clear_place)
            if start is None:
                return
            self._end = start
            self.take_off_forms()
            formless = formless and self._end == start

    def is_one_piece(self) -> bool:
        """Whether nothing that is left can be a remark, a place, or another name."""
        left = self._text[: self._ends[self._end - 1]] if self._end else ""
        if SEPARATOR.search(left) or _BRACKET.search(left):
            return False
        words = self._words[: self._end]
        return self._data.joint_words.isdisjoint(words) and not any(
            self._ends_with_clear_form(end) for end in range(2, self._end) if self._may_end(end)
        )

    def ends_of_clear_forms(self) -> Iterator[int]:
        """After which words a clear legal form ends and something separates."""
        for end in range(2, min(self._end, _FAR)):
            if SEPARATOR.search(self._gaps[end]) and self._ends_with_clear_form(end):
                yield end

    def until(self, end: int) -> str:
        """The text up to this word, this one left out."""
        return self._text[: self._ends[end - 1]]

    def _may_end(self, end: int) -> bool:
        return self._words[end - 1] in self._data.ends

    def _forms_at(self, end: int) -> list[int]:
        """Where the legal forms begin that end before the word `end`."""
        if end < 1 or not self._may_end(end):
            return []
        letters = ""
        found: list[int] = []
        for at in range(end - 1, 0, -1):
            if _joined(self._gaps[at]):  # "A & G" is no AG, "& Co" is a form
                alone = at == end - 1 and self._words[at] in self._data.joined
                return [at] if alone else found
            letters = self._words[at] + letters
            if len(letters) > self._data.longest:
                return found
            if letters in self._data.forms and not self._is_within_initials(at):
                found.append(at)
        # All that is left may be one itself, like "L.L.P.", and is the name then.
        return [] if end > 1 and self._words[0] + letters in self._data.forms else found

    def _is_within_initials(self, at: int) -> bool:
        """Whether the word goes on with initials: "K.S." is no form in "U.K.S."."""
        return self._gaps[at] == "." and len(self._words[at - 1]) == 1

    def _ends_with_clear_form(self, end: int) -> bool:
        clear = self._data.clear
        return any("".join(self._words[start:end]) in clear for start in self._forms_at(end))

    def _behind_a_form(self, is_place: Callable[[str], bool]) -> int | None:
        """Where a place, a description or a remark begins that stands behind a legal form."""
        for at in range(self._end - 1, max(1, self._end - _FAR), -1):
            if not self._ends_with_clear_form(at) or _joined(self._gaps[at]):
                continue
            letters = "".join(self._words[at : self._end])
            if (
                letters in self._data.descriptions
                or _OPENING.search(self._gaps[at])
                or is_place(self._from(at))
            ):
                return at
        return None

    def _in_brackets(self, is_place: Callable[[str], bool]) -> int | None:
        """Where brackets open that hold a place or the initials of the name, and nothing else."""
        for at in range(self._end - 1, max(0, self._end - _FAR), -1):
            gap = self._gaps[at]
            if _OPENING.search(gap):
                held = "".join(self._words[at : self._end])
                if is_place(self._from(at)) or self._has_initials(at, held):
                    return at
            if _BRACKET.search(gap):
                return None
        return None

    def _behind_a_comma(self, is_place: Callable[[str], bool]) -> int | None:
        for at in range(self._end - 1, max(0, self._end - _FAR), -1):
            if _joined(self._gaps[at]):
                return None
            if SEPARATOR.search(self._gaps[at]):
                return at if is_place(self._from(at)) else None
        return None

    def _has_initials(self, end: int, short: str) -> bool:
        """Whether `short` is made of initials of the words before, the first one's included."""
        if len(short) not in _ACRONYM or short[0] != self._words[0][0]:
            return False
        initials = iter([word[0] for word in self._words[:end]])
        return all(letter in initials for letter in short)

    def _from(self, at: int) -> str:
        return self._text[self._starts[at] : self._ends[self._end - 1]]


def _joined(gap: str) -> bool:
    return "&" in gap or "+" in gap
