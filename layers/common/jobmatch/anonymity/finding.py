"""Where names stand in a text. The time is that of reading the text once, whatever the names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from jobmatch.anonymity.common_words import WORD, is_common, is_phrase, name_words
from jobmatch.anonymity.own_names import END
from jobmatch.anonymity.visible import compared

if TYPE_CHECKING:
    from jobmatch.anonymity.own_names import OwnNames

Span = tuple[int, int]

MIDDLE_DOTS = "\u00b7\u2027\u2219\u22c5\u30fb"
"""They stand within Catalan names, and between the parts of others."""
_SPELT_OUT = 5
"""Letters that stand alone, one after the other, and so spell something out."""
_MOST_APART = 3
"""Pieces of one word that is written apart."""
_SHORTEST_JOINED = 5
_MOST_BETWEEN = 4
"""Signs between two letters of those."""
_NEXT = re.compile(r"[ _\u2010-\u2015-]{1,2}")
_CLOSE = re.compile(rf"[ _.,&+'\u2019/(){MIDDLE_DOTS}\u2010-\u2015-]{{0,4}}")
_SENTENCE = re.compile(r"[.:;!?\u2022]\s*$")
_APOSTROPHES = ("'", "\u2019")
_ALIEN = "\u0400-\u058f\u10a0-\u10ff\u13a0-\u13ff\u2c80-\u2cff\ua4d0-\ua4ff\uab70-\uabbf"
_SMALL_CAPITALS = "\u1d00-\u1d2b\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f\ua730\ua731"
_MIXED = re.compile(f"[a-zA-Z][{_ALIEN}]|[{_ALIEN}][a-zA-Z]|[{_SMALL_CAPITALS}]")
"""Letters of which one only looks like those of the others, and small capitals."""
_SIGNS = re.compile("(?<=[a-zA-Z])[!$€]{1,2}(?=[a-zA-Z])")
_LETTERS = str.maketrans("!$€", "ise")
"""What signs stand for within a word."""
_INITIALS = re.compile(r"(?<![^\W_])([^\W\d_]) ?[&+] ?([^\W\d_])(?![^\W_])")
"""A firm by two letters: "K&E"."""
_LINKS = frozenset(("of", "the", "for", "and"))


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the text, as it is seen and in the form to compare."""

    start: int
    end: int
    written: str
    word: str

    @property
    def is_capital(self) -> bool:
        return self.written[0].isupper()


def names_in(text: str, names: OwnNames) -> Iterator[Span]:
    """Where these names stand in a text as it is seen."""
    found = _Finding(_SIGNS.sub(lambda signs: signs[0].translate(_LETTERS), text), names)
    found.mark_sequences()
    found.mark_what_is_apart()
    found.mark_names_that_are_words()
    found.extend(1)
    found.extend(-1)
    yield from found.spans()
    for letters in _INITIALS.finditer(text):
        if (compared(letters[1]), compared(letters[2])) in names.initials:
            yield letters.span()
    for name in names.literal:
        yield from _literal(name, text)


