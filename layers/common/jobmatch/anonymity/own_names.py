"""The names of one candidate and of their employers, as words to look for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jobmatch.anonymity.common_words import WORD, is_common, name_words
from jobmatch.anonymity.visible import LEET, compared
from jobmatch.careers.companies import company_words

Trie = dict[str, "Trie"]
END = ""
"""The key in a trie that says that a name ends there."""
_LONGEST_NAME = 12
"""Words; of a longer name these are looked for."""
_LONGEST_WORD = 64
"""Letters; what is longer is no word that anybody needs to read."""
_SHORTEST_CORE, _SHORTEST_GLUED, _SHORTEST_LEET, _SHORTEST_WITHIN = 3, 5, 4, 6
_NEAR = range(7, 25)
"""Letters of words of which one may be wrong."""
_ACRONYM = range(3, 6)
_CAPITALISED = re.compile(r"[A-Z][a-z]{2,}")
"""A word of several that are glued together: "AdaLindqvist"."""
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f]{2,}")
"""Words in scripts that put no space between them."""


@dataclass(slots=True)
class OwnNames:
    """Words of the names, by how much they tell, in the form to compare.

    Attributes:
        strong: words that are removed wherever they stand.
        ambiguous: names that are ordinary words too, removed where they seem to be names.
        personal: all words of the person's name.
        pairs: words that stand side by side in a name, those of the person in any order.
        sequences: names of several words.
        initials: of words side by side in a firm's name, as in "K&E".
        literal: names that are found letter by letter.
        is_known: whether the person has a name that can be looked for.
    """

    strong: set[str] = field(default_factory=set)
    ambiguous: set[str] = field(default_factory=set)
    personal: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    sequences: Trie = field(default_factory=dict)
    initials: set[tuple[str, str]] = field(default_factory=set)
    literal: set[str] = field(default_factory=set)
    is_known: bool = False
    _cores: set[str] = field(default_factory=set)
    _acronyms: set[str] = field(default_factory=set)
    _shortened: set[str] = field(default_factory=set)
    _long: set[str] = field(default_factory=set)
    _behind: set[str] = field(default_factory=lambda: set(name_words("gluedBehind")))
    _before: set[str] = field(default_factory=lambda: set(name_words("gluedBefore")))

    def add_person(self, name: str) -> None:
        """Look for a person of this name."""
        self._add_literal(name)
        words = [word for word in _words(name) if word not in name_words("honorifics")]
        self.is_known = any(len(word) > 1 for word in words) or bool(self.literal)
        telling = [word for word in words if _tells(word)]
        for word in telling:
            if is_common(word):
                self.ambiguous.add(word)
            else:
                self._add_strong(word)
        self.personal.update(words)
        self.pairs.update((one, other) for one in words for other in words if one != other)
        for order in (words, [*words[-1:], *words[:-1]], [*words[:1], *words[-1:]]):
            self._add_sequence(order)
        if len(words) > 1:
            first, last = words[0], words[-1]
            self._cores.update(map(_joined, (words, (last, first), (first, last))))
            self._cores.add(first[0] + last)
            self._cores.update(map(_joined, pairwise(words)))
        beside = {*telling, *(word[0] for word in words)}
        self._behind |= beside
        self._before |= beside

    def add_firm(self, name: str) -> None:
        """Look for a firm of this name, in full, without what is behind it, and shortened."""
        self._add_literal(name)
        bare = [compared(word) for word in company_words(name)][:_LONGEST_NAME]
        for word in bare:
            if _tells(word) and not is_common(word):
                self._add_strong(word)
        if len(bare) == 1 and len(bare[0]) > 1 and bare[0] not in self.strong:
            self.ambiguous.add(bare[0])
        full = [word for word in _words(name) if word not in name_words("joints")]
        for words in (bare, full, _with_initials_joined(bare)):
            self.pairs.update(pairwise(words))
            self._add_sequence(words)
        if len(bare) > 1:
            self._cores.add(_joined(bare))
            self._cores.update(map(_joined, pairwise(bare)))
        self.initials.update((one[0], other[0]) for one, other in pairwise(bare))
        acronym = "".join(word[0] for word in bare)
        if len(acronym) in _ACRONYM and not is_common(acronym):
            self._acronyms.add(acronym)

    def add_domain(self, domain: str) -> None:
        """Look for the firm that has this domain."""
        for word in _words(domain.rpartition(".")[0]):
            if len(word) >= _SHORTEST_CORE and not is_common(word):
                self._add_strong(word)

    def are_told_by(self, word: str, written: str) -> bool:
        """Whether a word alone tells who it is, also with something glued to it or misspelled.

        Args:
            word: in the form to compare.
            written: as it is seen.
        """
        if word in self.strong or (written.isupper() and word in self._acronyms):
            return True
        if len(word) > _LONGEST_WORD:
            return CJK.search(written) is None
        if len(word) < _SHORTEST_CORE or is_common(word):
            return False
        bare = word.strip("0123456789")
        return (
            bare in self._cores
            or (bare != word and bare in self.ambiguous)
            or self._is_near(word)
            or any(rest in self._cores for rest in self._without_glue(bare))
            or word.removesuffix("s") in self.strong
            or any(read in self.strong for read in _without_digits(word))
            or any(compared(part) in self.strong for part in _CAPITALISED.findall(written))
            or any(name in word for name in self._long)
        )

    def _is_near(self, word: str) -> bool:
        """Whether one letter makes the difference: "Lindquist" of Lindqvist."""
        return len(word) in _NEAR and (
            word in self._shortened or not self._shortened.isdisjoint(_shortened(word))
        )

    def _without_glue(self, word: str) -> Iterator[str]:
        rests = [word.removesuffix(behind) for behind in self._behind]
        rests += [word.removeprefix(before) for before in self._before]
        return (rest for rest in rests if rest != word and len(rest) >= _SHORTEST_GLUED)

    def _add_strong(self, word: str) -> None:
        self.strong.add(word)
        if len(word) >= _SHORTEST_CORE:
            self._cores.add(word)
        if len(word) >= _SHORTEST_WITHIN:
            self._long.add(word)
        if len(word) in _NEAR:
            self._shortened.update((word, *_shortened(word)))

    def _add_sequence(self, words: Sequence[str]) -> None:
        if len(words) > 1:
            node = self.sequences
            for word in words:
                node = node.setdefault(word, {})
            node[END] = {}

    def _add_literal(self, name: str) -> None:
        """Names without words that can be told apart: of signs alone, or in scripts without."""
        if WORD.search(name):
            self.literal.update(CJK.findall(name))
        elif name:
            self.literal.add(name)


def _words(name: str) -> list[str]:
    return WORD.findall(compared(name))[:_LONGEST_NAME]


def _joined(words: Sequence[str]) -> str:
    """Words in one, in the form to compare, which drops letters where some come together."""
    return compared("".join(words))


def _with_initials_joined(words: Sequence[str]) -> list[str]:
    """The words with single letters beside each other as one: "k l gates" as "kl gates"."""
    joined: list[str] = []
    single = False
    for word in words:
        if single and len(word) == 1:
            joined[-1] += word
        else:
            joined.append(word)
        single = len(word) == 1
    return joined


def _tells(word: str) -> bool:
    return len(word) > 1 and word not in name_words("particles")


def _shortened(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _without_digits(word: str) -> Iterator[str]:
    """The word with letters for digits that look like them, where it has both."""
    if not word.isalpha() and not word.isdecimal() and len(word) >= _SHORTEST_LEET:
        yield from (word.translate(table) for table in LEET)
