"""Whether an end date says in words that the position goes on: "present", "heute", "至今", ...

The words are data, in `open_ends.json` beside this file, and so are the names of the months.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobmatch.text import canonical_text, without_accents, without_umlauts

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 100
"""Characters; what is longer is no end date and says nothing here."""
_LONGEST_AROUND = 16
"""Letters of the longest `before` or `after`, and more."""
_WORDS = re.compile(r"[^\W\d_]+")
# Numbers go with the unit that East Asian dates write behind them.
_NUMBERS = re.compile(r"\d+[年月日년월일]?")
_BETWEEN_PARTS = re.compile(
    r"[(){}\[\],;:/|\u00b7\u2022\u3001\u30fb]|(?<!\S)[-\u2013\u2014~](?!\S)|[\u2013\u2014~]"
)
# What people put where an end would stand: dashes, dots, tildes. A question mark is a doubt.
_MARKS_ALONE = re.compile(r"[\s\-\u2010-\u2015\u2212._*~\u301c\u2026/|>\u2192+\"'()\[\]]+")


@dataclass(frozen=True, slots=True)
class _Data:
    """`open_ends.json`, each phrase as its letters alone, without accents."""

    words: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    exact: frozenset[str]
    since: tuple[str, ...]
    beside_a_date: frozenset[str]

    def says_so(self, letters: str) -> bool:
        """Whether these are a known word, with what may stand before and after it or without."""
        if letters in self.words:
            return True
        length = len(letters)
        most = min(length, _LONGEST_AROUND)
        # Again and again: "up to the present" has "up to" and "the".
        starts = [0]
        for start in starts:
            starts += [
                at
                for at in range(start + 1, most)
                if at not in starts and letters[start:at] in self.before
            ]
        ends = [at for at in range(length - most + 1, length) if letters[at:] in self.after]
        return any(letters[start:end] in self.words for start in starts for end in (*ends, length))


def is_open_end(text: str) -> bool:
    """Whether an end date is blank, a mere dash, or says that the position goes on.

    A date may stand before or beside it ("2019 - present", "current (since 2019)"), and so may the
    time that it lasted ("Present · 3 yrs 2 mos"). What is not understood wholly is no such end.
    """
    text = text.strip()
    return len(text) <= _LONGEST and _is_open_end(text)


def after_since(text: str) -> str | None:
    """What follows "since", "seit", "depuis", ... in a text in canonical form without accents."""
    first, _, rest = text.partition(" ")
    return rest if first in _data().since else None


def month_names() -> dict[str, int]:
    """The numbers of the months by their names and abbreviations, without accents and umlauts."""
    numbers: dict[str, int] = {}
    for months in _file()["months"].values():
        for number, names in enumerate(months, 1):
            numbers.update(dict.fromkeys(_plain(names).split(), number))
    return numbers


@lru_cache(maxsize=4096)
def _is_open_end(text: str) -> bool:
    plain = _plain(text)
    if not plain or _MARKS_ALONE.fullmatch(plain) or canonical_text(text) in _data().exact:
        return True
    undated, numbers = _NUMBERS.subn(" ", plain)
    beside = _data().beside_a_date if numbers else frozenset[str]()
    whole = _says_so(undated, beside)
    parts = _BETWEEN_PARTS.split(undated)
    if whole or len(parts) == 1:
        return bool(whole)
    said = [_says_so(part, beside) for part in parts]
    return False not in said and True in said


def _says_so(text: str, beside: frozenset[str]) -> bool | None:
    """Whether it says that the position goes on; none where it says nothing but `beside`."""
    words = _WORDS.findall(text)
    if _goes_on(words):
        return True
    rest = [word for word in words if word not in beside]
    return _goes_on(rest) if rest else None


def _goes_on(words: list[str]) -> bool:
    return any(map(_data().says_so, _joined(words)))


@cache
def _data() -> _Data:
    file = _file()
    languages = file["languages"].values()

    def letters(key: str) -> frozenset[str]:
        texts = [text for each in languages for text in each.get(key, ())]
        return frozenset(letters for text in texts for letters in _joined(_words(text)))

    since = tuple(without_accents(canonical_text(word)) for word in file["since"])
    beside = {
        letters for word in (*file["besideADate"], *since) for letters in _joined(_words(word))
    }
    return _Data(
        letters("words"),
        letters("before"),
        letters("after"),
        frozenset(map(canonical_text, file["exact"])),
        since,
        frozenset(beside | month_names().keys()),
    )


def _plain(text: str) -> str:
    return without_umlauts(without_accents(canonical_text(text)))


def _words(text: str) -> list[str]:
    return _WORDS.findall(_plain(text))


def _joined(words: Iterable[str]) -> set[str]:
    """The letters alone, also as if they had an umlaut where two words meet.

    "To en cours" has none, but "noend" is plain only with one, and must be the same as "no end".
    """
    letters = "".join(words)
    return {letters, without_umlauts(letters)}


@cache
def _file() -> dict[str, Any]:
    text = Path(__file__).with_name("open_ends.json").read_text(encoding="utf-8")
    file: dict[str, Any] = json.loads(text)
    return file
