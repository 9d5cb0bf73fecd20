"""Known terms in running text: the longest phrases that the vocabulary has, as whole words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from jobmatch.advertisements.word_lists import words_named
from jobmatch.vocabulary.graph import graph, vocabulary
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.normal_form import reduced, wording
from jobmatch.vocabulary.scanning import plain_letters
from jobmatch.vocabulary.terms import closure, key_of_words, label_of_key, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]")
_WORD = re.compile(r"[^\W_]+")
_LONGEST_PHRASE, _PAIR = 6, 2
_LISTING = frozenset({"and", "or", "und", "oder", "et", "&", ",", "/"})
_APART = words_named("apart")
"""Words at which one thing ends and another starts."""
_EVERYDAY = words_named("everyday")
"""Words that the lists of a profile use for more than they say in a sentence."""
_PEOPLE = words_named("people")
"""What goes before these says who or what somebody is, not what they do."""
_SAYS_NOTHING = words_named("saysNothing")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A known term in a text: its key, its label, and where it stands."""

    key: str
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.word[0].isalnum()


def has_known_words(kind: Kind, text: str) -> bool:
    """Whether known terms have half of the words of a text that say something."""
    words = [_plain(word) for word in _WORD.findall(text)]
    saying = [word for word in words if word not in wording(kind).empty | _APART | _SAYS_NOTHING]
    known = sum(_carries(kind, word) for word in saying)
    return 0 < len(saying) <= 2 * known


def phrases_in(
    kind: Kind, text: str, start: int, end: int, *, of_people: bool = False
) -> list[Phrase]:
    """The known terms between two offsets of a text, in its order.

    Args:
        of_people: whether "patent" counts in "patent attorney", as in a title.

    A single word counts only where it stands alone in a list or between small words: the "design"
    in "product design reviews" is no design right.
    """
    tokens = [
        _Token(_plain(each.group()), each.start(), each.end())
        for each in _TOKEN.finditer(text, start, end)
    ]
    tokens = [token for token in tokens if token.word]
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(tokens):
        size, key = _longest(kind, text, tokens, at)
        if size > 1 and _goes_on(kind, text, tokens, at + size - 1, size):
            at += size - 1
            continue
        beside = tokens[at + size].word if at + size < len(tokens) else ""
        if size and (of_people or beside not in _PEOPLE):
            found.append((at, at + size, key))
        at += size or 1
    phrases = _with_lists(kind, text, tokens, found)
    if kind is Kind.SPECIALIZATION:
        # "Telecommunications" is a field of technology before it is one of law.
        return [each for each in phrases if not _is_technical(text[each.start : each.end])]
    return phrases


def _goes_on(kind: Kind, text: str, tokens: Sequence[_Token], last: int, size: int) -> bool:
    """Whether the last word begins a term of its own: "drafting patent licenses"."""
    return size == _PAIR and _longest(kind, text, tokens, last)[0] > 1


@lru_cache(maxsize=4096)
def _is_technical(text: str) -> bool:
    return plain_letters(text) in _technical_names()


@cache
def _technical_names() -> frozenset[str]:
    return frozenset(
        plain_letters(name) for term in vocabulary()[Kind.TECHNICAL_DOMAIN] for name in term.names
    )


@lru_cache(maxsize=8192)
def _plain(word: str) -> str:
    return plain_letters(word).strip() if word[0].isalnum() else word


def _longest(kind: Kind, text: str, tokens: Sequence[_Token], at: int) -> tuple[int, str]:
    """The number of words and the key of the longest known phrase that starts here."""
    if not tokens[at].is_word or not _carries(kind, tokens[at].word):
        return 0, ""
    words: list[str] = []
    best = (0, "")
    for end in range(at, len(tokens)):
        token = tokens[end]
        if token.is_word and token.word not in _LISTING and token.word not in _PEOPLE:
            words.append(token.word)
        elif token.word not in {"-", "‑", "–"} or not _is_glued(text, token):  # noqa: RUF001
            break
        if len(words) > _LONGEST_PHRASE:
            break
        if not token.is_word or not _carries(kind, token.word):
            continue
        key = key_of_words(kind, tuple(words))
        if key and (
            (len(words) > 1 and key not in _broad(kind))
            or _stands_alone(kind, text, tokens, at, end)
        ):
            best = (end - at + 1, key)
    return best


