"""A JSON document that is read piece by piece, with a record of what was used.

At the end every value that nothing has used is told as a warning: none is dropped in silence,
whatever its type.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jobmatch.documents.leftovers import Leftovers
from jobmatch.errors import pointer_to

UNUSED = "There is no place for this in a job."
_PREFIX = re.compile(r"(?:https?://(?:www\.)?schema\.org/|schema:)", re.ASCII)
_PREFIXES = ("", "schema:", "https://schema.org/", "http://schema.org/")
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(slots=True)
class Record:
    """What of a document was used and what was not, and its nodes by name."""

    leftovers: Leftovers = field(default_factory=lambda: Leftovers(UNUSED))
    by_id: dict[str, Node] = field(default_factory=dict)
    """The nodes of a graph by their `@id`, which others may refer to."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a document, and the pointer to it."""

    value: Any
    pointer: str
    record: Record

    def member(self, *names: str) -> Node:
        """The first of these members that says something, under its name or schema.org's URL."""
        if isinstance(self.value, dict):
            for name in names:
                for prefix in _PREFIXES:
                    if not _is_empty(self.value.get(prefix + name)):
                        return self.child(prefix + name, self.value[prefix + name])
        return Node(None, self.pointer, self.record)

    def items(self) -> Iterator[Node]:
        """The entries of a list, else the value itself; what only refers to a node is that node."""
        many = isinstance(self.value, list)
        for entry in itertools.starmap(self.child, enumerate(self.value)) if many else [self]:
            if isinstance(entry.value, dict) and not _is_empty(entry.value.get("@value")):
                yield entry.member("@value")
            elif not _is_empty(entry.value):
                yield entry.referred()

    def first(self) -> Node:
        """The first of `items`, or an empty node."""
        return next(self.items(), Node(None, self.pointer, self.record))

    @property
    def text(self) -> str | None:
        """A text or a number as it is written; `None` for what is neither."""
        if isinstance(self.value, bool):
            return None
        return str(self.value) if isinstance(self.value, str | int | float) else None

    def named(self) -> str | None:
        """A text without the URL or prefix of schema.org before a name."""
        return None if self.text is None else _PREFIX.sub("", self.text.strip(), count=1)

    def use(self) -> None:
        """Say that the whole value is used."""
        self.record.leftovers.use(self.pointer)

    def note(self, message: str, suggestions: list[str] | None = None) -> None:
        """Say what of the value was not used."""
        self.record.leftovers.note(self.pointer, message, suggestions)

    def child(self, name: str | int, value: Any) -> Node:
        """A member or entry of this value."""
        return Node(value, self.pointer + pointer_to([name]), self.record)

    def referred(self) -> Node:
        """The node of the graph that this only refers to by its `@id`, else itself."""
        if isinstance(self.value, dict) and self.value.keys() <= {"@id", "@type"}:
            reference = self.value.get("@id")
            known = self.record.by_id.get(reference) if isinstance(reference, str) else None
            if known is not None and known.pointer != self.pointer:
                self.use()
                return known
        return self


def _is_empty(value: Any) -> bool:
    return any(value is each or (value == each and type(value) is type(each)) for each in _EMPTY)
