"""The errors of the domain, without HTTP and SQL."""

from __future__ import annotations

from dataclasses import dataclass


class JobmatchError(Exception):
    """An error whose message may be shown to the caller."""


class UnauthenticatedError(JobmatchError):
    """The request does not say who the caller is."""


class ForbiddenError(JobmatchError):
    """The caller may not do this, whichever resource it concerns."""


class NotFoundError(JobmatchError):
    """The resource does not exist, or not for this caller."""


class ConflictError(JobmatchError):
    """The state of the resource does not allow this."""


class PreconditionFailedError(JobmatchError):
    """The resource is not at the version that the caller named."""


class TooManyRequestsError(JobmatchError):
    """The caller has done this as often as they may for now."""

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class MalformedRequestError(JobmatchError):
    """The request can't be parsed."""


class UnsupportedMediaTypeError(JobmatchError):
    """The body has a media type that this route does not accept."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """A fault in the input: a JSON pointer (RFC 6901) to it, and what is wrong."""

    pointer: str
    message: str


_LONGEST_NAME = 100


def shortened(name: str) -> str:
    """A name as an error may repeat it: a caller's may be longer than an answer of ours can be."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


class InvalidInputError(JobmatchError):
    """The input can be parsed, but breaks a rule."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("The input is not valid.")
        self.errors = errors


class ConfigurationError(Exception):
    """The deployment lacks a setting, or has a wrong one; a caller can't mend it."""


class FunctionFailedError(Exception):
    """A failure in words that Lambda may log and return."""


_STATE_NAMES = {
    "25006": "read-only",
    "53100": "disk full",
    "53200": "out of memory",
    "53300": "too many connections",
    "57014": "took too long",
}
"""SQLSTATEs that an operator should not have to look up."""


def sqlstate(error: Exception) -> str | None:
    """The SQLSTATE that PostgreSQL gave for a SQLAlchemy error, or `None`."""
    details = getattr(getattr(error, "orig", None), "args", ())
    return details[0].get("C") if details and isinstance(details[0], dict) else None


def describe(error: Exception) -> str:
    """An error as it may be stored and shown to admins: without SQL and personal data."""
    if isinstance(error, JobmatchError):
        return str(error)
    # Database drivers put rows and keys into their messages; class and SQLSTATE are safe. Where
    # there is no SQLSTATE, SQLAlchemy uses one class for all; the driver's class says more.
    driver = getattr(error, "orig", None)
    state = sqlstate(error)
    known = f"{state}, {_STATE_NAMES[state]}" if state in _STATE_NAMES else state
    detail = known or (type(driver).__name__ if driver else None)
    return f"{type(error).__name__} ({detail})" if detail else type(error).__name__
