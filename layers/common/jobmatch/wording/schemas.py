"""What the project knows of the words that people write, on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from jobmatch.vocabulary.kinds import ListName
from jobmatch.wire import Input, Value, wire


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
class Warning:  # noqa: A001 - its name on the wire
    """A value that was stored as it was sent, but not understood."""

    pointer: str
    message: str
    suggestions: list[str]


Labels = list[str]


class AliasCreate(Input):
    """Body of POST /admin/vocabulary/aliases: another name for a known term."""

    list: ListName
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
