"""What can go wrong, in the words of the domain: no HTTP, no SQL."""

from __future__ import annotations

from dataclasses import dataclass


class JobmatchError(Exception):
    """An error whose message may be shown to the caller."""


class UnauthenticatedError(JobmatchError):
    """Nobody knows who the caller is."""


class ForbiddenError(JobmatchError):
    """The caller may not do this, whatever it is done to."""


class NotFoundError(JobmatchError):
    """It does not exist, or does not exist for this caller."""


class ConflictError(JobmatchError):
    """The state of the resource does not allow it."""


class PreconditionFailedError(JobmatchError):
    """The resource is not at the version that the caller named."""


class MalformedRequestError(JobmatchError):
    """The request can't be read at all."""


class UnsupportedMediaTypeError(JobmatchError):
    """The body is of a type that nobody here reads."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in the input: a JSON pointer (RFC 6901) to it, and what is wrong."""

    pointer: str
    message: str


_LONGEST_NAME = 100


def shortened(name: str) -> str:
    """A name as an error may repeat it: the caller's may be longer than what we can answer."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


class InvalidInputError(JobmatchError):
    """The input can be read, but says something that it must not say."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("The input is not valid.")
        self.errors = errors


class ConfigurationError(Exception):
    """The deployment lacks a setting; nothing that a caller could mend."""


class FunctionFailedError(Exception):
    """What a function shows of its failure to Lambda, which logs the words and returns them."""


_STATES = {
    "25006": "read-only",
    "53100": "disk full",
    "53200": "out of memory",
    "53300": "too many connections",
    "57014": "took too long",
}
"""What an operator should not have to look up."""


def sqlstate(error: Exception) -> str | None:
    """The SQLSTATE that PostgreSQL gave for a SQLAlchemy error, if it gave one."""
    details = getattr(getattr(error, "orig", None), "args", ())
    return details[0].get("C") if details and isinstance(details[0], dict) else None


def describe(error: Exception) -> str:
    """An error as it may be kept and shown to admins: no SQL, no parameters, nobody's data."""
    if isinstance(error, JobmatchError):
        return str(error)
    # Database drivers put rows and keys into their messages; the class and SQLSTATE are safe.
    # SQLAlchemy calls all that failed without a SQLSTATE the same; the driver's class says more.
    driver = getattr(error, "orig", None)
    state = sqlstate(error)
    known = f"{state}, {_STATES[state]}" if state in _STATES else state
    detail = known or (type(driver).__name__ if driver else None)
    return f"{type(error).__name__} ({detail})" if detail else type(error).__name__
