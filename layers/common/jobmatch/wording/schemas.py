"""What the project knows of the words that people write, on the wire."""

from __future__ import annotations

from jobmatch.wire import wire


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