class _Finding:
    """The words of a text, and which of them are marked as a part of a name."""

    def __init__(self, text: str, names: OwnNames) -> None:
        self._text = text
        self._names = names
        self._tokens = [
            _Token(found.start(), found.end(), found[0], compared(found[0]))
            for found in WORD.finditer(text)
        ]
        self._gaps = [text[one.end : other.start] for one, other in pairwise(self._tokens)]
        may_mix = not text.isascii()
        self._marked = [
            names.are_told_by(each.word, each.written)
            or (may_mix and _MIXED.search(each.written) is not None)
            for each in self._tokens
        ]

    def spans(self) -> list[Span]:
        """Where the marked words are."""
        spans: list[Span] = []
        for at, token in enumerate(self._tokens):
            if not self._marked[at]:
                continue
            before = self._tokens[at - 1]
            is_pair = (before.word, token.word) in self._names.pairs
            follows = bool(spans) and spans[-1][1] == before.end and self._is_close(at - 1)
            start = spans.pop()[0] if follows and is_pair else token.start
            spans.append((start, token.end))
        return spans

    def mark_sequences(self) -> None:
        """Mark names of several words, each of which may be an ordinary one.

        A beginning of two words is enough where they are capitals and no term.
        """
        for start in range(len(self._tokens)):
            if end := self._end_of_sequence(start):
                self._mark(start, end)

    def _end_of_sequence(self, start: int) -> int:
        tokens, joints = self._tokens, name_words("joints")
        node = self._names.sequences.get(tokens[start].word)
        at, end, capitals, terms = start, 0, tokens[start].is_capital, True
        while node is not None:
            is_name = capitals or not terms
            if at > start and ((END in node and is_name) or (capitals and not terms)):
                end = at + 1
            before = tokens[at].word
            at += 1
            if at < len(tokens) and tokens[at].word in joints and tokens[at].word not in node:
                at += 1
            if at >= len(tokens) or not self._is_close(at - 1):
                return end
            node = node.get(tokens[at].word)
            capitals = capitals and tokens[at].is_capital
            terms = terms and is_phrase(before, tokens[at].word)
        return end

    def mark_what_is_apart(self) -> None:
        """Mark words that are written apart, and letters that spell something out."""
        tokens, names = self._tokens, self._names
        for start, token in enumerate(tokens):
            joined = token.word
            for at in range(start + 1, min(start + _MOST_APART, len(tokens))):
                joined += tokens[at].word
                # The cheap test comes first, because it is almost always false.
                is_name = len(joined) >= _SHORTEST_JOINED and joined in names.strong
                if is_name and all(map(self._is_close, range(start, at))):
                    self._mark(start, at + 1)
        start = 0
        for at in range(len(tokens) + 1):
            alone = at < len(tokens) and len(tokens[at].written) == 1 and tokens[at].word.isalpha()
            if alone and (at == start or len(self._gaps[at - 1]) <= _MOST_BETWEEN):
                continue
            spelt = "".join(token.word for token in tokens[start:at])
            if at - start >= _SPELT_OUT or (at - start > 1 and spelt in names.strong):
                self._mark(start, at)
            start = at if alone else at + 1

    def mark_names_that_are_words(self) -> None:
        """Mark names that are ordinary words too, where they seem to be names."""
        for at, token in enumerate(self._tokens):
            if token.word in self._names.ambiguous and token.is_capital and not self._marked[at]:
                self._marked[at] = self._is_addressed(at) or self._stands_as_a_name(at)

    def _is_addressed(self, at: int) -> bool:
        """Whether a title or an initial stands before, or a genitive's s behind."""
        before = self._tokens[at - 1] if at and self._is_close(at - 1) else None
        end = self._tokens[at].end
        return self._text[end : end + 2] in ("'s", "\u2019s") or (
            before is not None
            and (
                before.word in name_words("honorifics")
                or (len(before.word) == 1 and before.is_capital and before.word in self._initials())
            )
        )

    def _stands_as_a_name(self, at: int) -> bool:
        tokens, token = self._tokens, self._tokens[at]
        before = tokens[at - 1] if at and _NEXT.fullmatch(self._gaps[at - 1]) else None
        is_last = at + 1 == len(tokens) or not _NEXT.fullmatch(self._gaps[at])
        after = None if is_last else tokens[at + 1]
        if before is not None and is_phrase(before.word, token.word):
            return False
        if after is None:
            # "Counsel Grant", but not "Department of Justice".
            return before is None or before.word not in _LINKS
        if is_phrase(token.word, after.word) or after.written.isdecimal():
            return False
        if after.word in name_words("verbs") or after.written.endswith("ed"):
            return True
        if at == 0 or _SENTENCE.search(self._text[max(0, token.start - 3) : token.start]):
            return after.word in self._names.personal  # "Grace periods" is no name
        linked = before is not None and before.word in _LINKS and at > 1
        beside = (tokens[at - 2] if linked else before, after)
        return not any(
            each is not None and each.is_capital and each.word not in self._names.personal
            for each in beside
        )

    def extend(self, step: int) -> None:
        """Mark the rest of a name beside what is marked: "Quill Devices", "A. Quill".

        Args:
            step: 1 for what is behind, -1 for what is before.
        """
        last = len(self._tokens) - 1
        for at in range(last + 1) if step == 1 else range(last, -1, -1):
            other = at + step
            if not self._marked[at] or not 0 <= other <= last or self._marked[other]:
                continue
            gap = min(at, other)
            further = other + step
            if not self._is_close(gap):
                continue
            if self._tokens[other].word in name_words("joints") and 0 <= further <= last:
                if self._is_close(min(other, further)) and self._belongs(at, further, " "):
                    self._marked[other] = self._marked[further] = True
            elif self._belongs(at, other, self._gaps[gap]):
                self._marked[other] = True

    def _belongs(self, at: int, other: int, gap: str) -> bool:
        told, beside = self._tokens[at], self._tokens[other]
        personal = self._names.personal
        is_personal = told.word in personal or len(told.word) == 1
        if len(beside.word) == 1 and is_personal and gap not in _APOSTROPHES:
            stands_before = at > other and self._text[beside.end : beside.end + 1] == "."
            return stands_before or beside.word in self._initials()
        if gap == "-" and is_personal and beside.is_capital and not is_common(beside.word):
            return True
        if "," in gap and beside.word not in personal:
            return False
        pair = (told.word, beside.word) if at < other else (beside.word, told.word)
        return pair in self._names.pairs

    def _initials(self) -> set[str]:
        return {word[0] for word in self._names.personal}

    def _is_close(self, gap: int) -> bool:
        return _CLOSE.fullmatch(self._gaps[gap]) is not None

    def _mark(self, start: int, end: int) -> None:
        self._marked[start:end] = [True] * (end - start)


def _literal(name: str, text: str) -> Iterator[Span]:
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        # Signs are a name only where nothing else is beside them.
        alone = f" {text[max(0, at - 1) : at]} {text[end : end + 1]} ".isspace()
        if alone or WORD.search(name):
            yield at, end
        at = text.find(name, end)
