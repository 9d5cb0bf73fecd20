"""The faults that a wire model finds in an input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


def faults(model: type[BaseModel], data: Any) -> AbstractSet[str]:
    """The places of the faults, as paths like `workHistory/0/title`; empty for a valid input."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        return {"/".join(map(str, fault["loc"])) for fault in error.errors()}
    return frozenset()
