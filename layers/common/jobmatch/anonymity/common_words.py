"""Words that say nothing of who somebody is, though names may hold them too. Data, cached."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from jobmatch.anonymity.visible import compared
from jobmatch.careers.company_data import is_common_place, legal_forms
from jobmatch.vocabulary.graph import vocabulary

WORD = re.compile(r"[^\W_]+")


def is_common(word: str) -> bool:
    """Whether a word in the form to compare is an ordinary one, a term's, or a place's."""
    return word in _common() or word in _terms()[0] or is_common_place(word)


def is_phrase(one: str, other: str) -> bool:
    """Whether two words stand side by side in a term: "trade mark"."""
    return (one, other) in _terms()[1]


@cache
def name_words(key: str) -> frozenset[str]:
    """Words of a list of `name_words.json`."""
    path = Path(__file__).with_name("name_words.json")
    words: str = json.loads(path.read_text(encoding="utf-8"))[key]
    return frozenset(map(compared, words.split()))


@cache
def _common() -> frozenset[str]:
    path = Path(__file__).with_name("common_words.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    # By the line, which takes a tenth of the time.
    folded = (compared(line) for line in lines if not line.startswith("#"))
    return frozenset(word for line in folded for word in line.split()) | legal_forms().no_names


@cache
def _terms() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    words: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    terms = (term for each in vocabulary().values() for term in each)
    names = [name for term in terms for name in term.names]
    plain = compared("|".join(filter(str.isascii, names))).split("|")
    for name in (*plain, *(compared(name) for name in names if not name.isascii())):
        found = WORD.findall(name)
        words.update(found)
        pairs.update(pairwise(found))
    return frozenset(words), frozenset(pairs)
