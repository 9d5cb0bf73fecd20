"""What the values of a JobPosting say in the terms of a job: skills and bars."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from jobmatch.documents.admissions import admissions_in
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import known_label, label_of_key, resolve

_DIVIDER = re.compile(r"[,;\n\u2022|]")
_LONGEST_RUN = 4
_LONGEST_NAME = 300
"""Characters of a text that may be a name as a whole."""
LONGEST_TEXT = 20_000
"""Characters of a text that are read."""
_BAR_WORDS = re.compile(
    r"\b(?:and|or|bar|bars|admission|admitted|to|the|of|in|a|an|is|be|required|licen[cs]ed?"
    r"|must|active|state)\b|[\W\d_]",
    re.IGNORECASE,
)


def pieces(text: str, is_known: Callable[[str], bool]) -> Iterator[str]:
    """The parts that commas, semicolons, bullets and lines divide, but for known names in one."""
    parts = _DIVIDER.split(text)
    at = 0
    while at < len(parts):
        for end in range(min(len(parts), at + _LONGEST_RUN), at + 1, -1):
            joined = ",".join(parts[at:end])
            if is_known(joined):
                yield joined.strip()
                at = end
                break
        else:
            if parts[at].strip():
                yield parts[at].strip()
            at += 1


def skills_in(text: str) -> Iterator[tuple[str, Kind | None, str]]:
    """Each skill of a text: as written, the list it belongs to or `None`, and what is known."""
    whole = _skill(text)
    for piece in [text.strip()] if whole else pieces(text, lambda said: bool(_skill(said))):
        if known := _skill(piece):
            yield piece, *known
            continue
        if len(piece) > _LONGEST_NAME:
            yield piece, None, piece
            continue
        left = True
        for kind in (Kind.SPECIALIZATION, Kind.TECHNICAL_DOMAIN):
            labels = [label_of_key(kind, term.key) for term in resolve(kind, piece) if term.known]
            if any(labels):
                yield from ((piece, kind, label) for label in labels if label)
                left = any(not term.known for term in resolve(kind, piece))
                break
        if left:
            yield piece, None, piece


def _skill(text: str) -> tuple[Kind, str] | None:
    if len(text) > _LONGEST_NAME:
        return None
    for kind in (Kind.SPECIALIZATION, Kind.TECHNICAL_DOMAIN):
        if label := known_label(kind, text):
            return kind, label
    return None


def bars_in(text: str) -> tuple[list[str], bool]:
    """The bars that a text asks for, and whether it says more than that.

    A text that is nothing but names of bars asks for them; else admissions must be spoken of.
    """
    if label := _bar(text):
        return [label], False
    named = [_bar(piece) for piece in pieces(text, lambda said: bool(_bar(said)))]
    if named and all(named):
        return [bar for bar in dict.fromkeys(named) if bar], False
    found = admissions_in(text[:LONGEST_TEXT])
    rest = list(text)
    for admission in found:
        rest[admission.start : admission.end] = " " * (admission.end - admission.start)
    says_more = bool(_BAR_WORDS.sub("", "".join(rest)))
    return list(dict.fromkeys(each.jurisdiction for each in found)), says_more


def _bar(text: str) -> str | None:
    """A text's bar; "Trademark" is known as one, too, but names a field."""
    if len(text) > _LONGEST_NAME or known_label(Kind.SPECIALIZATION, text):
        return None
    return known_label(Kind.BAR, text)
