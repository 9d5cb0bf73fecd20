"""Errors as RFC 9457 problem details: the one map from what went wrong to what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic_core import to_json
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from jobmatch import errors
from jobmatch.errors import FieldError, shortened, sqlstate
from jobmatch.telemetry import log_failure, logger

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
_MOST_ERRORS = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """The body of every error that our functions answer."""

    type: str
    title: str
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class InvalidInput(Problem):
    """The body of a 422: `errors` points to each fault in the input."""

    errors: list[FieldError]


class Kind(NamedTuple):
    """What a class of errors has in common; `type` of a problem is made from `slug`."""

    status: HTTPStatus
    slug: str
    title: str


_KINDS: dict[type[errors.JobmatchError], Kind] = {
    errors.MalformedRequestError: Kind(
        HTTPStatus.BAD_REQUEST, "malformed-request", "Malformed request"
    ),
    errors.UnauthenticatedError: Kind(
        HTTPStatus.UNAUTHORIZED, "unauthenticated", "Unauthenticated"
    ),
    errors.ForbiddenError: Kind(HTTPStatus.FORBIDDEN, "forbidden", "Forbidden"),
    errors.NotFoundError: Kind(HTTPStatus.NOT_FOUND, "not-found", "Not found"),
    errors.ConflictError: Kind(HTTPStatus.CONFLICT, "conflict", "Conflict"),
    errors.PreconditionFailedError: Kind(
        HTTPStatus.PRECONDITION_FAILED, "precondition-failed", "Precondition failed"
    ),
    errors.UnsupportedMediaTypeError: Kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported media type"
    ),
    errors.InvalidInputError: Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-input", "Invalid input"
    ),
}
_UNAVAILABLE = Kind(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Unavailable")
_INTERNAL = Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Internal error")

_RETRYABLE = ("08", "28", "40", "53", "57", "55P03", "25006")
"""SQLSTATE classes and codes after which the same request may well succeed: connection, refused
credentials (they rotate), serialization and deadlock, resources, shutdown and time-out, lock
time-out, a standby."""

router = APIGatewayHttpRouter()


def _problem(
    kind: Kind,
    detail: str,
    *,
    faults: Sequence[FieldError] | None = None,
    headers: dict[str, Any] | None = None,
) -> Response[str]:
    basis = (f"urn:jobmatch:problem:{kind.slug}", kind.title, kind.status.value, detail)
    problem = Problem(*basis) if faults is None else InvalidInput(*basis, list(faults))
    return Response(kind.status.value, MEDIA_TYPE, to_json(problem).decode(), headers)


def _domain_problem(error: errors.JobmatchError) -> Response[str]:
    faults = error.errors[:_MOST_ERRORS] if isinstance(error, errors.InvalidInputError) else None
    kind = _KINDS[type(error)]
    # Without the detail, which may quote what the caller sent.
    logger.info("Refused.", status=kind.status.value, problem=kind.slug)
    return _problem(kind, str(error), faults=faults)


def _unexpected_problem(error: Exception) -> Response[str]:
    log_failure("Unexpected error.", error)
    return _problem(_INTERNAL, "Something went wrong on our side.")


@router.exception_handler(errors.JobmatchError)
def domain_error(error: errors.JobmatchError) -> Response[str]:
    """An error of the domain says itself what is wrong."""
    return _domain_problem(error)


@router.exception_handler(RequestValidationError)
def invalid_request(error: RequestValidationError) -> Response[str]:
    """What pydantic found wrong with the body, the query or a header."""
    faults = [FieldError(_pointer(fault["loc"]), _message(fault)) for fault in error.errors()]
    return _domain_problem(errors.InvalidInputError(*faults))


@router.exception_handler(NoRouteError)
def no_route(_: NoRouteError) -> Response[str]:
    """A path that the gateway let through, but that is none of ours."""
    return _domain_problem(errors.NotFoundError("There is nothing here."))


@router.exception_handler([DBAPIError, PoolTimeoutError])
def database_error(error: DBAPIError | PoolTimeoutError) -> Response[str]:
    """A database that is away or overloaded asks for patience; anything else is our fault."""
    state = sqlstate(error) or ""
    if isinstance(error, InterfaceError | PoolTimeoutError) or state.startswith(_RETRYABLE):
        log_failure("The database is not available.", error)
        patience = "The service is not available at the moment. Please try again."
        retry_after = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return _problem(_UNAVAILABLE, patience, headers=retry_after)
    if state.startswith("23"):
        log_failure("The write broke a constraint.", error, expected=True)
        conflict = "Something that this refers to has changed meanwhile. Please try again."
        return _domain_problem(errors.ConflictError(conflict))
    return _unexpected_problem(error)


@router.exception_handler(Exception)
def unexpected(error: Exception) -> Response[str]:
    """A fault of ours: the log says what, the caller learns only that it happened."""
    return _unexpected_problem(error)


def _pointer(location: Sequence[str | int]) -> str:
    where, *path = location
    prefix = {"body": [], "header": ["headers"]}.get(str(where), [where])
    names = [shortened(str(part)) for part in [*prefix, *path]]
    parts = [name.replace("~", "~0").replace("/", "~1") for name in names]
    return "".join(f"/{part}" for part in parts)


def _message(fault: dict[str, Any]) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    return "is not a known field" if fault["type"] == "extra_forbidden" else message
