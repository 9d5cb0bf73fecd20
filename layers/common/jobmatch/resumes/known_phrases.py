"""Known terms in the sentences of a résumé: the longest names that the vocabulary has there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jobmatch.resumes.resume_text import Span, folded, words_of_resumes
from jobmatch.vocabulary.graph import graph, vocabulary
from jobmatch.vocabulary.normal_form import form_of, normal_form, reduced
from jobmatch.vocabulary.scanning import plain_letters
from jobmatch.vocabulary.terms import key_of_words, label_of_key

if TYPE_CHECKING:
    from jobmatch.vocabulary.kinds import Kind

_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*|[^\w\s]")
_PIECE = re.compile(r"[^\W_]+|-")
_HYPHENS, _APOSTROPHES = frozenset("-\u2010\u2011"), frozenset("'\u2019")
_ELIDED = frozenset("dl")
_JOINING = frozenset(("and", "und", "et", "&"))
_LONGEST_NAME = 6
_LONGEST_WORD = 40
_SHORTEST_FOREIGN = 7
_SHORTEST_ADDED = 5
"""Letters of what may stand behind a name and add nothing: "devices", but not "of"."""


class _Token(NamedTuple):
    word: str
    start: int
    end: int


class Phrase(NamedTuple):
    """A known term in a text."""

    label: str
    span: Span


def phrases_in(kind: Kind, text: str, part: Span, *, every_word: bool = False) -> list[Phrase]:
    """The known terms in a part of a text, in its order.

    A single word counts where it is the term's label, or its name in another language: other names
    of one word ("control", "media") are everyday words too.

    Args:
        every_word: take all names of one word, as where a field of study is named.
    """
    tokens = list(_tokens(text, part))
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        size, key = _longest(kind, text, tokens, at, every_word=every_word)
        label = label_of_key(kind, key) if size else None
        if label:
            found.append(Phrase(label, Span(tokens[at].start, tokens[at + size - 1].end)))
        at += size or 1
    return found


def _tokens(text: str, part: Span) -> Iterator[_Token]:
    for each in _TOKEN.finditer(text, part.start, part.end):
        plain = _plain(each[0])
        if "-" not in plain or len(plain) == 1:
            yield _Token(plain, *each.span())  # "anti-counterfeiting" is one word
        else:
            for piece in _PIECE.finditer(text, *each.span()):
                yield _Token(_plain(piece[0]), *piece.span())


@lru_cache(maxsize=8192)
def _plain(word: str) -> str:
    return plain_letters(word).strip() if word[0].isalnum() and len(word) <= _LONGEST_WORD else word


def _longest(
    kind: Kind, text: str, tokens: list[_Token], at: int, *, every_word: bool
) -> tuple[int, str]:
    """How many tokens the longest name has that starts here, and its key."""
    if not _carries(kind, tokens[at].word):
        return 0, ""
    words: list[str] = []
    best = (0, "")
    for end in range(at, min(len(tokens), at + 2 * _LONGEST_NAME)):
        word = tokens[end].word
        if word in _HYPHENS and _is_glued(text, tokens[end]):
            continue
        if word in _APOSTROPHES and _is_glued(text, tokens[end]):
            words = words[:-1] if words[-1:] and words[-1] in _ELIDED else words
            continue
        if word in _JOINING:
            return _coordinated(kind, tokens, at, end) or best
        if (
            not word[:1].isalnum()
            or word in words_of_resumes()["ending"]
            or len(words) == _LONGEST_NAME
        ):
            break
        words.append(word)
        key = key_of_words(kind, tuple(words))
        ends = len(word) >= _SHORTEST_ADDED or _carries(kind, word)
        if key and ends and _counts(kind, tuple(words), every_word=every_word):
            best = (end - at + 1, key)
    return best


def _coordinated(kind: Kind, tokens: list[_Token], at: int, joint: int) -> tuple[int, str] | None:
    """The longest name with an "and" in it, as "cell and gene therapy"."""
    before = [token.word for token in tokens[at:joint] if token.word[:1].isalnum()]
    for end in range(min(len(tokens), joint + _LONGEST_NAME), joint + 1, -1):
        after = [token.word for token in tokens[joint + 1 : end]]
        if any(not word[:1].isalnum() or word in words_of_resumes()["ending"] for word in after):
            continue
        # "robotics and autonomous" is no name where "autonomous vehicles" stands.
        following = tuple(token.word for token in tokens[end - 1 : end + 1])
        if len(following) == 1 or not key_of_words(kind, following):
            key = graph(kind).coordinated.get(form_of(kind, (*before, *after)))
            if key:
                return end - at, key
    return None


def _is_glued(text: str, token: _Token) -> bool:
    return not text[token.start - 1].isspace() and not text[token.end : token.end + 1].isspace()


@lru_cache(maxsize=8192)
def _carries(kind: Kind, word: str) -> bool:
    if not word[:1].isalnum() or word in words_of_resumes()["ending"]:
        return False
    return any(part in _known_words(kind) for part in reduced(kind, (word,)))


@lru_cache(maxsize=16384)
def _counts(kind: Kind, words: tuple[str, ...], *, every_word: bool) -> bool:
    said = " ".join(words)
    label = label_of_key(kind, key_of_words(kind, words) or "")
    generic = words_of_resumes()["generic"]
    if said in generic or folded(label or "") in generic:
        return False
    carrying = [word for word in words if reduced(kind, (word,))]
    return len(carrying) > 1 or every_word or form_of(kind, carrying) in _clear_words(kind)


@cache
def _clear_words(kind: Kind) -> frozenset[str]:
    """The forms of one word of labels, and of names of one word in other languages."""
    names = [
        name
        for term in vocabulary()[kind]
        for name in (term.label, *term.other_languages)
        if name == term.label or (name.isalpha() and len(name) >= _SHORTEST_FOREIGN)
    ]
    forms = (normal_form(kind, name) for name in names)
    return frozenset(form for form in forms if " " not in form)


@cache
def _known_words(kind: Kind) -> frozenset[str]:
    known = graph(kind)
    return frozenset(word for form in known.forms for word in form.split()) | frozenset(
        known.run_together
    )
