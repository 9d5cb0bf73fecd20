"""Reading the values of a JSON document whose form is not known for sure.

Each value comes with the pointer (RFC 6901) to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import repeat
from typing import Any

from jobmatch.errors import pointer_to

Part = tuple[str, str]
"""The pointer to a text, and the text."""
_DEEPEST = 5
"""Lists and objects within each other in which texts are looked for."""
_LONGEST_NAME = 40
_LEFT_OUT = str.maketrans("", "", "-_ ")


def folded(name: str) -> str:
    """A name without case, blanks, hyphens and underscores: "start_date" is "startDate"."""
    return _folded(name) if len(name) <= _LONGEST_NAME else ""


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return name.casefold().translate(_LEFT_OUT)


def is_empty(value: object) -> bool:
    """Whether a value says nothing."""
    return value is None or (isinstance(value, list | dict) and not value) or value == ""


def children(pointer: str, value: object) -> Iterable[tuple[str, Any]]:
    """The members of an object or the entries of a list, each with the pointer to it."""
    if isinstance(value, dict):
        return ((pointer + pointer_to([name]), each) for name, each in value.items())
    if isinstance(value, list):
        return ((f"{pointer}/{number}", each) for number, each in enumerate(value))
    return ()


def members(pointer: str, value: object, names: Iterable[str]) -> list[tuple[str, Any]]:
    """The members of an object by their folded names, in the order of the names."""
    if not isinstance(value, dict):
        return []
    order = {name: number for number, name in enumerate(names)}
    found = [name for name in value if folded(name) in order]
    found.sort(key=lambda name: order[folded(name)])
    # Pointers are made for these alone: a document may have a great many others.
    return [(pointer + pointer_to([name]), value[name]) for name in found]


def texts_of(pointer: str, value: object, names: Iterable[str]) -> Iterator[Part]:
    """Those of the members that are texts."""
    for below, member in members(pointer, value, names):
        if text := text_of(member):
            yield below, text


def named_texts(pointer: str, entry: object, names: Iterable[str]) -> Iterator[Part]:
    """The texts of an entry that may be a text itself."""
    if text := text_of(entry):
        yield pointer, text
    yield from texts_of(pointer, entry, names)


def leaves(
    pointer: str, value: object, *, without: Collection[str] = (), depth: int = 0
) -> Iterator[Part]:
    """All texts in a value, but for members of these names and what is nested too deeply."""
    if text := text_of(value):
        yield pointer, text
    elif depth < _DEEPEST:
        names = value if isinstance(value, dict) else ()
        skipped = [folded(name) in without for name in names] or repeat(False)
        for (below, each), skip in zip(children(pointer, value), skipped, strict=False):
            if not skip:
                yield from leaves(below, each, without=without, depth=depth + 1)


def date_of(pointer: str, entry: object, names: Iterable[str]) -> Part | None:
    """The first of the members that is a date, as text: it may be a text, a number, an object."""
    for below, value in members(pointer, entry, names):
        if text := _date_text(value):
            return below, text
    return None


def _date_text(value: object) -> str | None:
    """A date as text; a whole number stands for a year, and an object has `year` and `month`."""
    if isinstance(value, dict) and {*map(folded, value)} in ({"year"}, {"year", "month"}):
        parts = [_date_text(part) for _, part in members("", value, ("year", "month"))]
        said = [part for part in parts if part and part.isdecimal()]
        return "-".join(said) if len(said) == len(value) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_year = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_year else text_of(value)


def text_of(value: object) -> str | None:
    """A text, trimmed; `None` for a blank one and for all else."""
    return value.strip() or None if isinstance(value, str) else None
