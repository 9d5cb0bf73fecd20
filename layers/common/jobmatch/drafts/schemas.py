"""The wire models of drafts: what was read out of a document, and where each value stands in it.

Nothing of a draft is stored. `start` and `end` are offsets into `text`, in Unicode
code points; `page` counts from 1 and is null where a document has no pages.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from jobmatch.wire import wire
from jobmatch.wording.schemas import Omitted


def _is_none(value: object) -> bool:
    return value is None


@wire
class Source:
    """Where one value of a draft comes from."""

    pointer: str
    """JSON pointer (RFC 6901) of the value within `draft`, as `/workHistory/0/employer`."""
    quote: str
    start: int
    end: int
    page: int | None
    proposed_by: Annotated[Literal["model"] | None, Field(exclude_if=_is_none)] = None
    """Left out where a rule has read the value."""


@wire
class NotUnderstood:
    """A part of the document that looks like a value and was not understood."""

    quote: str
    start: int
    end: int
    page: int | None
    reason: str
    suggestions: list[str]


@wire
class JobDraft:
    """A job as an advertisement says it; `draft` holds the fields of POST /jobs that were found."""

    draft: dict[str, Any]
    text: str
    sources: list[Source]
    not_understood: list[NotUnderstood]
    not_understood_omitted: Omitted = 0
    notice: Annotated[str | None, Field(exclude_if=_is_none)] = None
    """Why a language model that was to be asked too has proposed nothing; else left out."""


@wire
class ProfileDraft:
    """A profile as a résumé says it; `draft` holds what was found of PUT /admin/profiles/{id}."""

    draft: dict[str, Any]
    text: str
    sources: list[Source]
    not_understood: list[NotUnderstood]
    not_understood_omitted: Omitted = 0
