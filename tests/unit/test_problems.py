"""What callers are told when something goes wrong, and what they are not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pg8000
import pytest
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from jobmatch import errors
from jobmatch.errors import FieldError, InvalidInputError, JobmatchError, TooManyRequestsError
from jobmatch.jobs.inputs import JobCreate
from jobmatch.profiles.imports import ProfileImport
from jobmatch.web import problems

if TYPE_CHECKING:
    from io import StringIO

    from aws_lambda_powertools.event_handler import Response

SECRET = "ada@firm.example"
STATEMENT = "SELECT secret_column FROM users"
STATUSES: dict[type[JobmatchError], int] = {
    errors.MalformedRequestError: 400,
    errors.UnauthenticatedError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.PreconditionFailedError: 412,
    errors.UnsupportedMediaTypeError: 415,
    InvalidInputError: 422,
    TooManyRequestsError: 429,
}


def body_of(response: Response[str], status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.body is not None
    body: dict[str, Any] = json.loads(response.body)
    members = {"type", "title", "status", "detail"}
    assert body.keys() == (members | {"errors"} if status == 422 else members)
    assert body["status"] == status
    assert body["type"].startswith("urn:jobmatch:problem:")
    return body


def made(kind: type[JobmatchError]) -> JobmatchError:
    if issubclass(kind, InvalidInputError):
        return kind(FieldError("", "is wrong"))
    if issubclass(kind, TooManyRequestsError):
        return kind("Said in a sentence.", retry_after_seconds=9)
    return kind("Said in a sentence.")


def database_error(state: str | None, kind: type[DBAPIError] = DatabaseError) -> DBAPIError:
    """An error as the driver reports it: with a row in its words."""
    words = {"M": f"Key (email)=({SECRET}) already exists.", "D": SECRET}
    cause = pg8000.DatabaseError(words | {"C": state} if state else SECRET)
    return kind(STATEMENT, {"email": SECRET}, cause)


def pointers(model: type[BaseModel], data: Any, where: str = "body") -> list[str]:
    with pytest.raises(ValidationError) as error:
        model.model_validate(data)
    found = [{**each, "loc": (where, *each["loc"])} for each in error.value.errors()]
    response = problems.invalid_request(RequestValidationError(found))
    return [each["pointer"] for each in body_of(response, 422)["errors"]]


def test_every_error_of_the_domain_has_a_status() -> None:
    assert set(JobmatchError.__subclasses__()) == set(STATUSES)
    assert not [each for kind in STATUSES for each in kind.__subclasses__()]


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_an_error_of_the_domain_says_itself_what_is_wrong(
    kind: type[JobmatchError], status: int
) -> None:
    error = made(kind)
    body = body_of(problems.domain_error(error), status)
    assert body["detail"] == str(error) != ""
    assert body["title"]


def test_who_asks_too_often_learns_when_to_ask_again() -> None:
    response = problems.domain_error(made(TooManyRequestsError))
    assert response.headers["Retry-After"] == "9"


def test_each_kind_of_problem_has_a_type_of_its_own() -> None:
    bodies = [
        body_of(problems.domain_error(made(kind)), status) for kind, status in STATUSES.items()
    ]
    types = {body["type"] for body in bodies}
    assert len(types) == len(STATUSES)


def test_invalid_input_points_to_each_fault_but_not_to_thousands() -> None:
    faults = [FieldError(f"/profiles/{number}", "is wrong") for number in range(1_000)]
    body = body_of(problems.domain_error(InvalidInputError(*faults)), 422)
    assert 10 <= len(body["errors"]) <= 100
    assert body["errors"][1] == {"pointer": "/profiles/1", "message": "is wrong"}


def test_pointers_into_the_body() -> None:
    assert pointers(JobCreate, {}) == ["/title"]
    assert pointers(JobCreate, {"title": "T", "requiredBar": ["NY", 5]}) == ["/requiredBar/1"]
    assert pointers(JobCreate, {"title": "T", "a/b~c": 1}) == ["/a~1b~0c"]
    assert pointers(JobCreate, []) == [""]
    positions = [{"employer": "A", "title": "B", "startDate": "2019", "endDate": "2018"}]
    profile = {"id": "0" * 32, "name": "Ada", "workHistory": positions}
    assert pointers(ProfileImport, {"profiles": [profile]}) == ["/profiles/0/workHistory/0"]


def test_a_name_as_long_as_a_body_is_not_repeated() -> None:
    (pointer,) = pointers(JobCreate, {"title": "a", "/" * 5_000_000: 1})
    assert pointer == "/" + "~1" * 100 + "…"


def test_pointers_into_the_query_and_the_headers() -> None:
    class Parameters(BaseModel):
        limit: int

    assert pointers(Parameters, {}, "query") == ["/query/limit"]
    assert pointers(Parameters, {}, "header") == ["/headers/limit"]


def test_messages_are_for_people_and_do_not_repeat_the_input() -> None:
    with pytest.raises(ValidationError) as error:
        JobCreate.model_validate(
            {"title": SECRET * 100, "surprise": SECRET, "requiredBar": ["NY", "ny"]}
        )
    found = [{**each, "loc": ("body", *each["loc"])} for each in error.value.errors()]
    body = body_of(problems.invalid_request(RequestValidationError(found)), 422)
    messages = {each["pointer"]: each["message"] for each in body["errors"]}
    assert messages["/surprise"] == "is not a known field"
    assert messages["/requiredBar"] == "must not name the same value twice: 'NY' and 'ny'"
    assert SECRET not in json.dumps(body)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (database_error(None, InterfaceError), 503),
        (PoolTimeoutError(SECRET), 503),
        *((database_error(state), 503) for state in ("08006", "08P01", "40001", "40P01")),
        *((database_error(state), 503) for state in ("53300", "57014", "57P01", "55P03", "25006")),
        *((database_error(state), 409) for state in ("23503", "23505", "23514")),
        *((database_error(state), 500) for state in ("42703", "22021", "55006", "25001", "XX000")),
        (database_error(None), 500),
    ],
)
def test_database_errors_by_their_state(error: Any, status: int, log: StringIO) -> None:
    response = problems.database_error(error)
    body_of(response, status)
    assert response.headers.get("Retry-After") == ("1" if status == 503 else None)
    logged = log.getvalue()
    # A conflict is the caller's to repeat; what we could not do at all is ours to look at.
    levels = [json.loads(line)["level"] for line in logged.splitlines()]
    assert levels == (["WARNING", "INFO"] if status == 409 else ["ERROR"])
    for text in (SECRET, STATEMENT, "already exists"):
        assert text not in f"{response.body}{logged}"


def test_what_nobody_expected_is_told_to_the_log_alone(log: StringIO) -> None:
    body = body_of(problems.unexpected(LookupError(SECRET)), 500)
    assert body["detail"] == "Something went wrong on our side."
    assert "LookupError" in log.getvalue()
    assert "LookupError" not in json.dumps(body)
    assert SECRET not in f"{body}{log.getvalue()}"


def test_a_path_that_is_none_of_ours_is_not_found() -> None:
    body_of(problems.no_route(NoRouteError(SECRET)), 404)
    assert SECRET not in str(problems.no_route(NoRouteError(SECRET)).body)
