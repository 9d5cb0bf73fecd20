"""Which parts of a sentence of an advertisement require, only prefer, or do neither."""

from __future__ import annotations

import re
from typing import Self

from jobmatch.advertisements.sections import Section, Sentence

_SOUGHT_TO = re.compile(
    r"\b(?:looking for|seeks?|seeking|suchen)\b[^;.]{0,120}?(\bto (?!at least)[^;]+?)(?: with |$)",
    re.IGNORECASE,
)
_AFTER_WISH = re.compile(
    r"\b(?:ideally|preferably|idealerweise|vorzugsweise|nice to have|bonus)\b|^\W*preferred\b",
    re.IGNORECASE,
)
BEFORE_WISH = re.compile(
    r"\b(?:preferred|(?:a|big|huge|strong) (?:strong |big |real )?plus"
    r"|(?:an )?(?:added |distinct )?advantage"
    r"|advantageous|desirable|desired|beneficial|welcome|helpful|an asset|von vorteil"
    r"|wünschenswert|(?:ein|von) plus"
    r"|stand out|appreciated|valued|an? (?:real )?(?:benefit|bonus)"
    r"|would be (?:great|ideal|nice|good|useful|of interest)|gerne? gesehen|willkommen)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:no|without|kein\w*|ohne|neither|never|cannot|don['\u2019]t|do not|does not|need not)\b"
    r"(?! later| fewer| less)",
    re.IGNORECASE,
)
_NOT_NEEDED = re.compile(
    r"\b(?:(?:not|nicht|un|by no means)[ -]?(?:strictly |absolutely |unbedingt |zwingend |be )?"
    r"(?:required|necessary|needed|essential|mandatory|a requirement|a must|expected|looking for"
    r"|erforderlich|notwendig|nötig|vorausgesetzt|bedingung)"
    r"|(?:benötigen|brauchen|erwarten|verlangen|benötigst|brauchst)"
    r" (?:sie |wir |du )?(?:nicht|keine\w?)"
    r"|(?:may|can) be (?:substituted|replaced)|instead of|in lieu of|in place of|statt|anstelle"
    r"|kein muss|no must|keine (?:bedingung|voraussetzung)|optional)\b",
    re.IGNORECASE,
)
_END_OF_CLAUSE = re.compile(
    r"[;()]|\b(?:but|although|though|aber|jedoch|required|erforderlich)\b"
    r"|, (?:and|und) (?=\d|at least|must|have|be |(?:one|two|three|four|five|six|seven|eight) )"
)


class Clauses:
    """Which parts of a sentence require, which only prefer, and which do neither."""

    @classmethod
    def of(cls, text: str, sentence: Sentence) -> Self:
        """The clauses of a sentence of the text."""
        said = text[sentence.start : sentence.end].replace("\n", " ")
        return cls(said, sentence.start, all_preferred=sentence.section is Section.PREFERRED)

    def __init__(self, said: str, offset: int, *, all_preferred: bool) -> None:
        self._offset = offset
        self._denied: list[tuple[int, int]] = []
        self._wished: list[tuple[int, int]] = [(0, len(said))] if all_preferred else []
        ends = [each.start() for each in _END_OF_CLAUSE.finditer(said)]
        for each in _NOT.finditer(said):
            if _NOT_NEEDED.match(said, each.start()):
                continue
            self._denied.append((each.start(), _next(ends, each.end(), len(said))))
        is_wish = BEFORE_WISH.search(said)
        for each in _NOT_NEEDED.finditer(said):
            # "No must, but welcome" says what would be welcome.
            spans = self._wished if is_wish else self._denied
            spans.append((_last(ends, each.start()), each.end()))
        # "Seeks a lawyer to lead our patent strategy" says what they will do, not what they can.
        self._denied += [each.span(1) for each in _SOUGHT_TO.finditer(said)]
        for each in _AFTER_WISH.finditer(said):
            self._wished.append((each.start(), _next(ends, each.end(), len(said))))
        for each in BEFORE_WISH.finditer(said):
            first = _last(ends, each.start())
            last = _next(ends, each.end(), len(said)) if said[each.end() :][:1] == ":" else 0
            self._wished.append((first, max(last, each.end())))

    @property
    def denies(self) -> bool:
        """Whether the sentence says that something is not asked for."""
        return bool(self._denied)

    def requires(self, at: int) -> bool:
        """Whether what stands here is required."""
        return not _within(self._denied + self._wished, at - self._offset)

    def prefers(self, at: int) -> bool:
        """Whether what stands here would be welcome."""
        at -= self._offset
        return _within(self._wished, at) and not _within(self._denied, at)


def _within(spans: list[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in spans)


def _next(ends: list[int], at: int, otherwise: int) -> int:
    return next((end for end in ends if end >= at), otherwise)


def _last(ends: list[int], at: int) -> int:
    return next((end for end in reversed(ends) if end < at), 0)
