"""Terms: what a value means, and whether what a candidate has meets what a job asks for.

A value has one or more terms, named by short keys. A known term's key is the normal form of its
label; a value that is not known is a term of its own, whose key is its own normal form. A job's
entry is met when one of its terms is among the candidate's terms and everything broader.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jobmatch.vocabulary.graph import graph
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.normal_form import form_of, normal_form, reduced, singular
from jobmatch.vocabulary.scanning import Scanned, scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# No known name joins more parts than this.
_LONGEST_RUN = 4
_OTHERS = frozenset({"any", "another", "other", "every", "all", "one"})


@dataclass(frozen=True, slots=True, eq=False)
class Aliases:
    """An operator's own aliases: for each list, the term keys of a value's normal form.

    Compared by identity, so that what was resolved with them can be remembered: make one object
    for each version of the aliases and use it again.
    """

    forms: Mapping[Kind, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Found:
    """A term of a value: its key, the words it was found in, and whether it is known."""

    key: str
    words: str
    known: bool


@dataclass(frozen=True, slots=True)
class Met:
    """Why an entry is met: the labels of the candidate's value and of the term it meets.

    `same` says that the value itself has the term; otherwise the term is broader. `value` is `None`
    where the value is not known: its words may say more than it means, and are shown to nobody.
    """

    value: str | None
    term: str | None
    same: bool


def terms_of(kind: Kind, value: str, aliases: Aliases | None = None) -> tuple[str, ...]:
    """The keys of the value's terms, in the order written; none for a blank value."""
    return tuple(found.key for found in resolve(kind, value, aliases))


def closure(kind: Kind, keys: Iterable[str]) -> frozenset[str]:
    """These terms and everything broader."""
    known = graph(kind).closure
    out: set[str] = set()
    for key in keys:
        out |= known.get(key, {key})
    return frozenset(out)


def is_known(kind: Kind, value: str, aliases: Aliases | None = None) -> bool:
    """Whether every part of the value is known."""
    found = resolve(kind, value, aliases)
    return bool(found) and all(term.known for term in found)


def label_of(kind: Kind, value: str) -> str:
    """What is stored and shown: the label of a value that is one known term of the project's own.

    Any other value stays as typed, trimmed. Operators' aliases never change what is stored.
    """
    return known_label(kind, value) or value.strip()


def known_label(kind: Kind, value: str) -> str | None:
    """The label of a value that is exactly one known term of the project's own, or `None`."""
    found = resolve(kind, value)
    if len(found) == 1 and found[0].known:
        return graph(kind).terms[found[0].key].label
    return None


def labels_of(kind: Kind, value: str) -> list[str]:
    """The labels of a value of which the project knows every part; none of any other."""
    found = resolve(kind, value)
    if not all(term.known for term in found):
        return []
    labels = (label_of_key(kind, term.key) for term in found)
    return list(dict.fromkeys(filter(None, labels)))


def known_labels(kind: Kind, value: str) -> str | None:
    """The labels of a value of which the project knows every part, or `None`."""
    return ", ".join(labels_of(kind, value)) or None


def distinct_labels(kind: Kind, values: Iterable[str]) -> list[str]:
    """What is stored of a list: of values with the same terms the first; blank ones left out."""
    labels: dict[frozenset[str], str] = {}
    for value in values:
        if terms := frozenset(terms_of(kind, value)):
            labels.setdefault(terms, label_of(kind, value))
    return list(labels.values())


def label_of_key(kind: Kind, key: str) -> str | None:
    """The label of a known term, or `None`."""
    term = graph(kind).terms.get(key)
    return term.label if term else None


def why_met(
    kind: Kind, wanted: Iterable[str], values: Iterable[str], aliases: Aliases | None = None
) -> Met | None:
    """The first of the candidate's values that meets one of the wanted terms, or `None`.

    A value that has a wanted term itself goes before one that is only narrower.
    """
    asked = tuple(wanted)
    narrower: Met | None = None
    for value in values:
        met = _how_met(kind, asked, value, aliases)
        if met is not None and met.same:
            return met
        narrower = narrower or met
    return narrower


# A job's candidates have a few hundred values between them.
@lru_cache(maxsize=32768)
def _how_met(kind: Kind, asked: tuple[str, ...], value: str, aliases: Aliases | None) -> Met | None:
    keys = terms_of(kind, value, aliases)
    same = next((key for key in asked if key in keys), None)
    if same is not None:
        term = label_of_key(kind, same)
        return Met(known_labels(kind, value) or term, term, same=True)
    broader = graph(kind).closure
    pairs = ((key, own) for key in asked for own in keys if key in broader.get(own, {own}))
    broad, own = next(pairs, ("", ""))
    if not broad:
        return None
    shown = known_labels(kind, value) or label_of_key(kind, own)
    return Met(shown, label_of_key(kind, broad), same=False)


@lru_cache(maxsize=32768)
def resolve(kind: Kind, value: str, aliases: Aliases | None = None) -> tuple[Found, ...]:
    """The value's terms: of the whole where that is known, else of its parts, each once."""
    scanned = scan(kind, value)
    words = scanned.words()
    whole = _lookup(kind, words, aliases, coordinated=scanned.coordinates()) or _literal(
        kind, value, aliases
    )
    if whole:
        return tuple(Found(key, " ".join(words), known=True) for key in whole)
    found = list(_of_parts(kind, scanned, aliases)) if len(scanned.parts) > 1 else []
    if not found:
        form = normal_form(kind, value)
        return (Found(form, " ".join(words) or form, known=False),) if form else ()
    once = {term.key: term for term in found}
    if kind is Kind.BAR:
        return tuple(_without_where(once))
    return tuple(once.values())


