"""Sentences about invented people, and what of them is left when they are anonymous."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jobmatch.anonymity.anonymizer import Anonymizer
from jobmatch.anonymity.common_words import is_common
from jobmatch.anonymity.visible import compared, plain

Disguise = Callable[[str], str]

_WORD = re.compile(r"[^\W_]+")
_LEAK = re.compile(r"⟦([^⟧]*)⟧")
_SAY_NOTHING = frozenset(
    [
        "at",
        "dot",
        "and",
        "et",
        "und",
        "y",
        "e",
        "i",
        "arroba",
        "arobase",
        "punto",
        "point",
        "punkt",
        "ponto",
        "com",
        "de",
        "fr",
        "pt",
        "es",
        "co",
        "uk",
        "in",
        "www",
        "https",
        "a",
        "as",
        "on",
        "of",
        "s",
        "llp",
        "inc",
    ]
)
FOLDER = Path(__file__).parent / "anonymity"


@dataclass(frozen=True)
class Sentence:
    """One sentence with its marks, and whose it is."""

    name: str
    employers: tuple[str, ...]
    marked: str

    @property
    def text(self) -> str:
        return _LEAK.sub(r"\1", self.marked)

    def leaks(self) -> list[str]:
        """What tells who it is."""
        return _LEAK.findall(self.marked)

    def judge(self) -> tuple[list[str], list[str], int]:
        """What is told though it should not, facts that are lost, and how many facts there are."""
        return self.judge_what_is_left(Anonymizer.of(self.name, self.employers).text(self.text))

    def judge_what_is_left(self, left: str) -> tuple[list[str], list[str], int]:
        """The same of an anonymous form of the sentence."""
        have = Counter(_words(left))
        facts = Counter(_words(_LEAK.sub(" ", self.marked)))
        lost = list((facts - have).elements())
        told = []
        for leak in self.leaks():
            words = [word for word in _words(leak) if word not in _SAY_NOTHING]
            if any(have[word] > facts[word] for word in words):
                told.append(leak)
        return told, lost, facts.total()


def _words(text: str) -> list[str]:
    return _WORD.findall(compared(plain(text)))


def sentences(file: str) -> list[Sentence]:
    """The sentences of a file."""
    found = []
    name, employers = "", tuple[str, ...]()
    for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            name, _, firms = line[2:].partition(" | ")
            employers = tuple(firms.split("; "))
        else:
            found.append(Sentence(name, employers, line))
    return found


@dataclass(frozen=True)
class Measured:
    """Of marks how many are told, of all other words how many are lost, and where."""

    marks: int
    told: int
    facts: int
    lost: int
    faults: list[str]


def _letters_from(first: int) -> Disguise:
    """Each letter from A to Z, in capitals, as the letter of another alphabet."""
    table = {ord("A") + number: first + number for number in range(26)}
    return lambda text: text.upper().translate(table)


def _with_each_letter(sign: str) -> Disguise:
    return lambda text: "".join(each + sign for each in text)


def _with_letters(of: str, alike: str) -> Disguise:
    table = str.maketrans(of, alike)
    return lambda text: text.translate(table)


def _without_accents(text: str) -> str:
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text))


DISGUISES: dict[str, Disguise] = {
    "capitals": str.upper,
    "without accents": _without_accents,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "fullwidth": lambda text: "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text
    ),
    "bold": _letters_from(0x1D400),
    "in circles": _letters_from(0x24B6),
    "white in circles": _letters_from(0x1F150),
    "white in squares": _letters_from(0x1F170),
    "as flags": _letters_from(0x1F1E6),
    "with zero-width spaces": _with_each_letter("\u200b"),
    "with soft hyphens": _with_each_letter("\u00ad"),
    "with variation selectors": _with_each_letter("\ufe0f"),
    "with joiners": _with_each_letter("\u034f"),
    "with tags": _with_each_letter("\U000e0041"),
    "struck through": _with_each_letter("\u0336"),
    "in keycaps": _with_each_letter("\u20e3"),
    "Cyrillic look-alikes": _with_letters("aeopcxy", "\u0430\u0435\u043e\u0440\u0441\u0445\u0443"),
    "Armenian look-alikes": _with_letters("onhu", "\u0585\u0578\u0570\u057d"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "Braille blanks": lambda text: text.replace(" ", "\u2800"),
    "underscores": lambda text: text.replace(" ", "_"),
    "line breaks": lambda text: text.replace(" ", "\n"),
    "capitals instead of spaces": lambda text: "".join(map(str.capitalize, text.split())),
    "a genitive": lambda text: f"{text}'s",
    "emphasis": lambda text: f"**_{text}_**",
    "a sign for i": lambda text: re.sub("(?<=[a-zA-Z])i(?=[a-zA-Z])", "!", text),
    "a sign for s": lambda text: re.sub("(?<=[a-zA-Z])s(?=[a-zA-Z])", "$", text),
}
"""How people write a name so that it is read and not found."""


def told_in_disguise(disguise: Disguise) -> tuple[list[str], int]:
    """Marks of which a word that is no ordinary one is left, where all are disguised; and of all.

    The words of a form that people can read are looked for as well as those of the mark.
    """
    told, count = [], 0
    for sentence in (*sentences("tuning.txt"), *sentences("held_back.txt")):
        text = _LEAK.sub(lambda found: disguise(found[1]), sentence.marked)
        left = set(_words(Anonymizer.of(sentence.name, sentence.employers).text(text)))
        left -= set(_words(_LEAK.sub(" ", sentence.marked)))
        for leak in sentence.leaks():
            words = {*_words(leak), *_words(disguise(leak))} - {*_SAY_NOTHING}
            seen = {word for word in words & left if len(word) > 1 and not is_common(word)}
            told += [leak] * bool(seen)
            count += 1
    return told, count


def measured(*files: str) -> Measured:
    """What is told and lost of the sentences of these files."""
    marks = told = facts = lost = 0
    faults = []
    for sentence in (each for file in files for each in sentences(file)):
        leaks, words, count = sentence.judge()
        marks += len(sentence.leaks())
        told += len(leaks)
        facts += count
        lost += len(words)
        if leaks or words:
            faults.append(f"{sentence.marked}: told {leaks}, lost {words}")
    return Measured(marks, told, facts, lost, faults)
