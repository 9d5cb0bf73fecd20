"""The layers of a PDF (optional content, ISO 32000-2, section 8.11) that are not shown."""

from __future__ import annotations

from typing import Any

from pypdf.generic import DictionaryObject


def hidden_layers(catalog: Any) -> set[int]:
    """The numbers of the layers that are off when the document is opened."""
    properties = _resolved(catalog.get("/OCProperties"))
    if not isinstance(properties, dict):
        return set()
    shown = _resolved(properties.get("/D"))
    shown = shown if isinstance(shown, dict) else {}
    off = _numbers(shown.get("/OFF"))
    if shown.get("/BaseState") == "/OFF":
        off |= _numbers(properties.get("/OCGs")) - _numbers(shown.get("/ON"))
    return off


def is_hidden(layer: Any, off: set[int]) -> bool:
    """Whether content of a layer, or of a membership in several of them, is hidden."""
    group = _resolved(layer)
    if getattr(layer, "idnum", None) in off or not isinstance(group, DictionaryObject):
        return getattr(layer, "idnum", None) in off
    if group.get("/Type") != "/OCMD":
        return _number(group) in off
    members = _numbers(group.raw_get("/OCGs")) if "/OCGs" in group else set()
    hidden = {
        "/AllOn": bool(members & off),
        "/AnyOff": not members & off,
        "/AllOff": not members <= off,
    }
    return bool(members) and hidden.get(group.get("/P", ""), members <= off)


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _number(group: Any) -> int | None:
    reference = getattr(group, "indirect_reference", None)
    return reference.idnum if reference is not None else None


def _numbers(value: Any) -> set[int]:
    resolved = _resolved(value)
    if isinstance(resolved, list):
        return {number for each in list.__iter__(resolved) for number in _numbers(each)}
    number = getattr(value, "idnum", None) or _number(resolved)
    return set() if number is None else {number}
