"""What the status of a bar admission means, however it is worded. The phrases are data."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from jobmatch.text import canonical_text, without_accents, without_umlauts

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 255
"""Characters; what is longer is no status."""
_WORDS = re.compile(r"[^\W_]+")
# Initials with full stops are one word, and what an apostrophe cuts off is none.
_FULL_STOP = re.compile(r"(?<=\w)\.(?=\w\b)")
_BETWEEN_PHRASES = re.compile(r"[,;:/|()\[\]&+\n\u2013\u2014\u00b7]|\s-+\s")
_AND = frozenset(("and", "und", "et", "but", "y", "e", "i", "en", "og", "och"))
_SHORTEST_LEFT = 3
"""Letters; what is left of a phrase and is shorter says nothing."""
_LONGEST_NEGATION = 3
"""Words."""
_DIGIT = re.compile(r"\d")


class Status(StrEnum):
    """Whether an admission counts: only an active one does."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Data:
    """`bar_statuses.json`, phrases as words in normal form with single spaces."""

    meanings: dict[str, Status]
    negations: frozenset[str]
    fillers: frozenset[str]
    spellings: dict[str, str]
    dated: frozenset[str]


def status_of(text: str | None) -> Status:
    """What a status says; none and a blank one are active.

    A status of several phrases ("Active, in good standing") is active where each is, and inactive
    where one is. What is not known wholly is unknown.
    """
    if text is None or not (text := text.strip()):
        return Status.ACTIVE
    return _status(text) if len(text) <= _LONGEST else Status.UNKNOWN


@lru_cache(maxsize=2048)
def _status(text: str) -> Status:
    plain = _FULL_STOP.sub("", _plain(text))
    data = _data()
    whole = _phrase(_words(plain, data), data)
    if whole is not Status.UNKNOWN:
        return whole
    found: set[Status] = set()
    for piece in _BETWEEN_PHRASES.split(plain):
        if words := _words(piece, data):
            said = _phrase(words, data)
            parts = [words] if said is not Status.UNKNOWN else _parts(words)
            found.update(_phrase(part, data) for part in parts if part)
    if Status.INACTIVE in found:
        return Status.INACTIVE
    return Status.ACTIVE if found == {Status.ACTIVE} else Status.UNKNOWN


def _phrase(words: list[str], data: _Data) -> Status:
    """What one phrase means: as it is, or without the words that change nothing."""
    bare = [word for word in words if word not in data.fillers]
    for each in (words, bare) if bare != words else (words,):
        known = data.meanings.get(" ".join(each))
        if known is not None:
            return known
        for count in range(1, min(_LONGEST_NEGATION, len(each) - 1) + 1):
            if " ".join(each[:count]) in data.negations:
                rest = data.meanings.get(" ".join(each[count:]))
                if rest is Status.ACTIVE:
                    return Status.INACTIVE
    # "Member of the bar" says nothing but that they are one.
    is_member = not bare and any(data.meanings.get(word) is Status.ACTIVE for word in words)
    return Status.ACTIVE if is_member else Status.UNKNOWN


def _parts(words: list[str]) -> Iterable[list[str]]:
    part: list[str] = []
    for word in words:
        if word in _AND:
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _words(text: str, data: _Data) -> list[str]:
    """The words of a text, without numbers and what says of these what they are."""
    words: list[str] = []
    for word in _WORDS.findall(text):
        if _DIGIT.search(word):
            while words and words[-1] in data.dated:
                words.pop()
        else:
            words.append(data.spellings.get(word, word))
    return words


def _plain(text: str) -> str:
    return without_umlauts(without_accents(canonical_text(text)))


@cache
def _data() -> _Data:
    path = Path(__file__).with_name("bar_statuses.json")
    file = json.loads(path.read_text(encoding="utf-8"))
    spellings = {_plain(one): _plain(other) for one, other in file["spellings"].items()}

    def phrase(text: str) -> str:
        words = _WORDS.findall(_FULL_STOP.sub("", _plain(text)))
        return " ".join(spellings.get(word, word) for word in words)

    meanings = {
        phrase(text): status
        for status in (Status.ACTIVE, Status.INACTIVE)
        for texts in file[status.value].values()
        for text in texts
    }
    # And as they are left where the words that change nothing are left out.
    fillers = frozenset(map(phrase, file["fillers"]))
    for text, status in tuple(meanings.items()):
        bare = " ".join(word for word in text.split() if word not in fillers)
        if _SHORTEST_LEFT <= len(bare) < len(text):
            meanings.setdefault(bare, status)
    return _Data(
        meanings,
        frozenset(map(phrase, file["negations"])),
        fillers,
        spellings,
        frozenset(map(_plain, file["dated"])),
    )
