"""Whether the words of an advertisement bear out a value, as the rules read them.

A quote must stand in the text, and the rules must read the value from within it in its sentence:
"bar" in "no bar admission required" bears out nothing, nor does "5 years" in "15 years".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from jobmatch.advertisements.clauses import Clauses
from jobmatch.advertisements.experience import years_in
from jobmatch.advertisements.phrases import phrases_in
from jobmatch.advertisements.sections import Section, Sentence, sentences_of
from jobmatch.advertisements.titles import is_place
from jobmatch.documents.admissions import admissions_in
from jobmatch.drafts.job import is_of_the_firm
from jobmatch.places.keys import place_identity, wanted_place
from jobmatch.proposals.advertisement_prompt import LISTS, PLACE, YEARS, Proposal
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import labels_of

_LONGEST_VALUE, _LONGEST_QUOTE, _MOST_YEARS = 255, 500, 60
_MOST_PLACES, _MOST_NUMBERS = 50, 20
"""Where a quote is looked at, and what is read of one sentence."""
_WORD = re.compile(r"\S+")


class Read(NamedTuple):
    """A value as the rules read it, and where it stands in the text."""

    value: str | int
    start: int
    end: int


class Evidence:
    """The sentences of one advertisement, each read once and only if a proposal quotes it."""

    def __init__(self, text: str) -> None:
        self._text = text
        sentences = sentences_of(text)
        self._asking = [
            each
            for each in sentences
            # What they will do is no requirement where others are, and else the rules take it.
            if each.section is not Section.DUTIES and not is_of_the_firm(text, each)
        ]
        # "We are in Lausanne" tells of the firm and of the place of work.
        other = {Section.FIRM, Section.OTHER}
        self._placing = [each for each in sentences if each.section not in other]
        words = list(_WORD.finditer(text))
        self._folded = " ".join(each[0] for each in words)
        self._offsets = [at for each in words for at in range(each.start(), each.end() + 1)]
        """Of each character of the folded text, a space being where white space begins."""
        self._clauses_of = cache(lambda sentence: Clauses.of(text, sentence))
        self._values_of = cache(self._read_values)
        self._years_of = cache(self._read_years)

    def of(self, proposal: Proposal) -> Read | None:
        """What the text says of what is proposed; `None` where it does not bear it out."""
        field, value, quote = proposal.field, proposal.value, proposal.quote
        if not isinstance(quote, str) or len(quote) > _LONGEST_QUOTE:
            return None
        if field == YEARS:
            return next((read for read in self._years(quote) if read.value == value), None)
        if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
            return None
        if field == PLACE:
            return self._place(value, quote)
        labels = labels_of(LISTS[field], value)
        return next((read for read in self._values(field, quote) if read.value in labels), None)

    def _values(self, field: str, quote: str) -> Iterator[Read]:
        for start, end, sentence in self._quoted(quote, self._asking):
            clauses = self._clauses_of(sentence)
            asks = clauses.prefers if field.startswith("preferred") else clauses.requires
            for read in self._values_of(LISTS[field], sentence):
                if start <= read.start and read.end <= end and asks(read.start):
                    yield read

    def _read_values(self, kind: Kind, sentence: Sentence) -> list[Read]:
        start, end = sentence.start, sentence.end
        if kind is not Kind.BAR:
            phrases = phrases_in(kind, self._text, start, end)
            return [Read(each.label, each.start, each.end) for each in phrases]
        admissions = admissions_in(self._text[start:end].replace("\n", " "))
        return [
            Read(each.jurisdiction, start + each.start, start + each.end) for each in admissions
        ]

    def _years(self, quote: str) -> Iterator[Read]:
        for start, end, sentence in self._quoted(quote, self._asking):
            clauses = self._clauses_of(sentence)
            for read in self._years_of(sentence):
                if start <= read.start and read.end <= end and clauses.requires(read.start):
                    yield read

    def _read_years(self, sentence: Sentence) -> list[Read]:
        found: list[Read] = []
        at, is_labelled = sentence.start, sentence.section is Section.EXPERIENCE
        for _ in range(_MOST_NUMBERS):
            number = years_in(self._text, at, sentence.end, is_labelled=is_labelled)
            if number is None:
                break
            years, start, at = number
            if 1 <= years <= _MOST_YEARS:
                found.append(Read(years, start, at))
        return found

    def _place(self, value: str, quote: str) -> Read | None:
        place = " ".join(quote.split())
        if not is_place(place, strict=True):
            return None
        if place_identity(wanted_place(value)) != place_identity(wanted_place(place)):
            return None
        for start, end, sentence in self._quoted(quote, self._placing):
            clauses = self._clauses_of(sentence)
            is_said = clauses.requires(start) or clauses.prefers(start)
            if is_said and not self._names_another_place(start, end, sentence):
                return Read(place, start, end)
        return None

    def _names_another_place(self, start: int, end: int, sentence: Sentence) -> bool:
        """Whether words beside a place make it another one: the "York" in "New York"."""
        place = place_identity(wanted_place(" ".join(self._text[start:end].split())))
        before = list(_WORD.finditer(self._text, sentence.start, start))[-2:]
        after = islice(_WORD.finditer(self._text, end, sentence.end), 3)
        ends = [end, *(word.end() for word in after)]
        for first in [start, *(word.start() for word in before)]:
            for last in ends:
                longer = " ".join(self._text[first:last].split()).strip(" ,.;")
                if is_place(longer, strict=True) and place_identity(wanted_place(longer)) != place:
                    return True
        return False

    def _quoted(self, quote: str, sentences: list[Sentence]) -> Iterator[tuple[int, int, Sentence]]:
        """Where the quote stands as whole words, however wrapped, with each of the sentences."""
        words = " ".join(quote.split())
        at = self._folded.find(words) if words else -1
        for _ in range(_MOST_PLACES):
            if at < 0:
                return
            start, end = self._offsets[at], self._offsets[at + len(words) - 1] + 1
            if not (self._splits_a_word(start) or self._splits_a_word(end)):
                for sentence in sentences:
                    if sentence.start < end and start < sentence.end:
                        yield start, end, sentence
            at = self._folded.find(words, at + 1)

    def _splits_a_word(self, at: int) -> bool:
        return self._text[at - 1 : at].isalnum() and self._text[at : at + 1].isalnum()
