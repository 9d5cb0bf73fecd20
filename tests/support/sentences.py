"""Sentences about invented people, and what of them is left when they are anonymous."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from jobmatch.anonymity.anonymizer import Anonymizer
from jobmatch.anonymity.visible import compared, plain

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
        left = Anonymizer.of(self.name, self.employers).text(self.text)
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
