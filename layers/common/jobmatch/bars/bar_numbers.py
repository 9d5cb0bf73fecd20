"""The numbers in a sentence about bars: years, and the numbers of lawyers."""

from __future__ import annotations

from jobmatch.bars.bar_names import Sort
from jobmatch.bars.entries import NEAR, Says, Sentence, word_at

_TO = frozenset(("-", "‑", "–", "—", "to", "bis"))  # noqa: RUF001
NUMBER_WORDS = frozenset(("no", "nr", "number", "reg", "sbn", "id", "#", "registration"))
_YEARS = range(1940, 2101)
_OF_LAWYERS = frozenset(("attorney", "lawyer", "bar"))
_DIGITS_OF_USPTO = 5
"""Those of a registration number of the USPTO."""


def read_number(sentence: Sentence, at: int) -> None:
    """Take a year, or the number that says that the name before it is an admission."""
    word = sentence.tokens[at].word
    before = next(
        (
            token.word
            for token in reversed(sentence.tokens[max(0, at - 3) : at])
            if token.word not in (".", ":", "-")
        ),
        "",
    )
    if len(word) == 4 and before not in NUMBER_WORDS and int(word) in _YEARS:  # noqa: PLR2004
        ends = word_at(sentence, at - 1) in _TO and (at - 2) in dict(sentence.years[-1:])
        if ends and sentence.entries:
            sentence.entries[-1].rejected = True  # "2010-2015"
        sentence.years.append((at, int(word)))
    elif before in NUMBER_WORDS and _is_of_lawyer(sentence, at):
        sentence.run[-1].says = Says.SURELY
    elif before in NUMBER_WORDS and sentence.run and sentence.run[-1].label == "Patent Attorney":
        grouped = word_at(sentence, at + 1) == "," and word_at(sentence, at + 2).isdecimal()
        digits = len(word) + (len(word_at(sentence, at + 2)) if grouped else 0)
        if digits == _DIGITS_OF_USPTO:
            sentence.run[-1].label = "USPTO"


def _is_of_lawyer(sentence: Sentence, at: int) -> bool:
    """Whether the number is that of a lawyer: "Indiana Attorney No. 29841", "... Bar No. 4127"."""
    if not sentence.run or at - sentence.run[-1].quote_end > NEAR + 2:
        return False
    last = sentence.run[-1]
    if last.mention.name.sort is Sort.TITLE:
        return False
    name = {token.word for token in sentence.tokens[last.mention.first : last.mention.end]}
    words = {token.word for token in sentence.tokens[last.mention.end : at] if token.word.isalpha()}
    if not words <= NUMBER_WORDS | _OF_LAWYERS | {"state", "license", "card"}:
        return False
    return not _OF_LAWYERS.isdisjoint(words | name)
