"""What a reader of a document has not used, so that nothing is lost in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.documents.json_values import children, is_empty
from jobmatch.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Leftovers:
    """Keeps account of the parts of a JSON document that were used.

    Pointers (RFC 6901) lead into the document; a part is used with all that is in it.
    """

    def __init__(self, document: object, pointer: str) -> None:
        """Begin with nothing used; `pointer` is to the document itself in what was sent."""
        self._document = document
        self._pointer = pointer
        self._used: set[str] = set()
        self._reasons: dict[str, list[str]] = {}

    def use(self, *pointers: str) -> None:
        """Note that these parts are kept, or say nothing that is not kept."""
        self._used.update(pointers)

    def explain(self, pointer: str, reason: str) -> None:
        """Note why a part, or something in it, is not kept."""
        self._reasons.setdefault(pointer, []).append(reason)

    def told(self) -> list[FieldError]:
        """All that is not used, in the order of the document: each part once, as wide as can be."""
        known = {*self._used, *self._reasons}
        within = {"", *(above for pointer in known for above in _above(pointer))}
        return [
            FieldError(f"{self._pointer}{pointer}", reason)
            for pointer, reason in self._rest("", self._document, within)
        ]

    def _rest(self, pointer: str, value: object, within: set[str]) -> Iterator[tuple[str, str]]:
        if reasons := self._reasons.get(pointer):
            yield from ((pointer, reason) for reason in reasons)
        elif pointer in self._used:
            return
        # Only where something below is known, which bounds the depth.
        elif pointer in within:
            for below, each in children(pointer, value):
                yield from self._rest(below, each, within)
        elif pointer and not is_empty(value):
            yield pointer, "is not kept"


def _above(pointer: str) -> Iterator[str]:
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer
