"""The project's vocabulary: a graph of terms for each list, read from `vocabulary.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.normal_form import normal_form, reduced
from jobmatch.vocabulary.scanning import scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}


class VocabularyError(ValueError):
    """The data contradict themselves; the message names the values."""


@dataclass(frozen=True, slots=True)
class Term:
    """A known value: how it is shown, what else it is called, and the labels of broader terms.

    `aliases` are English, `other_languages` holds those in others; look-ups treat them alike.
    """

    label: str
    aliases: tuple[str, ...] = ()
    other_languages: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The label and all aliases."""
        return (self.label, *self.aliases, *self.other_languages)


@dataclass(frozen=True, slots=True)
class Graph:
    """The terms of one list, ready for look-ups; a key is the normal form of a term's label.

    `forms` gives the key of each normal form of a label or alias, `coordinated` of those alone
    that were written with a separator ("Hatch-Waxman/ANDA"), `run_together` of the words written
    without spaces. `closure` gives a key's term and all broader ones.
    """

    terms: Mapping[str, Term]
    forms: Mapping[str, str] = field(repr=False)
    coordinated: Mapping[str, str] = field(repr=False)
    run_together: Mapping[str, str] = field(repr=False)
    closure: Mapping[str, frozenset[str]] = field(repr=False)


@cache
def vocabulary() -> Mapping[Kind, tuple[Term, ...]]:
    """All terms of each list, sorted by label."""
    data = json.loads(Path(__file__).with_name("vocabulary.json").read_text(encoding="utf-8"))
    return {
        kind: tuple(
            Term(
                label=row["label"],
                aliases=tuple(row.get("aliases", ())),
                other_languages=tuple(row.get("otherLanguages", ())),
                broader=tuple(row.get("broader", ())),
            )
            for row in data[kind]
        )
        for kind in Kind
    }


@cache
def graph(kind: Kind) -> Graph:
    """The graph of the list's terms, with the look-ups that `index.json` holds ready.

    A cold start would spend a third of a second on making them; `python -m
    jobmatch.vocabulary.indexing` writes them, and a test says when they are stale.
    """
    data = json.loads(Path(__file__).with_name("index.json").read_text(encoding="utf-8"))[kind]
    keys: list[str] = data["keys"]
    terms = dict(zip(keys, vocabulary()[kind], strict=True))
    return Graph(
        terms=terms,
        forms={form: keys[at] for form, at in data["forms"].items()},
        coordinated={form: keys[data["forms"][form]] for form in data["coordinated"]},
        run_together={letters: keys[at] for letters, at in data["runTogether"].items()},
        closure=closures(kind, terms),
    )


def build(kind: Kind, terms: tuple[Term, ...]) -> Graph:
    """A graph of these terms, made from their names alone.

    Raises:
        VocabularyError: where two terms share a name, a broader term does not exist, or a term is
            broader than itself.
    """
    forms: dict[str, str] = {}
    coordinated: dict[str, str] = {}
    run_together: dict[str, str] = {}
    by_key = {normal_form(kind, term.label): term for term in terms}
    if len(by_key) != len(terms):
        raise VocabularyError(f"{kind}: two labels have one normal form")
    for key, term in by_key.items():
        for name in spellings(term):
            scanned = scan(kind, name)
            form = normal_form(kind, name)
            if forms.setdefault(form, key) != key:
                raise VocabularyError(f"{kind}: {name!r} ({term.label}) is {forms[form]!r} too")
            if scanned.coordinates():
                coordinated[form] = key
            else:
                run_together.setdefault("".join(reduced(kind, scanned.words())), key)
    run_together.pop("", None)
    return Graph(by_key, forms, coordinated, run_together, closures(kind, by_key))


def spellings(term: Term) -> Iterator[str]:
    """The label and aliases, those with German umlauts also in the spelling without them."""
    for name in term.names:
        yield name
        if any(letter in name for letter in _GERMAN):
            yield "".join(_GERMAN.get(letter, letter) for letter in name)


def closures(kind: Kind, terms: Mapping[str, Term]) -> dict[str, frozenset[str]]:
    """For each key, its term's and all broader terms' keys.

    Raises:
        VocabularyError: where a broader term does not exist, or a term is broader than itself.
    """
    keys = {term.label: key for key, term in terms.items()}
    parents: dict[str, list[str]] = {}
    for key, term in terms.items():
        unknown = [label for label in term.broader if label not in keys]
        if unknown:
            raise VocabularyError(f"{kind}: no term is called {unknown[0]!r}")
        parents[key] = [keys[label] for label in term.broader]
    return {key: _ancestors(key, parents) for key in terms}


def _ancestors(key: str, parents: Mapping[str, list[str]]) -> frozenset[str]:
    found = {key}
    waiting = list(parents[key])
    while waiting:
        parent = waiting.pop()
        if parent == key:
            raise VocabularyError(f"{key!r} is broader than itself")
        if parent not in found:
            found.add(parent)
            waiting.extend(parents[parent])
    return frozenset(found)
