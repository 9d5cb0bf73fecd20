"""What the project knows of the words that people write, on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Self, TypeVar
from uuid import UUID

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from jobmatch.vocabulary.kinds import Kind
from jobmatch.wire import Input, Value, wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import DataclassInstance

T = TypeVar("T")


@wire
class KnownTerm:
    """A known value: how it is shown, what else it is called, and what it is narrower than."""

    label: str
    aliases: list[str]
    broader: list[str]


@wire
class Vocabulary:
    """All known values, each list sorted by label."""

    specializations: list[KnownTerm]
    technical_domains: list[KnownTerm]
    bars: list[KnownTerm]


@wire
class InputWarning:
    """Something that was stored as it was sent, but not understood or of little use.

    `suggestions` may stand in its place, the best first.
    """

    pointer: str
    message: str
    suggestions: list[str]


MOST = 1_000
"""Warnings in one answer."""
Omitted = Annotated[int, Field(exclude_if=lambda number: not number)]
"""How many more there are than an answer holds; goes out only where there are some."""


class Told(NamedTuple):
    """The warnings of an answer, and how many more there would be."""

    warnings: list[InputWarning]
    warnings_omitted: int


def with_warnings(kind: Callable[..., T], stored: DataclassInstance, told: Told) -> T:
    """What is stored, with the warnings of what stored it, as `kind`: its fields and then these."""
    return kind(*(getattr(stored, field.name) for field in fields(stored)), *told)


class AsSent(Input):
    """Input that also keeps the JSON that it was read from.

    What is stored leaves entries of lists out, so that their places are not those that were sent.
    """

    _sent: Mapping[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def sent(self) -> Mapping[str, Any]:
        """The JSON object, which is valid."""
        return self._sent

    @model_validator(mode="wrap")
    @classmethod
    def _keep(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        read = handler(data)
        if isinstance(data, Mapping):
            read._sent = data  # noqa: SLF001 - of this class
        return read


@wire
class Suggestion:
    """A known value, and what it is narrower than."""

    label: str
    broader: list[str]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The known values that a text may become or mean, best first."""

    items: list[Suggestion]


Labels = list[str]
"""Within a class that has a field `list`, its name means that field."""


class AliasCreate(Input):
    """Body of POST /admin/vocabulary/aliases: another name for a known term."""

    list: Annotated[Kind, Field(strict=False)]
    value: Value
    term: Value


@wire
class Alias:
    """An operator's alias: `value` is read as the known `term`."""

    id: UUID
    list: str
    value: str
    term: str
    created_by: UUID | None
    created_at: datetime


@wire
class AliasList:
    """The operator's aliases, by list and value."""

    items: list[Alias]


@wire
class UnknownValue:
    """A value in use that is not known, by how many jobs and active candidates."""

    list: str
    value: str
    jobs: int
    candidates: int
    suggestions: Labels
    """Labels of terms that may be meant, best first."""


@wire
class UnknownValues:
    """Values in use that are not known, the most used first."""

    items: list[UnknownValue]
