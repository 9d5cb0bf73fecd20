"""Why a document is not read."""

from __future__ import annotations

from jobmatch.errors import FieldError, InvalidInputError


def refused(reason: str) -> InvalidInputError:
    """The error of a document that can't be read, which points to the whole body."""
    return InvalidInputError(FieldError("", reason))
