"""Suggestions: the known terms that a value may have meant, and completions while somebody types.

Nothing but a help to who writes: a suggestion never moves a score and never decides a filter.

A term is scored by the pieces (words in normal form, and runs of three and four letters) that its
label and aliases share with the text. A piece counts more, the fewer terms have it and the more
names of the term do. `hints.json` adds words that go with a term without naming it ("airbag" with
Automotive). Measured by `python -m benchmarks.words` against trigram similarity and embeddings.
"""

from __future__ import annotations

import heapq
import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jobmatch.vocabulary.graph import graph, vocabulary
from jobmatch.vocabulary.normal_form import normal_form, reduced
from jobmatch.vocabulary.scanning import plain_letters, scan
from jobmatch.vocabulary.terms import label_of_key, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jobmatch.vocabulary.kinds import Kind

# What a text adds beyond this is noise, and the time for a suggestion must be bounded.
_LONGEST = 120
# Found by trying on all three lists at once; nearby values give nearly the same.
_WORD_WEIGHT, _ACRONYM_WEIGHT, _BEGINNING_WEIGHT = 4.0, 4.0, 2.0
_RARITY = 1.3
_WORD_HALF, _RUN_HALF = 1.0, 3.0
_USUAL_SIZE = 30
_WHOLE = (" ", "@")
_WORDS = re.compile(r"[^\W_]+")
_SHORTEST_RUN, _LONGEST_RUN = 3, 4
_LONGEST_ACRONYM = 6
# A misspelled word is put right where a known one is this close; each look-up takes a millisecond.
_CLOSE, _FARTHEST, _SHORTEST_CORRECTED, _CORRECTED_WORDS = 0.84, 2, 5, 4


@dataclass(frozen=True, slots=True)
class Index:
    """For each piece, how many names of each term (by its place in the list) have it.

    `sizes` damp what a term with many names has by mere chance: the fourth root of their number.
    """

    labels: tuple[str, ...]
    pieces: Mapping[str, Mapping[int, int]]
    sizes: tuple[float, ...]

    def ranked(
        self, pieces: Mapping[str, float], limit: int, without: tuple[int, frozenset[str]] | None
    ) -> list[int]:
        """The places of the best terms, best first.

        `without` leaves one name of a term out of the count: the term's place and that name's
        pieces. The benchmark asks so for an alias as if the vocabulary did not have it.
        """
        scores: dict[int, float] = {}
        left_out, of_name = without or (-1, frozenset())
        for piece, weight in pieces.items():
            counts = self.pieces.get(piece, {})
            gone = piece in of_name
            having = len(counts) - (gone and counts.get(left_out) == 1)
            odds = (len(self.labels) - having + 0.5) / (having + 0.5)
            rarity = weight * math.log1p(odds) ** _RARITY
            half = _WORD_HALF if piece[0] in _WHOLE else _RUN_HALF
            for term, names in counts.items():
                count = names - (gone and term == left_out)
                if count:
                    share = count / (count + half * self.sizes[term])
                    scores[term] = scores.get(term, 0.0) + rarity * share
        return heapq.nsmallest(limit, scores, key=lambda term: (-scores[term], term))


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
    for label, names in _names(kind):
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
    pieces = _form_pieces(normal_form(kind, typed))
    words = scan(kind, typed).words()
    acronym = _acronym(words)
    return pieces | {acronym: _ACRONYM_WEIGHT} if acronym else pieces


def _form_pieces(form: str) -> dict[str, float]:
    """The pieces of a normal form: its words and the runs of letters in each."""
    pieces: dict[str, float] = {}
    for word in form.split():
        pieces[f" {word}"] = _WORD_WEIGHT
        marked = f"^{word}$"
        for length in range(_SHORTEST_RUN, _LONGEST_RUN + 1):
            for at in range(len(marked) - length + 1):
                pieces[marked[at : at + length]] = _BEGINNING_WEIGHT if at == 0 else 1.0
    return pieces


def _acronym(words: Sequence[str]) -> str | None:
    """The piece of the first letters of several words, or of a word that may be such letters."""
    if len(words) > 1:
        return "@" + "".join(word[0] for word in words)
    if words and len(words[0]) <= _LONGEST_ACRONYM:
        return f"@{words[0].removesuffix('s')}"
    return None


@cache
def index(kind: Kind) -> Index:
    """The index of the list's names and hints."""
    known = graph(kind)
    forms: dict[str, list[str]] = {key: [] for key in known.terms}
    for form, key in known.forms.items():
        forms[key].append(form)
    labels: list[str] = []
    sizes: list[float] = []
    pieces: dict[str, Counter[int]] = {}
    for place, (key, term) in enumerate(known.terms.items()):
        hints = _hints()[kind].get(term.label, "").split()
        said = forms[key] + [" ".join(reduced(kind, (hint,))) for hint in hints]
        for form in said:
            for piece in _form_pieces(form):
                pieces.setdefault(piece, Counter())[place] += 1
        for name in term.names:
            acronym = _acronym(_WORDS.findall(name.casefold()))
            if acronym:
                pieces.setdefault(acronym, Counter())[place] += 1
        labels.append(term.label)
        sizes.append((len(said) / _USUAL_SIZE) ** 0.25)
    return Index(tuple(labels), pieces, tuple(sizes))


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


@cache
def _hints() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("hints.json")
    hints: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return hints


@cache
def _names(kind: Kind) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each label with its names in plain letters, the label's own first."""
    return tuple((term.label, tuple(map(plain_letters, term.names))) for term in vocabulary()[kind])
