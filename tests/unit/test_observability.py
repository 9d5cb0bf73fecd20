"""Failures in the log: where they came from, without a word of their own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pg8000
import pytest
from botocore.exceptions import ClientError
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError, ProgrammingError

from jobmatch.aws import MailRefusedError
from jobmatch.errors import ConfigurationError, ConflictError, describe
from jobmatch.jobs.inputs import JobCreate
from jobmatch.telemetry import log_failure

if TYPE_CHECKING:
    from io import StringIO

SECRET = "ada@firm.example"


def fail(error: Exception) -> None:
    raise error


def invalid() -> Exception:
    with pytest.raises(ValidationError) as error:
        JobCreate.model_validate({"title": {SECRET: SECRET}})
    return error.value


def broken_constraint() -> Exception:
    cause = pg8000.DatabaseError({"C": "23505", "M": f"Key (email)=({SECRET}) already exists."})
    return IntegrityError(f"INSERT {SECRET}", {"email": SECRET}, cause)


def full_disk() -> Exception:
    return ProgrammingError(SECRET, None, pg8000.ProgrammingError({"C": "53100", "M": SECRET}))


def missing_table() -> Exception:
    said = {"C": "42P01", "M": 'relation "job_matches" does not exist'}
    return ProgrammingError(SECRET, None, pg8000.ProgrammingError(said))


def refused_by_aws() -> Exception:
    said = {"Code": "AccessDenied", "Message": f"{SECRET} may not."}
    error: Exception = ClientError({"Error": said}, "SendMessageBatch")
    return error


def denied(words: str, code: str = "AccessDeniedException") -> Exception:
    said = {"Code": code, "Message": words.format(action="ses:SendRawEmail", secret=SECRET)}
    error: Exception = ClientError({"Error": said}, "SendEmail")
    return error


def refused_mail() -> Exception:
    error = MailRefusedError(SECRET)
    error.__cause__ = ClientError({"Error": {"Code": "MessageRejected"}}, "SendEmail")
    return error


def unreached() -> Exception:
    error = MailRefusedError(SECRET)
    error.__cause__ = LookupError(SECRET)
    return error


def from_a_queue() -> Exception:
    error = refused_by_aws()
    for note in (f"queue {SECRET}", "queue jobmatch-prod-MatchingQueue-1", SECRET):
        error.add_note(note)
    return error


@pytest.mark.parametrize(
    ("error", "description"),
    [
        (
            from_a_queue(),
            "ClientError (AccessDenied, SendMessageBatch, queue jobmatch-prod-MatchingQueue-1)",
        ),
        (refused_mail(), "MailRefusedError (MessageRejected, SendEmail)"),
        (unreached(), "MailRefusedError (LookupError)"),
        (missing_table(), 'ProgrammingError (42P01, relation "job_matches" does not exist)'),
        (refused_by_aws(), "ClientError (AccessDenied, SendMessageBatch)"),
        *(
            (
                denied(words),
                "ClientError (AccessDeniedException, SendEmail, needs ses:SendRawEmail)",
            )
            for words in (
                "User: {secret} is not authorized to perform: {action} on resource: {secret}",
                "User `{secret}' is not authorized to perform `{action}' on resource `{secret}'",
            )
        ),
        *(
            (denied(words), "ClientError (AccessDeniedException, SendEmail)")
            for words in ("is not authorized to perform: {secret}", "{secret} {action}")
        ),
        (
            denied("ERROR: {secret}; Position: 13; SQLState: 42501", "DatabaseErrorException"),
            "ClientError (DatabaseErrorException, SendEmail, 42501)",
        ),
        (
            ConfigurationError("LIMIT must be a whole number, not 'x'."),
            "ConfigurationError (LIMIT must be a whole number, not 'x'.)",
        ),
        (denied("is not authorized to perform: {action}", SECRET), "ClientError (SendEmail)"),
        (ClientError({"Error": {"Code": SECRET}}, SECRET), "ClientError"),
        (LookupError(SECRET), "LookupError"),
        (broken_constraint(), "IntegrityError (23505)"),
        (full_disk(), "ProgrammingError (53100, disk full)"),
        (IntegrityError(SECRET, None, Exception(SECRET)), "IntegrityError (Exception)"),
        (IntegrityError(SECRET, None, Exception()), "IntegrityError (Exception)"),
        (invalid(), "ValidationError"),
        (ConflictError("Only an open job is matched."), "Only an open job is matched."),
    ],
)
def test_a_failure_is_logged_without_its_own_words(
    error: Exception, description: str, log: StringIO
) -> None:
    assert describe(error) == description
    try:
        fail(error)
    except type(error) as caught:
        log_failure("It failed.", caught, job_id=UUID(int=1))
    line: dict[str, Any] = json.loads(log.getvalue())
    assert (line["level"], line["message"], line["error"]) == ("ERROR", "It failed.", description)
    assert line["job_id"] == str(UUID(int=1))
    assert SECRET not in log.getvalue()


def test_a_failure_says_where_it_came_from(log: StringIO) -> None:
    try:
        fail(LookupError(SECRET))
    except LookupError as error:
        log_failure("It failed.", error)
    where = json.loads(log.getvalue())["where"]
    assert [re.sub(r"\d+", "N", frame) for frame in where] == [
        "test_observability.py:N test_a_failure_says_where_it_came_from",
        "test_observability.py:N fail",
    ]


def test_the_cause_of_a_failure_is_not_quoted_either(log: StringIO) -> None:
    try:
        try:
            fail(LookupError(SECRET))
        except LookupError as cause:
            raise RuntimeError("outer words") from cause
    except RuntimeError as error:
        log_failure("It failed.", error)
    assert SECRET not in log.getvalue()
    assert "outer words" not in log.getvalue()


def test_an_error_that_was_never_raised_can_be_logged(log: StringIO) -> None:
    log_failure("It failed.", LookupError(SECRET))
    assert json.loads(log.getvalue())["where"] == []
