"""What companies are called besides their name: legal forms, descriptions, places. Data, cached."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobmatch.text import canonical_text, without_accents, without_umlauts

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = re.compile(r"[^\W_]+")
_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SEVERAL = re.compile(r"[^\w.]")
_BETWEEN_PLACES = re.compile(r"[,;/&|]|\s(?:and|und|et)\s")


@dataclass(frozen=True, slots=True)
class LegalForms:
    """`legal_forms.json`, each form as its letters alone, without case and accents."""

    forms: frozenset[str]
    clear: frozenset[str]
    """Those forms that are nothing else, so that what follows one is no part of the name."""
    longest: int
    ends: frozenset[str]
    """What forms may end with, however they are split into words."""
    joined: frozenset[str]
    """The forms that may follow "&", and no other may."""
    front: frozenset[str]
    glued: tuple[str, ...]
    descriptions: frozenset[str]
    no_names: frozenset[str]
    """Forms and descriptions: what nobody is called."""
    joints: re.Pattern[str]
    joint_words: frozenset[str]
    """The first words of the joints: without one of them there is none."""


@dataclass(frozen=True, slots=True)
class _Places:
    """`company_places.json`, each place as its letters alone, without accents."""

    clear: frozenset[str]
    surnames: frozenset[str]
    offices: re.Pattern[str]


def letters_of(text: str) -> str:
    """The letters and digits of a text alone, without case and accents."""
    return without_accents("".join(WORDS.findall(canonical_text(text))))


@cache
def legal_forms() -> LegalForms:
    """The legal forms, from `legal_forms.json`."""
    data = _file("legal_forms.json")
    written = [form for forms in data["forms"].values() for form in forms]
    # "Company Ltd" is two forms; as one it would take the end of "Limited Liability Company Ltd".
    every = _spelled(written)
    forms = _spelled(form for form in written if not _is_several(form, every))
    joints = sorted(map(canonical_text, data["joints"]), key=len, reverse=True)
    joined = _spelled(data["joined"])
    descriptions = _spelled(data["descriptions"])
    return LegalForms(
        forms=forms,
        clear=forms - _spelled(data["words"]),
        longest=max(map(len, forms)),
        ends=frozenset(form[at:] for form in forms for at in range(len(form))) | joined,
        joined=joined,
        front=_spelled(data["front"]),
        glued=tuple(canonical_text(form) for form in data["glued"]),
        descriptions=descriptions,
        no_names=every | descriptions,
        joints=re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, joints))})(?!\w)"),
        joint_words=frozenset(WORDS.findall(joint)[0] for joint in joints),
    )


def is_common_place(text: str) -> bool:
    """Whether a text names a country, a state or a city that firms write behind their names.

    Several places at once are one too ("London and Munich"), and so is "Munich office".
    """
    return _is_place(text, with_surnames=True)


def is_clear_place(text: str) -> bool:
    """`is_common_place` without those that are surnames as often, like Houston."""
    return _is_place(text, with_surnames=False)


def _is_place(text: str, *, with_surnames: bool) -> bool:
    places = _places()

    def known(part: str) -> bool:
        letters = without_umlauts(letters_of(part))
        return letters in places.clear or (with_surnames and letters in places.surnames)

    if known(text):
        return True
    if not _SEVERAL.search(text):
        return False
    parts = _BETWEEN_PLACES.split(canonical_text(text))
    return all(known(part) or known(places.offices.sub(" ", part)) for part in parts)


@cache
def _places() -> _Places:
    data = _file("company_places.json")
    clear = [*data["countries"], *data["regions"], *data["cities"]]
    offices = "|".join(re.escape(canonical_text(word)) for word in data["offices"])
    return _Places(
        frozenset(without_umlauts(letters_of(place)) for place in clear),
        frozenset(without_umlauts(letters_of(place)) for place in data["surnames"]),
        re.compile(rf"(?<!\w)(?:{offices})(?!\w)"),
    )


def _is_several(form: str, forms: frozenset[str]) -> bool:
    words = form.split()
    return any(
        letters_of(" ".join(words[:at])) in forms and letters_of(" ".join(words[at:])) in forms
        for at in range(1, len(words))
    )


def _spelled(forms: Iterable[str]) -> frozenset[str]:
    """The letters of each form, and once more with "ue" for "ü"."""
    texts = [canonical_text(form) for form in forms]
    digraphs = [text.translate(_DIGRAPHS) for text in texts if not text.isascii()]
    return frozenset(map(letters_of, (*texts, *digraphs)))


def _file(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return data
