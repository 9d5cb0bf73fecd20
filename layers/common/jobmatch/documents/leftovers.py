"""What a reader of a JSON document has not used, so that nothing is lost in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from jobmatch.documents.json_values import children
from jobmatch.wording.schemas import MOST, InputWarning, Told


@dataclass(slots=True)
class Leftovers:
    """Keeps account of the parts of a document that were used, whatever their type.

    Pointers (RFC 6901) lead into the document; a part is used with all that is in it.
    """

    message: str
    """What is said of parts that nobody has spoken of."""
    _used: set[str] = field(default_factory=set)
    _notes: dict[str, list[InputWarning]] = field(default_factory=dict)

    def use(self, *pointers: str) -> None:
        """Note that these parts are kept, or say nothing that is not kept."""
        self._used.update(pointers)

    def note(self, pointer: str, message: str, suggestions: list[str] | None = None) -> None:
        """Say what of a part is not kept; what is in it is not told by itself then."""
        told = InputWarning(pointer, message, suggestions or [])
        self._notes.setdefault(pointer, []).append(told)

    def told(self, document: object) -> Told:
        """All that is not used, in the order of the document: each part once, as wide as can be."""
        touched = {
            pointer[:end]
            for pointer in ("", *self._used, *self._notes)
            for end in (*(step.start() for step in re.finditer("/", pointer)), len(pointer))
        }
        warnings: list[InputWarning] = []
        omitted = 0
        left: list[tuple[str, Any]] = [("", document)]
        while left:
            pointer, value = left.pop()
            found = self._notes.get(pointer, [])
            if pointer not in touched and not _says_nothing(value):
                found = [InputWarning(pointer, self.message, [])]
            # Only where something below was touched, which bounds the depth.
            elif pointer in touched and not found and pointer not in self._used:
                left += reversed([*children(pointer, value)])
            room = MOST - len(warnings)
            warnings += found[:room]
            omitted += len(found[room:])
        return Told(warnings, omitted)


def _says_nothing(value: Any) -> bool:
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            left += each.values()
        elif isinstance(each, list):
            left += each
        elif each is not None and not (isinstance(each, str) and not each.strip()):
            return False
    return True
