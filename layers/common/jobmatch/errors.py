"""The errors of the domain, without HTTP and SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


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


class AwayError(Exception):
    """A service that we call was not reached, or refused; `args[0]` names it."""


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


def pointer_to(path: Iterable[object]) -> str:
    """A path through names and numbers as a JSON pointer."""
    names = (shortened(str(part)) for part in path)
    return "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in names)


class InvalidInputError(JobmatchError):
    """The input can be parsed, but breaks a rule."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("The input is not valid.")
        self.errors = errors


class ConfigurationError(Exception):
    """The deployment lacks a setting, or has a wrong one; a caller can't mend it.

    The message is for logs: it may quote the setting, unless that is a secret.
    """


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


_NAMING_STATES = {"3D000", "3F000", "42501", "42703", "42704", "42883", "42P01"}
"""SQLSTATEs whose message names a table, column, function, role or schema, and quotes no row."""
_MESSAGE_WITH_NAMES = re.compile(r'[\w ".,()-]{1,300}', re.ASCII)
_AWS_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,99}", re.ASCII)
_LONGEST_OF_A_SETTING = 300
_SQLSTATE = re.compile(r"SQLState: ([0-9A-Z]{5})\b", re.ASCII)
"""As the RDS Data API ends its messages."""
_DENIED = re.compile(
    r"is not authorized to perform:? [`'\"]?([a-z0-9-]{1,40}:[A-Za-z]{1,60})\b", re.ASCII
)
"""The right that AWS names when it denies one; it may not be the operation: SES asks for two."""
_QUEUE = re.compile(r"queue [A-Za-z0-9_-]{1,80}", re.ASCII)
"""A note on an error that names the queue; other notes may hold anything."""


def _details(error: Exception) -> dict[str, str]:
    """What PostgreSQL said about a SQLAlchemy error, by its one-letter names of fields."""
    said = getattr(getattr(error, "orig", None), "args", ())
    return said[0] if said and isinstance(said[0], dict) else {}


def sqlstate(error: Exception) -> str | None:
    """The SQLSTATE that PostgreSQL gave for a SQLAlchemy error, or `None`."""
    return _details(error).get("C")


def describe(error: Exception) -> str:
    """An error as it may be stored and shown to admins: what it concerns, without personal data."""
    if isinstance(error, JobmatchError):
        return str(error)
    if isinstance(error, ConfigurationError):
        return f"{type(error).__name__} ({str(error)[:_LONGEST_OF_A_SETTING]})"
    details = _of_database(error) or _of_aws(error) or _of_cause(error)
    details += [note for note in getattr(error, "__notes__", ()) if _QUEUE.fullmatch(note)]
    return type(error).__name__ + (f" ({', '.join(details)})" if details else "")


def _of_database(error: Exception) -> list[str]:
    # Drivers put rows and keys into their messages; class, SQLSTATE and names of ours are safe.
    # Where there is no SQLSTATE, SQLAlchemy uses one class for all; the driver's class says more.
    said = _details(error)
    state = said.get("C")
    if state is None:
        driver = getattr(error, "orig", None)
        return [type(driver).__name__, *_of_aws(driver)] if driver else []
    message = said.get("M", "") if state in _NAMING_STATES else ""
    names = [message] if _MESSAGE_WITH_NAMES.fullmatch(message) else []
    # Fields of their own name the table (t) and the constraint (n) that a write broke.
    names += [
        f"{kind} {said[key]}" for key, kind in (("t", "table"), ("n", "constraint")) if key in said
    ]
    known = [_STATE_NAMES[state]] if state in _STATE_NAMES else []
    return [state, *known, *names]


def _of_aws(error: Exception) -> list[str]:
    """AWS's code, the operation that it refused, and the right that lacks.

    The rest of its message may quote what was sent.
    """
    answer = getattr(error, "response", None)
    said = answer.get("Error", {}) if isinstance(answer, dict) else {}
    names = (said.get("Code"), getattr(error, "operation_name", None))
    known = [name for name in names if isinstance(name, str) and _AWS_NAME.fullmatch(name)]
    if said.get("Code") in known:
        message = str(said.get("Message"))
        known += [f"needs {right}" for right in _DENIED.findall(message)[:1]]
        known += _SQLSTATE.findall(message)[-1:]
    return known


def _of_cause(error: Exception) -> list[str]:
    """What AWS said where an error of ours stands for its answer, or else the class of that."""
    cause = error.__cause__
    return (_of_aws(cause) or [type(cause).__name__]) if isinstance(cause, Exception) else []
