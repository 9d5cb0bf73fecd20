"""Suggestions: the known terms that a value may have meant, and completions while somebody types.

Nothing but a help to who writes: a suggestion never moves a score and never decides a filter.

A term is scored by the pieces (words in normal form, and runs of three and four letters) that its
label and aliases share with the text. A piece counts more, the fewer terms have it and the more
names of the term do. `hints.json` adds words that go with a term without naming it ("airbag" with
Automotive). Measured by `python -m benchmarks.words` against trigram similarity and embeddings.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from jobmatch.vocabulary.graph import vocabulary
from jobmatch.vocabulary.normal_form import normal_form
from jobmatch.vocabulary.scanning import plain_letters, scan
from jobmatch.vocabulary.suggestion_index import ACRONYM_WEIGHT, acronym_of, form_pieces, index
from jobmatch.vocabulary.terms import label_of_key, resolve

if TYPE_CHECKING:
    from jobmatch.vocabulary.kinds import Kind

# What a text adds beyond this is noise, and the time for a suggestion must be bounded.
_LONGEST = 120
_WORDS = re.compile(r"[^\W_]+")
# A misspelled word is put right where a known one is this close; each look-up takes a millisecond.
_CLOSE, _FARTHEST, _SHORTEST_CORRECTED, _CORRECTED_WORDS = 0.84, 2, 5, 4


def suggest(kind: Kind, text: str, limit: int = 5) -> list[str]:
    """The labels of the terms that the text may mean, best first.

    Terms that it names come first, then those that it names with its misspelled words put right.
    Empty where nothing is like it.
    """
    corrected = _corrected(kind, text)
    named = [
        label_of_key(kind, term.key)
        for typed in dict.fromkeys((text, corrected))
        for term in resolve(kind, typed)
        if term.known
    ]
    pieces = pieces_of(kind, text) | pieces_of(kind, corrected)
    like = index(kind).ranked(pieces, limit + len(named), None)
    labels = [label for label in named if label] + [index(kind).labels[place] for place in like]
    return list(dict.fromkeys(labels))[:limit]


def complete(kind: Kind, typed: str, limit: int = 5) -> list[str]:
    """The labels that go on from what is typed, best first, then what else is like it.

    Labels that begin so go first, then labels and then aliases with a word that does.
    """
    start = plain_letters(typed[:_LONGEST]).strip()
    if not start:
        return []
    ranks: dict[str, tuple[int, int]] = {}
    for label, names in zip(index(kind).labels, index(kind).names, strict=True):
        for name in names:
            is_label = name == names[0]
            if name.startswith(start):
                rank = 0 if is_label else 2
            elif f" {start}" in name:
                rank = 1 if is_label else 3
            else:
                continue
            ranks[label] = min(ranks.get(label, (9, 0)), (rank, len(name)))
    first = sorted(ranks, key=lambda label: (ranks[label], label))[:limit]
    if len(first) < limit:
        first += [label for label in suggest(kind, typed, limit) if label not in ranks]
    return first[:limit]


def pieces_of(kind: Kind, text: str) -> dict[str, float]:
    """The pieces of a text and the weight of each; a word's is marked " ", an acronym's "@"."""
    typed = text[:_LONGEST]
    pieces = form_pieces(normal_form(kind, typed))
    acronym = acronym_of(scan(kind, typed).words())
    return pieces | {acronym: ACRONYM_WEIGHT} if acronym else pieces


def _corrected(kind: Kind, text: str) -> str:
    """The text's words, those that no name has replaced by a nearly equal one that a name has."""
    words = list(scan(kind, text[:_LONGEST]).words())
    left = _CORRECTED_WORDS
    for at, word in enumerate(words):
        bucket = _vocabulary_words(kind).get(word[0], frozenset())
        if left and len(word) >= _SHORTEST_CORRECTED and word not in bucket:
            left -= 1
            near = [known for known in bucket if abs(len(known) - len(word)) <= _FARTHEST]
            words[at] = next(iter(get_close_matches(word, near, 1, _CLOSE)), word)
    return " ".join(words)


@cache
def _vocabulary_words(kind: Kind) -> dict[str, frozenset[str]]:
    """The words of all names, by first letter."""
    buckets: dict[str, set[str]] = {}
    for term in vocabulary()[kind]:
        for word in _WORDS.findall(" ".join(term.names).casefold()):
            buckets.setdefault(word[0], set()).add(word)
    return {letter: frozenset(words) for letter, words in buckets.items()}