def _is_glued(text: str, token: _Token) -> bool:
    return (
        text[token.start - 1 : token.start].isalnum() and text[token.end : token.end + 1].isalnum()
    )


@lru_cache(maxsize=8192)
def _carries(kind: Kind, word: str) -> bool:
    return any(part in _known_words(kind) for part in reduced(kind, (word,)))


@cache
def _known_words(kind: Kind) -> frozenset[str]:
    known = graph(kind)
    words = {word for form in known.forms for word in form.split()} | {*known.run_together}
    rows = (row for rows in wording(kind).phrases.values() for row, _ in rows)
    return frozenset(words.union(*rows))


@cache
def _acronyms(kind: Kind) -> frozenset[str]:
    """Words that the vocabulary writes in capitals alone: "IT" is one, "it" is not."""
    names = [name for term in vocabulary()[kind] for name in term.names if name.isalnum()]
    return frozenset(name.casefold() for name in names if sum(map(str.isupper, name)) > 1)


@cache
def _broad(kind: Kind) -> frozenset[str]:
    """The keys of one word that others are narrower than."""
    closures = graph(kind).closure.items()
    return frozenset(key for own, keys in closures for key in keys - {own} if " " not in key)


def _stands_alone(kind: Kind, text: str, tokens: Sequence[_Token], first: int, last: int) -> bool:
    """Whether words are all that their place in a list says, and written as the known ones."""
    token = tokens[first]
    if first == last and token.word in _EVERYDAY:
        return False
    if first == last and token.word in _acronyms(kind):
        return sum(map(str.isupper, text[token.start : token.end])) > 1
    for step in (-1, 1):
        near = (first if step < 0 else last) + step
        while 0 <= near < len(tokens) and _is_inside(text, tokens[near]):
            word = tokens[near].word
            says_nothing = word in wording(kind).empty or word in _SAYS_NOTHING or word.isdigit()
            if tokens[near].is_word and not says_nothing:
                return False
            near += step
    return True


def _is_inside(text: str, token: _Token) -> bool:
    if token.is_word:
        return token.word not in _LISTING and token.word not in _APART | _PEOPLE
    return token.word in "-‑–'’+." and _is_glued(text, token)  # noqa: RUF001


def _with_lists(
    kind: Kind, text: str, tokens: Sequence[_Token], found: Sequence[tuple[int, int, str]]
) -> list[Phrase]:
    """The phrases, those that a list joins read as one value: "patent prosecution and opposition".

    The vocabulary knows which words the parts of a list share.
    """
    phrases: list[Phrase] = []
    done = 0
    for first, last, key in found:
        start, end = tokens[first].start, tokens[last - 1].end
        if first < done:
            continue
        stop = _end_of_list(tokens, last)
        if stop > last:
            shared = _shared(kind, text[start : tokens[stop - 1].end])
            if shared:
                phrases += (Phrase(*each, start, tokens[stop - 1].end) for each in shared)
                done = stop
                continue
        label = label_of_key(kind, key)
        if label:
            phrases.append(Phrase(key, label, start, end))
    return phrases


def _end_of_list(tokens: Sequence[_Token], last: int) -> int:
    """Where "and" with a word or two after it ends that goes on with what is before it."""
    if last >= len(tokens) or tokens[last].word not in _LISTING - {","}:
        return last
    end = last + 1
    while end < len(tokens) and tokens[end].is_word and tokens[end].word not in _LISTING | _APART:
        end += 1
    return end if last + 1 < end <= last + 1 + 2 else last


def _shared(kind: Kind, text: str) -> list[tuple[str, str]]:
    """The keys and labels of a list of which all is known and something is shared."""
    found = resolve(kind, text)
    if not all(term.known for term in found):
        return []
    pairs = [(term.key, label_of_key(kind, term.key) or "") for term in found]
    return [(key, label) for key, label in pairs if label]


def without_broader(kind: Kind, phrases: Sequence[Phrase], among: Sequence[Phrase]) -> list[Phrase]:
    """The phrases of which no narrower one is among others."""
    keys = {phrase.key for phrase in among}
    above = {key: closure(kind, [key]) - {key} for key in keys}
    return [
        phrase
        for phrase in phrases
        if not any(phrase.key in broader for broader in above.values()) and phrase.key not in keys
    ]
