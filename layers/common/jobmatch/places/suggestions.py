"""Known places that a text which can't be resolved may mean."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

from jobmatch.places.gazetteer import Named, areas, is_key, keys_from, lookup
from jobmatch.places.names import place_name
from jobmatch.places.reading import read
from jobmatch.places.words import canonical_location, pieces

if TYPE_CHECKING:
    from jobmatch.places.kinds import Place

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SCANNED, _FARTHEST, _SHORT, _LONG, _PRICE = 2000, 2, 3, 40, 1.5


def suggest_places(text: str, limit: int = 5) -> list[str]:
    """Places whose names are nearest to what is not known in the text, the best first.

    Parts that are known narrow the choice: "Münchn, Germany" gives cities of Germany. Nothing where
    all is known or nothing is near.
    """
    found: dict[str, None] = {}
    for piece in pieces(canonical_location(text)):
        known = tuple(part for part in piece.parts if lookup(part))
        if known == piece.parts and read(piece.parts):
            continue
        for part in (each for each in piece.parts if each not in known):
            for key in _near(part):
                for place in _meant(key, known):
                    found.setdefault(place_name(place))
    return list(found)[:limit]


def _meant(key: str, known: tuple[str, ...]) -> list[Place]:
    places = read((key, *known)) if known else []
    places = [place for place in places if not place.unknown]
    return places or read((key,))


def _near(name: str) -> list[str]:
    """Known keys within two errors, or that begin so; nearest and largest first."""
    if not _SHORT <= len(name) <= _LONG:
        return []
    ranked: list[tuple[float, str]] = []
    scanned = {*keys_from(name[:_SHORT], _SCANNED), *_one_error(name)}
    for key in scanned:
        errors = 0 if key.startswith(name) else _distance(name, key, _farthest(name))
        named = lookup(key) if errors <= _farthest(name) else None
        if named is not None:
            # An error counts as much as thirty times the people.
            ranked.append((_PRICE * errors - log10(_weight(named) + 1), key))
    return [key for _, key in sorted(ranked)[: 4 * _FARTHEST]]


def _farthest(name: str) -> int:
    return _FARTHEST if len(name) > 2 * _FARTHEST + 1 else 1


def _weight(named: Named) -> int:
    people = [city.weight for city in named.cities[:1]]
    people += [areas().regions.get(each, ("", 0))[1] for each in named.all_regions]
    people += [areas().countries.get(each, ("", 0))[1] for each in named.all_countries]
    return max(people, default=0)


def _one_error(name: str) -> set[str]:
    """Known keys that differ by one letter less, more, other, or two in turn."""
    splits = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    edits = {left + right[1:] for left, right in splits if right}
    edits |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    for letter in _LETTERS:
        edits |= {left + letter + right for left, right in splits}
        edits |= {left + letter + right[1:] for left, right in splits if right}
    return {each for each in edits if is_key(each)}


def _distance(first: str, second: str, most: int) -> int:
    """Errors between two names (two letters in turn are one), or more than `most`."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first):
        two_before, before, row = before, row, [at + 1]
        for to, other in enumerate(second):
            errors = min(before[to] + (letter != other), before[to + 1] + 1, row[to] + 1)
            if at and to and letter == second[to - 1] and first[at - 1] == other:
                errors = min(errors, two_before[to - 1] + 1)
            row.append(errors)
        if min(row) > most:
            return most + 1
    return row[-1]
