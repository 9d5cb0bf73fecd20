"""The normal form of a value: what is left when everything that only wording adds is taken off.

By rule, before any alias: typography and accents (`scanning`), number and spelling of words, words
of one family ("prosecuting", "prosecutor"), phrases of one meaning, and words that carry nothing in
a list ("law", "experience in", "registered to practice before the"). Order carries nothing either:
"prosecution of patents" is "patent prosecution". The words are data, in `words.json`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobmatch.text import canonical_text
from jobmatch.vocabulary.scanning import scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobmatch.vocabulary.kinds import Kind

# Each round of the rules can make another one apply; data that needs more rounds is wrong.
_ROUNDS = 6
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Wording:
    """What `words.json` says of one list.

    `words` gives what stands for a word (several words where it is an abbreviation), `phrases` the
    same for a row of words, by its first word and longest first. `empty` words carry nothing;
    `weak` ones carry nothing as long as another word is left, one of `beside` if there are such.
    `endings` are those of German compounds that carry nothing ("Markensachen"). `digits` says
    whether numbers carry something.
    """

    words: dict[str, tuple[str, ...]]
    phrases: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]
    empty: frozenset[str]
    weak: frozenset[str]
    beside: frozenset[str]
    endings: tuple[str, ...]
    digits: bool


@cache
def _data() -> dict[str, Any]:
    path = Path(__file__).with_name("words.json")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


@cache
def wording(kind: Kind) -> Wording:
    """The words of this list, from `words.json`."""
    data = _data()
    families = data["families"]["common"] | data["families"][kind]
    words = {
        form: tuple(head.split()) for head, forms in families.items() for form in forms.split()
    }
    words |= {
        short: tuple(long.split())
        for short, long in (data["short"]["common"] | data["short"][kind]).items()
    }
    phrases: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for said, meant in (data["phrases"]["common"] | data["phrases"][kind]).items():
        row = tuple(said.split())
        phrases.setdefault(row[0], []).append((row, tuple(meant.split())))
    for rows in phrases.values():
        rows.sort(key=lambda row: -len(row[0]))
    return Wording(
        words=words,
        phrases=phrases,
        empty=frozenset((data["empty"]["common"] + " " + data["empty"][kind]).split()),
        weak=frozenset(data["weak"].get(kind, "").split()),
        beside=frozenset(data["weakBeside"].get(kind, "").split()),
        endings=tuple(data["endings"].get(kind, "").split()),
        digits=kind not in data["numbersCarryNothing"],
    )


@cache
def _spelling() -> tuple[list[tuple[str, str]], dict[str, str], frozenset[str]]:
    data = _data()
    return (
        [(british, american) for british, american in data["spelling"]["parts"].items()],
        data["spelling"]["words"],
        frozenset(data["noPlural"].split()),
    )


def singular(word: str) -> str:
    """The word in the singular, by the rules of English; what is no plural stays."""
    if len(word) < 4 or word[-1] != "s" or word in _spelling()[2]:  # noqa: PLR2004
        return word
    if word.endswith(("ss", "us", "is", "ics")):
        return word
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 - "ties", "dies"
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


def american(word: str) -> str:
    """The word in American spelling."""
    parts, words, _ = _spelling()
    if word in words:
        return words[word]
    if len(word) > 5:  # noqa: PLR2004 - no shorter word has a part that is spelled otherwise
        for british, part in parts:
            if british in word:
                word = word.replace(british, part)
    return word


@lru_cache(maxsize=16384)
def _word(kind: Kind, word: str) -> tuple[str, ...]:
    """What stands for the word in this list."""
    rules = wording(kind)
    for form in (word, american(word), singular(american(word)), american(singular(word))):
        if form in rules.words:
            return rules.words[form]
    for ending in rules.endings:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_STEM:
            return _word(kind, _without_joint(stem))
    return (singular(american(word)),)


def _without_joint(stem: str) -> str:
    """The word without the s that joins it to the next: "Einspruch" of "Einspruchsverfahren"."""
    return stem if stem.endswith("ss") else stem.removesuffix("s")


def reduced(kind: Kind, words: Sequence[str]) -> tuple[str, ...]:
    """The words that carry something, each in its one form, in the order written.

    Returns:
        An empty tuple where none carries anything.
    """
    current = tuple(words)
    for _ in range(_ROUNDS):
        before = current
        current = _one_round(kind, current)
        if current == before:
            break
    return current


def _one_round(kind: Kind, words: tuple[str, ...]) -> tuple[str, ...]:
    rules = wording(kind)
    mapped = [form for word in words for form in _word(kind, word)]
    for _ in range(_ROUNDS):
        # A phrase can be part of another: "trade mark" in "trade mark agent".
        before, mapped = mapped, _with_phrases(rules, mapped)
        if mapped == before:
            break
    kept = [
        word for word in mapped if word not in rules.empty and (rules.digits or not word.isdigit())
    ]
    strong = [word for word in kept if word not in rules.weak]
    if rules.beside and rules.beside.isdisjoint(strong):
        return tuple(kept)
    return tuple(strong or kept)


def _with_phrases(rules: Wording, words: list[str]) -> list[str]:
    """The words with each known phrase replaced by what stands for it."""
    out: list[str] = []
    at = 0
    while at < len(words):
        for row, meant in rules.phrases.get(words[at], ()):
            if tuple(words[at : at + len(row)]) == row:
                out.extend(meant)
                at += len(row)
                break
        else:
            out.append(words[at])
            at += 1
    return out


def form_of(kind: Kind, words: Sequence[str]) -> str:
    """The normal form of these words, or "" where none carries anything."""
    current = reduced(kind, words)
    for _ in range(_ROUNDS):
        ordered = tuple(sorted(set(current)))
        current = reduced(kind, ordered)
        if current == ordered:
            break
    return " ".join(current)


@lru_cache(maxsize=16384)
def normal_form(kind: Kind, value: str) -> str:
    """The value in normal form; its canonical form where nothing would be left of it.

    The normal form of a normal form is itself. Punctuation at the end counts in neither.
    """
    whole = canonical_text(value)
    return form_of(kind, scan(kind, value).words()) or whole.rstrip(" .,;:") or whole
