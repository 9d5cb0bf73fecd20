"""The words and sentences of a text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobmatch.text import canonical_text, without_accents
from jobmatch.vocabulary.graph import graph
from jobmatch.vocabulary.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# "U.S." is one word; a run of such letters is taken whole, so that nothing is read twice.
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}+|[^\W_]+|\n|[^\w\s]|_")
_BEFORE_NUMBER = re.compile(r"[ -]?(?:no\.? ?)?#?\d{4}", re.IGNORECASE)
_ENDS = frozenset(";!?|•·▪●◦‣►*")
_BULLETS = frozenset("-–—*•·▪●◦‣►\n")  # noqa: RUF001 - dashes of lists are meant
_GOES_ON = frozenset(("of", "in", "the", "to", "and", "or", "before", "&", ",", "(", "for", "at"))
_LONGEST_SENTENCE = 250
"""Words and signs; bounds the work for each."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word in plain letters, or a sign, and where it stands in the text."""

    word: str
    start: int
    end: int
    is_capital: bool
    is_code: bool = False
    """Whether it is the code before a number: "BPR 031122"."""


@cache
def words_data() -> dict[str, Any]:
    """The words of `names.json`, which make names, and of `words.json`, which stand around them."""
    data: dict[str, Any] = {}
    for name in ("names.json", "words.json"):
        data |= json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return data


@cache
def words_of(name: str) -> frozenset[str]:
    """The words of one of these lists."""
    return frozenset(words_data()[name].split())


def plain(word: str) -> str:
    """A word as the data have it."""
    return without_accents(canonical_text(word)).replace(".", "")


def tokens_of(text: str) -> list[Token]:
    """The words, signs and line ends of the text."""
    return [
        Token(
            plain(found[0]) or found[0],
            found.start(),
            found.end(),
            found[0][:1].isupper(),
            found[0].isupper() and bool(_BEFORE_NUMBER.match(text, found.end())),
        )
        for found in _TOKEN.finditer(text)
    ]


def sentences(text: str) -> Iterator[tuple[list[Token], str]]:
    """Each sentence or line, and the sign that ends it; a line that goes on is no end."""
    tokens = tokens_of(text)
    current: list[Token] = []
    for at, token in enumerate(tokens):
        if _ends(text, tokens, at) or len(current) == _LONGEST_SENTENCE:
            yield current, token.word
            current = []
        elif token.word != "\n":
            current.append(token)
    yield current, ""


def _ends(text: str, tokens: Sequence[Token], at: int) -> bool:
    word = tokens[at].word
    if word in _ENDS:
        return True
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    before = tokens[at - 1] if at else None
    if word == "\n":
        bullet = following is not None and following.word in _BULLETS
        open_end = before is not None and before.word in _GOES_ON
        small = following is not None and following.word.isalpha() and not following.is_capital
        return bullet or not (open_end or small)
    if word != "." or before is None or before.word in abbreviations():
        return False
    if following is None or text[tokens[at].end : following.start] == "":
        return False
    return len(before.word) > 1 and (following.is_capital or following.word == "\n")


@cache
def abbreviations() -> frozenset[str]:
    """The words that a full stop may end within a sentence."""
    names = (name for term in graph(Kind.BAR).terms.values() for name in term.names)
    return words_of("abbreviations") | {
        plain(name) for name in names if name.endswith(".") and name[:-1].isalpha()
    }
