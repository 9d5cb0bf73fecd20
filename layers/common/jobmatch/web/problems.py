"""Errors as RFC 9457 problem details: the one map from exceptions to answers."""

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
from jobmatch.errors import FieldError, pointer_to, sqlstate
from jobmatch.telemetry import log_failure, logger
from jobmatch.wire import message_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
_MAX_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """The body of every error answer of our functions."""

    type: str
    title: str
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class InvalidInput(Problem):
    """The body of a 422: `errors` points to each fault in the input."""

    errors: list[FieldError]


class ProblemType(NamedTuple):
    """What the problems of one type have in common; the member `type` is made from `slug`."""

    status: HTTPStatus
    slug: str
    title: str


_TYPES: dict[type[errors.JobmatchError], ProblemType] = {
    errors.MalformedRequestError: ProblemType(
        HTTPStatus.BAD_REQUEST, "malformed-request", "Malformed request"
    ),
    errors.UnauthenticatedError: ProblemType(
        HTTPStatus.UNAUTHORIZED, "unauthenticated", "Unauthenticated"
    ),
    errors.ForbiddenError: ProblemType(HTTPStatus.FORBIDDEN, "forbidden", "Forbidden"),
    errors.NotFoundError: ProblemType(HTTPStatus.NOT_FOUND, "not-found", "Not found"),
    errors.ConflictError: ProblemType(HTTPStatus.CONFLICT, "conflict", "Conflict"),
    errors.PreconditionFailedError: ProblemType(
        HTTPStatus.PRECONDITION_FAILED, "precondition-failed", "Precondition failed"
    ),
    errors.UnsupportedMediaTypeError: ProblemType(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported media type"
    ),
    errors.InvalidInputError: ProblemType(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-input", "Invalid input"
    ),
    errors.TooManyRequestsError: ProblemType(
        HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", "Too many requests"
    ),
}
_UNAVAILABLE = ProblemType(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Unavailable")
_INTERNAL = ProblemType(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Internal error")

_RETRYABLE = ("08", "28", "40", "53", "57", "55P03", "25006")
"""SQLSTATE classes and codes after which the same request may succeed: lost connection, refused
credentials (they rotate), serialization failure and deadlock, insufficient resources, shutdown and
statement timeout, lock timeout, a standby that only reads."""

router = APIGatewayHttpRouter()


def _problem(
    problem_type: ProblemType,
    detail: str,
    *,
    faults: Sequence[FieldError] | None = None,
    headers: dict[str, Any] | None = None,
) -> Response[str]:
    status, slug, title = problem_type
    members = (f"urn:jobmatch:problem:{slug}", title, status.value, detail)
    problem = Problem(*members) if faults is None else InvalidInput(*members, list(faults))
    return Response(status.value, MEDIA_TYPE, to_json(problem).decode(), headers)


def _domain_problem(error: errors.JobmatchError) -> Response[str]:
    faults = error.errors[:_MAX_FAULTS] if isinstance(error, errors.InvalidInputError) else None
    wait = error.retry_after_seconds if isinstance(error, errors.TooManyRequestsError) else None
    headers = {"Retry-After": str(wait)} if wait is not None else None
    problem_type = _TYPES[type(error)]
    # Without the detail, which may quote what the caller sent.
    logger.info("Refused.", status=problem_type.status.value, problem=problem_type.slug)
    return _problem(problem_type, str(error), faults=faults, headers=headers)


def _unexpected_problem(error: Exception) -> Response[str]:
    log_failure("Unexpected error.", error)
    return _problem(_INTERNAL, "Something went wrong on our side.")


def _unavailable_problem() -> Response[str]:
    patience = "The service is not available at the moment. Please try again."
    retry_after = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return _problem(_UNAVAILABLE, patience, headers=retry_after)


@router.exception_handler(errors.JobmatchError)
def domain_error(error: errors.JobmatchError) -> Response[str]:
    """An error of the domain: its message is the detail of the problem."""
    return _domain_problem(error)


@router.exception_handler(RequestValidationError)
def invalid_request(error: RequestValidationError) -> Response[str]:
    """Faults that pydantic found in the body, the query or a header."""
    faults = [FieldError(_pointer(fault["loc"]), message_of(fault)) for fault in error.errors()]
    return _domain_problem(errors.InvalidInputError(*faults))


@router.exception_handler(NoRouteError)
def no_route(_: NoRouteError) -> Response[str]:
    """A path that the gateway accepts and this function does not have."""
    return _domain_problem(errors.NotFoundError("There is nothing here."))


@router.exception_handler([DBAPIError, PoolTimeoutError])
def database_error(error: DBAPIError | PoolTimeoutError) -> Response[str]:
    """An error of the database: 503 if a retry may help, 409 for a constraint, 500 otherwise."""
    state = sqlstate(error) or ""
    if isinstance(error, InterfaceError | PoolTimeoutError) or state.startswith(_RETRYABLE):
        log_failure("The database is not available.", error)
        return _unavailable_problem()
    if state.startswith("23"):
        log_failure("The write broke a constraint.", error, expected=True)
        conflict = "Something that this refers to has changed meanwhile. Please try again."
        return _domain_problem(errors.ConflictError(conflict))
    return _unexpected_problem(error)


@router.exception_handler(errors.AwayError)
def service_away(error: errors.AwayError) -> Response[str]:
    """A service of AWS that the route can't do without."""
    log_failure("A service of AWS is not available.", error, service=str(error))
    return _unavailable_problem()


@router.exception_handler(Exception)
def unexpected(error: Exception) -> Response[str]:
    """A defect of ours: the log says what it is, the answer only that there is one."""
    return _unexpected_problem(error)


def _pointer(location: Sequence[str | int]) -> str:
    where, *path = location
    prefix = {"body": [], "header": ["headers"]}.get(str(where), [where])
    return pointer_to([*prefix, *path])
