"""The index that suggestions are looked up in: the pieces of every name, and who has them."""

from __future__ import annotations

import heapq
import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobmatch.vocabulary.graph import graph
from jobmatch.vocabulary.normal_form import reduced
from jobmatch.vocabulary.scanning import plain_letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jobmatch.vocabulary.graph import Graph
    from jobmatch.vocabulary.kinds import Kind

# Found by trying on all three lists at once; nearby values give nearly the same.
_WORD_WEIGHT, ACRONYM_WEIGHT, _BEGINNING_WEIGHT = 4.0, 4.0, 2.5
_RARITY = 1.3
_WORD_HALF, _RUN_HALF = 1.0, 3.0
_USUAL_SIZE = 30
_WHOLE = (" ", "@")
_SHORTEST_RUN, _LONGEST_RUN = 3, 4
_LONGEST_ACRONYM = 6
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Index:
    """For each piece, which terms have it in how many names: place and number by turns, as text.

    The first look-up reads the file, and text is read in a third of the time of numbers.

    `labels` are the terms by place, `names` what each is called in plain letters, its label first.
    `sizes` damp what a term with many names has by mere chance: the fourth root of their number.
    """

    labels: tuple[str, ...]
    names: Sequence[Sequence[str]]
    pieces: Mapping[str, str]
    sizes: Sequence[float]

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
            flat = [int(number) for number in self.pieces.get(piece, "").split()]
            counts = dict(zip(flat[::2], flat[1::2], strict=True))
            if piece in of_name and left_out in counts:
                counts[left_out] -= 1
            having = sum(map(bool, counts.values()))
            odds = (len(self.labels) - having + 0.5) / (having + 0.5)
            rarity = weight * math.log1p(odds) ** _RARITY
            half = _WORD_HALF if piece[0] in _WHOLE else _RUN_HALF
            for term, count in counts.items():
                if count:
                    share = count / (count + half * self.sizes[term])
                    scores[term] = scores.get(term, 0.0) + rarity * share
        return heapq.nsmallest(limit, scores, key=lambda term: (-scores[term], term))


@cache
def index(kind: Kind) -> Index:
    """The index of the list's names and hints, as `indexing` wrote it: making it takes a second."""
    data = _file("suggestions.json")[kind]
    labels = tuple(term.label for term in graph(kind).terms.values())
    return Index(labels, data["names"], data["pieces"], data["sizes"])


def made(kind: Kind, known: Graph) -> dict[str, Any]:
    """What `suggestions.json` holds of the list."""
    forms: dict[str, list[str]] = {key: [] for key in known.terms}
    for form, key in known.forms.items():
        forms[key].append(form)
    hints = _file("hints.json")[kind]
    sizes: list[float] = []
    counts: dict[str, Counter[int]] = {}
    for place, (key, term) in enumerate(known.terms.items()):
        hinted = (" ".join(reduced(kind, (hint,))) for hint in hints.get(term.label, "").split())
        said = [*forms[key], *hinted]
        acronyms = (acronym_of(_WORDS.findall(name.casefold())) for name in term.names)
        pieces = [piece for form in said for piece in form_pieces(form)]
        for piece in [*pieces, *filter(None, acronyms)]:
            counts.setdefault(piece, Counter())[place] += 1
        sizes.append(round((len(said) / _USUAL_SIZE) ** 0.25, 4))
    return {
        "names": [[plain_letters(name) for name in term.names] for term in known.terms.values()],
        "sizes": sizes,
        "pieces": {
            piece: " ".join(f"{place} {count}" for place, count in sorted(having.items()))
            for piece, having in sorted(counts.items())
        },
    }


def form_pieces(form: str) -> dict[str, float]:
    """The pieces of a normal form and their weights: its words and the runs of letters in each."""
    pieces: dict[str, float] = {}
    for word in form.split():
        pieces[f" {word}"] = _WORD_WEIGHT
        marked = f"^{word}$"
        for length in range(_SHORTEST_RUN, _LONGEST_RUN + 1):
            for at in range(len(marked) - length + 1):
                pieces[marked[at : at + length]] = _BEGINNING_WEIGHT if at == 0 else 1.0
    return pieces


def acronym_of(words: Sequence[str]) -> str | None:
    """The piece of the first letters of several words, or of a word that may be such letters."""
    if len(words) > 1:
        return "@" + "".join(word[0] for word in words)
    if words and len(words[0]) <= _LONGEST_ACRONYM:
        return f"@{words[0].removesuffix('s')}"
    return None


@cache
def _file(name: str) -> dict[str, Any]:
    path = Path(__file__).with_name(name)
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data
