"""What all wire models share: names in camelCase, strict JSON types, no unknown fields."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, cast, dataclass_transform

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
Model = TypeVar("Model", bound=type)


@dataclass_transform(frozen_default=True)
def wire(model: Model) -> Model:
    """Make a class a frozen dataclass that pydantic writes as JSON in camelCase, unvalidated."""
    model.__pydantic_config__ = ConfigDict(alias_generator=to_camel)  # type: ignore[attr-defined]
    return cast("Model", dataclass(frozen=True, slots=True)(model))


def columns_of(table: Any, model: type[Any], **others: Any) -> list[Any]:
    """The columns of a table by the names of a result's fields, in their order.

    Args:
        others: what is selected for a field that is not a column of the table.
    """
    names = [field.name for field in fields(model)]
    return [others[name] if name in others else getattr(table, name) for name in names]


class Input(BaseModel):
    """A model of what a client sends."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        strict=True,
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        # Inputs are personal data: errors, and so logs, tell the fault alone.
        hide_input_in_errors=True,
        defer_build=True,
    )


NULL = {"type": "null", "enum": [None]}
"""Beside other values of a member, in `alternatives`: linters compare values, not types."""


def alternatives(
    schema: Mapping[str, Any], **forms: tuple[Mapping[str, Any], list[str]]
) -> dict[str, Any]:
    """The schema of an object that takes one of several forms.

    Args:
        schema: that of the object, which says what all forms have in common.
        forms: by name, the schemas of what differs, and which members are required besides those
            that always are. No object may fit two of them.
    """
    common = {name: part for name, part in schema.items() if name != "description"}
    return {
        **{name: schema[name] for name in ("title", "description") if name in schema},
        "oneOf": [
            {
                **common,
                "title": name,
                "properties": {**schema["properties"], **properties},
                "required": [*schema["required"], *required],
            }
            for name, (properties, required) in forms.items()
        ],
    }


def _without_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("must not contain NUL")
    return value


def _blank_is_null(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def message_of(fault: Mapping[str, Any]) -> str:
    """What is wrong, of a fault that pydantic found."""
    message = str(fault["msg"]).removeprefix("Value error, ")
    return "is not a known field" if fault["type"] == "extra_forbidden" else message


WithoutNul = AfterValidator(_without_nul)
"""PostgreSQL can't store NUL in a text. Last in an annotation, after the bounds."""
Text255 = Annotated[str, Field(min_length=1, max_length=255), WithoutNul]
Value = Annotated[str, Field(min_length=1, max_length=100), WithoutNul]
Optional = Annotated[T | None, BeforeValidator(_blank_is_null)]
"""A text that may be left out; blank counts as left out."""
Score = Annotated[int, Field(ge=0, le=100)]
DecisionValue = Literal["shortlisted", "held", "declined"]
"""What an employer has decided about a candidate."""
DecisionFilter = Literal["shortlisted", "held", "declined", "none"]
"""The same as a filter; "none" is where nothing is decided."""
