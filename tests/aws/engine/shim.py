"""What a shim is, and how it changes the emulator."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

HANDLERS: dict[str, dict[str, Any]] = provisioners._RESOURCE_HANDLERS
"""The functions that create, update and delete a resource, by its type."""
STACK = "probe"


@dataclass(frozen=True)
class Shim:
    """A repair of the emulator.

    Args:
        name: of what is repaired.
        reason: what AWS does and the emulator does not.
        is_needed: asks the emulator without the repair.
        apply: repairs it.
        is_empty: whether there is nothing behind it, only a name that other resources can refer to.
    """

    name: str
    reason: str
    is_needed: Callable[[], bool]
    apply: Callable[[], None]
    is_empty: bool = False


def wrap(kind: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the properties of a type of resource before the emulator gets them."""
    for step in ("create", "update"):

        def changed(*arguments: Any, step: Any = HANDLERS[kind][step], **named: Any) -> Any:
            for properties in arguments:
                if isinstance(properties, dict):
                    change(properties)
            return step(*arguments, **named)

        HANDLERS[kind][step] = changed


def after(kind: str, change: Callable[[dict[str, Any], str, dict[str, Any]], None]) -> None:
    """Change the attributes of a type of resource; gets the properties, the id, the attributes."""
    for step, position in (("create", 1), ("update", 2)):

        def changed(
            *arguments: Any, step: Any = HANDLERS[kind][step], at: int = position, **named: Any
        ) -> Any:
            name, attributes = step(*arguments, **named)
            change(arguments[at], name, attributes)
            return name, attributes

        HANDLERS[kind][step] = changed


def replace(function: Any, other: Any) -> None:
    """Put another function in the place of one, in each module that has imported it."""
    name: str = function.__name__
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith("ministack.") and getattr(module, name, None) is function:
            setattr(module, name, other)
