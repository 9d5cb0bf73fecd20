"""The names of bars and patent offices in a sentence, and what each says by itself."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING

from jobmatch.bars.local_bars import local_bar
from jobmatch.bars.tokens import Token, abbreviations, tokens_of, words_data, words_of
from jobmatch.vocabulary.graph import graph, spellings
from jobmatch.vocabulary.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = frozenset(",.()-'’‐‑–/&")  # noqa: RUF001 - typographic apostrophes and dashes are meant
_LONGEST_CODE = 4
_GERMAN_ADJECTIVE = re.compile(
    r"\b(europäisch|deutsch|österreichisch|einheitlich|zugelassen|schweizerisch)e[nmrs]?\b",
    re.IGNORECASE,
)
_DISTRICT = re.compile(r"(Northern |Southern |Eastern |Western |Central )?District of ")
_WOMAN = re.compile(r"(anwalt|vertreter)\b", re.IGNORECASE)


class Sort(Enum):
    """What a name says by itself."""

    PLACE = auto()
    """Nothing: "California"."""
    BODY = auto()
    """Who admits, which is nothing yet: "USPTO", "Law Society of Alberta"."""
    BAR = auto()
    """A bar, which may be spoken of in any connection: "Paris Bar"."""
    TITLE = auto()
    """That somebody is admitted: "European Patent Attorney"."""
    ALONE = auto()
    """The same, where nothing else is said: "Rechtsanwalt"."""
    EXAM = auto()
    """A qualifying examination: "EQE"."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a known bar; the label and what the name says by itself."""

    label: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence, from token `first` to before token `end`."""

    name: Name
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Names:
    names: dict[tuple[str, ...], Name]
    lengths: dict[str, tuple[int, ...]]
    codes: frozenset[str]


def mentions_in(text: str, tokens: Sequence[Token]) -> list[Mention]:
    """The names in a sentence, the longest at each place."""
    places = [at for at, token in enumerate(tokens) if token.word[:1].isalnum()]
    words = [tokens[at].word for at in places]
    known = _names()
    found: list[Mention] = []
    at = 0
    while at < len(places):
        for length in known.lengths.get(words[at], ()):
            name = known.names.get(tuple(words[at : at + length]))
            whole = at + length <= len(places)
            if name and whole and _is_written(text, tokens, places[at : at + length], known):
                end = places[at + length - 1] + 1
                found.append(_with_city(text, tokens, Mention(name, places[at], end)))
                break
        else:
            local = local_bar(text, tokens, places[at])
            if local is None:
                at += 1
                continue
            found.append(Mention(Name(local[0], Sort.BODY), places[at], local[1]))
        at = bisect_left(places, found[-1].end)
    return found


def _with_city(text: str, tokens: Sequence[Token], mention: Mention) -> Mention:
    """The name with the city that follows it: "inscrit au barreau" of Lyon."""
    local = local_bar(text, tokens, mention.end - 1)
    if local is None:
        return mention
    return Mention(Name(local[0], mention.name.sort), mention.first, local[1])


def _is_written(text: str, tokens: Sequence[Token], places: Sequence[int], known: _Names) -> bool:
    """Whether only light signs stand between the words, and codes are in capitals."""
    first, last = places[0], places[-1]
    if any(
        tokens[at].word not in _BETWEEN
        for at in range(first, last)
        if not tokens[at].word[:1].isalnum()
    ):
        return False
    if len(places) > 1:
        return True
    said = text[tokens[first].start : tokens[first].end]
    if tokens[first].word in known.codes and "." not in said:
        return said.isupper() and (len(said) > 2 or _stands_apart(tokens, first))  # noqa: PLR2004
    if tokens[first].word in abbreviations():
        return said[:1].isupper() and text[tokens[first].end : tokens[first].end + 1] == "."
    return said[:1].isupper() or not tokens[first].word.isascii() or len(said) > _LONGEST_CODE


def _stands_apart(tokens: Sequence[Token], at: int) -> bool:
    """Whether the code is none of the words around it: "IN" of "ADMITTED IN NEW YORK"."""
    if tokens[at].word not in words_of("wordlike"):
        return True
    before = tokens[at - 1].word if at else ","
    following = tokens[at + 1].word if at + 1 < len(tokens) else ","
    return not before.isalpha() and (not following.isalpha() or following in ("and", "bar"))


@cache
def _names() -> _Names:
    data = words_data()
    left_out = {_words(name) for name in data["notNames"]}
    names: dict[tuple[str, ...], Name] = {}
    codes: set[str] = set()
    terms, closure = graph(Kind.BAR).terms, graph(Kind.BAR).closure
    office = next(key for key, term in terms.items() if term.label == "Patent Attorney")
    known = [
        (spelling, term.label, office in closure[key])
        for key, term in terms.items()
        for spelling in spellings(term)
        if _words(spelling) not in left_out and not _is_kind_of_sentence(term.label, spelling)
    ]
    known += [(name, label, False) for label, more in data["moreNames"].items() for name in more]
    known += [
        (f"{label} {name}", label, False)
        for label in data["unified"]
        for name in ("Bar Association", "State Bar Association")
    ]
    known += [
        (name.format(term.label), term.label, False)
        for term in terms.values()
        if "Any US State Bar" in term.broader
        for name in ("Supreme Court of {}", "{} Supreme Court")
    ]
    known += [
        (f"{states} District Court{link} {spelling}", label, False)
        for spelling, label, _ in known
        if _DISTRICT.match(spelling)
        for states in ("US", "United States")
        for link in (" for the", ",")
    ]
    known += [
        (other, label, of_patents)
        for spelling, label, of_patents in known
        for other in _inflected(spelling)
    ]
    for spelling, label, of_patents in known:
        words = _words(spelling)
        names[words] = Name(label, _sort(words, label, of_patents=of_patents))
        if len(words) == 1 and len(words[0]) <= _LONGEST_CODE and spelling.isupper():
            codes.add(words[0])
    lengths: dict[str, set[int]] = {}
    for words in names:
        lengths.setdefault(words[0], set()).add(len(words))
    return _Names(
        names=names,
        lengths={first: tuple(sorted(each, reverse=True)) for first, each in lengths.items()},
        codes=frozenset(codes),
    )


def _is_kind_of_sentence(label: str, name: str) -> bool:
    """Whether the name is a whole sentence, whose words say more: "licensed to practice law"."""
    words = set(_words(name))
    return (
        label == "Any US State Bar"
        and not words & {"us", "any"}
        and bool(words & words_of("follows") - {"bar"} or words & {"attorney", "of"})
    )


def _inflected(name: str) -> list[str]:
    """The name with the other endings of its German words, as a sentence has them."""
    found = [
        _GERMAN_ADJECTIVE.sub(rf"\g<1>{end}", name)
        for end in ("e", "en", "em", "er", "es")
        if _GERMAN_ADJECTIVE.search(name)
    ]
    return [
        other
        for each in (name, *found)
        for other in (each, _WOMAN.sub(r"\1in", each).replace("anwaltin", "anwältin"))
        if other != name
    ]


def _words(name: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens_of(name) if token.word[:1].isalnum())


def _sort(words: tuple[str, ...], label: str, *, of_patents: bool) -> Sort:
    said = set(words)
    if said & words_of("exams") and not said & words_of("titles"):
        return Sort.EXAM
    if len(words) == 1 and words[0] in words_of("alone"):
        return Sort.ALONE
    if said & words_of("titles"):
        return Sort.TITLE
    if said & words_of("bodies"):
        return Sort.BODY
    if said & words_of("bars"):
        return Sort.BAR
    return Sort.BODY if of_patents or label in words_data()["offices"] else Sort.PLACE
