"""Leave one alias out: would the suggestions lead to the term if the alias were not known?

The protocol: an alias is taken from the vocabulary, and its normal form with it, unless another
name of the same term has that normal form. Then the alias is asked for. Where the normal form
stays, the rules find the term and nothing is left to suggest: that is a hit. `distinct` counts
only the aliases whose normal form went. Acronyms and aliases in other languages are reported
apart: their letters say little. Hints (`hints.json`) stay.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobmatch.vocabulary.graph import vocabulary
from jobmatch.vocabulary.normal_form import normal_form
from jobmatch.vocabulary.suggestion_index import index
from jobmatch.vocabulary.suggestions import pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobmatch.vocabulary.graph import Term
    from jobmatch.vocabulary.kinds import Kind

FLOORS = (0.85, 0.95)
"""At one and at five: for the plain aliases of each list, and for the fresh ones."""
_SHOWN = 5
_ACRONYM = re.compile(r"[A-Z0-9][\w./&'-]{0,7}|(?:[A-Z][A-Za-z]{0,5}\.? ?){1,3}\.")


@dataclass(slots=True)
class Hits:
    """How many aliases were asked for, and found first or among the first five."""

    asked: int = 0
    at_one: int = 0
    at_five: int = 0

    def add(self, place: int | None) -> None:
        """Counts one alias that was found at this place, from 0, or not at all."""
        self.asked += 1
        self.at_one += place == 0
        self.at_five += place is not None


def is_acronym(name: str) -> bool:
    """Whether the name is an acronym or an abbreviation: "TTAB", "N.Y.", "Wis."."""
    short = _ACRONYM.fullmatch(name) is not None
    return short and (sum(map(str.isupper, name)) > 1 or name.endswith("."))


def left_out(kind: Kind) -> dict[tuple[str, bool], Hits]:
    """The hits of each group ("plain", "acronyms", "other languages"), of all and of distinct."""
    hits: dict[tuple[str, bool], Hits] = {}
    terms = vocabulary()[kind]
    forms = Counter(
        (at, normal_form(kind, name)) for at, term in enumerate(terms) for name in term.names
    )
    for at, term in enumerate(terms):
        for group, alias in _grouped(term):
            distinct = forms[at, normal_form(kind, alias)] == 1
            place = _place(kind, at, alias) if distinct else 0
            hits.setdefault((group, False), Hits()).add(place)
            if distinct:
                hits.setdefault((group, True), Hits()).add(place)
    return hits


def _place(kind: Kind, at: int, alias: str) -> int | None:
    pieces = pieces_of(kind, alias)
    found = index(kind).ranked(pieces, _SHOWN, (at, frozenset(pieces)))
    return found.index(at) if at in found else None


def _grouped(term: Term) -> Iterator[tuple[str, str]]:
    for alias in term.aliases:
        yield ("acronyms" if is_acronym(alias) else "plain"), alias
    for alias in term.other_languages:
        yield "other languages", alias