def _without_where(found: Mapping[str, Found]) -> Iterator[Found]:
    """The terms without those that only say where a narrower one before them is.

    "Georgia (USA)" and "US patent attorney or patent agent" ask for no other country's; "California
    or any US state bar" does, and so does "US (California)".
    """
    before: set[str] = set()
    for key, term in found.items():
        if key not in before or not _OTHERS.isdisjoint(term.words.split()):
            yield term
        before |= closure(Kind.BAR, [key]) - {key}


def _lookup(
    kind: Kind, words: tuple[str, ...], aliases: Aliases | None, *, coordinated: bool = False
) -> tuple[str, ...]:
    """The terms that these words name as a whole; none where they are not known.

    Words with "and" or the like between them are known only where the vocabulary has them so:
    "software and medical devices" is not "medical software", though the words are the same.
    """
    form = form_of(kind, words)
    known = graph(kind)
    key = (known.coordinated if coordinated else known.forms).get(form) if form else None
    if key is None and form and not coordinated:
        key = known.run_together.get("".join(reduced(kind, words)))
    if key is not None:
        return (key,)
    return aliases.forms.get(kind, {}).get(form, ()) if aliases and form else ()


@lru_cache(maxsize=16384)
def key_of_words(kind: Kind, words: tuple[str, ...]) -> str | None:
    """The project's own term that words in plain letters name as a whole, or `None`."""
    return next(iter(_lookup(kind, words, None)), None)


def _literal(kind: Kind, value: str, aliases: Aliases | None) -> tuple[str, ...]:
    """The terms of a value whose words carry nothing, by its canonical form ("OR", "State bar")."""
    form = normal_form(kind, value)
    key = graph(kind).forms.get(form)
    if key is not None and not form_of(kind, scan(kind, value).words()):
        return (key,)
    return aliases.forms.get(kind, {}).get(form, ()) if aliases else ()


def _of_parts(kind: Kind, scanned: Scanned, aliases: Aliases | None) -> Iterator[Found]:
    """The terms of each part, or of a few parts that are one name ("Washington, D.C.")."""
    at = 0
    count = len(scanned.parts)
    while at < count:
        for end in range(min(count, at + _LONGEST_RUN), at + 1, -1):
            words = scanned.words(at, end)
            keys = _lookup(kind, words, aliases, coordinated=scanned.coordinates(at, end))
            if keys:
                yield from (Found(key, " ".join(words), known=True) for key in keys)
                at = end
                break
        else:
            yield from _of_part(kind, scanned, at, aliases)
            at += 1


def _of_part(kind: Kind, scanned: Scanned, at: int, aliases: Aliases | None) -> Iterator[Found]:
    """The terms of one part, with the words that it leaves out at its head or tail."""
    part = scanned.parts[at]
    said = " ".join(part)
    form = form_of(kind, part)
    alone = _lookup(kind, part, aliases) or _literal(kind, said, aliases)
    if not form and not alone:
        return  # it carries nothing: "US" in "US and foreign patent prosecution"
    keys = (
        _sharing_tail(kind, scanned, at, aliases, alone)
        or _sharing_head(kind, scanned, at, aliases, alone)
        or alone
    )
    if keys:
        yield from (Found(key, said, known=True) for key in keys)
    else:
        yield Found(form, said, known=False)


def _sharing_tail(
    kind: Kind, scanned: Scanned, at: int, aliases: Aliases | None, alone: tuple[str, ...]
) -> tuple[str, ...]:
    """The terms of the part with the last words of a later one: "UK and European Patent Attorney".

    A plural that is known by itself needs no tail: "patents and trademark litigation". Else the
    tail must make it narrower ("optics and data storage" is no optical storage); but a bar's "UK"
    and "German" are known by themselves and yet not what is meant.
    """
    part = scanned.parts[at]
    if alone and singular(part[-1]) != part[-1]:
        return ()
    following = next((other for other in scanned.parts[at + 1 :] if len(other) > 1), ())
    if alone and kind is Kind.BAR and not _OTHERS.isdisjoint(part + following):
        return ()  # "any US state bar" leaves out nothing, and says nothing for another part
    for first in range(1, len(following)):
        keys = _lookup(kind, part + following[first:], aliases)
        if keys and (kind is Kind.BAR or closure(kind, keys) >= set(alone)):
            return keys
    return ()


def _sharing_head(
    kind: Kind, scanned: Scanned, at: int, aliases: Aliases | None, alone: tuple[str, ...]
) -> tuple[str, ...]:
    """The terms of the part with the first words of an earlier one.

    "trademark prosecution and enforcement" names trademark enforcement. What is known by itself
    needs no head, unless the head makes it narrower: "patent prosecution and litigation".
    """
    if alone and kind is not Kind.SPECIALIZATION:
        return ()
    part = scanned.parts[at]
    before = next((other for other in reversed(scanned.parts[:at]) if len(other) > 1), ())
    for end in range(len(before) - 1, 0, -1):
        keys = _lookup(kind, before[:end] + part, aliases)
        if keys and (not alone or closure(kind, keys) >= set(alone)):
            return keys
    return ()
