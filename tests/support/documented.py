"""The inputs of each route, by docs/openapi.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}
"""The operations, by their routes."""
Pointer = tuple[str | int, ...]


def parameters(route: str, place: str) -> list[str]:
    """Names of a route's parameters in `query` or `header`."""
    known = OPERATIONS.get(route, {}).get("parameters", ())
    return [parameter["name"] for parameter in known if parameter["in"] == place]


def texts_of(route: str) -> set[Pointer]:
    """Where the body of a route may have texts, with the first entry for all those of a list.

    Of the schemas that a body may have, the first counts.
    """
    content = OPERATIONS[route].get("requestBody", {}).get("content", {})
    return set(_texts(content.get("application/json", {}).get("schema", {}), ()))


def _texts(schema: dict[str, Any], at: Pointer) -> Iterator[Pointer]:
    if reference := schema.get("$ref"):
        schema = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
    for alternative in (*schema.get("anyOf", ()), *schema.get("oneOf", ())[:1]):
        yield from _texts(alternative, at)
    match schema.get("type"):
        case None if isinstance(schema.get("const"), str):  # other alternatives have others
            yield at
        case "string" if "const" not in schema:
            yield at
        case "array" if "items" in schema:
            yield from _texts(schema["items"], (*at, 0))
    for name, member in schema.get("properties", {}).items():
        if member.get("readOnly"):
            continue
        yield from _texts(member, (*at, name))


def texts_in(value: Any, at: Pointer = ()) -> Iterator[Pointer]:
    """Where a body has texts."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from texts_in(member, (*at, name))
    elif isinstance(value, list):
        yield from texts_in(value[0], (*at, 0))
    elif isinstance(value, str):
        yield at


def look_up(value: Any, pointer: Pointer) -> Any:
    """The value at a place in a body."""
    for step in pointer:
        value = value[step]
    return value


def replaced(value: Any, pointer: Pointer, new: object) -> Any:
    """A copy of a body with another value in one place."""
    if not pointer:
        return new
    step, *rest = pointer
    copy = value.copy()
    copy[step] = replaced(value[step], tuple(rest), new)
    return copy
