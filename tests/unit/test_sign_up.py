"""confirm_user: what follows a sign-up, within the five seconds that the user pool waits."""

from __future__ import annotations

import io
import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from jobmatch import aws
from scripts.generate_events import NEW_USER_ID, events
from tests.support.functions import invoke

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT = events()["confirm_user"]
OTHER_ID = "11111111-1111-4111-8111-111111111111"
FAILURE = "call create_user by hand"


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    monkeypatch.setenv("CREATE_USER_FUNCTION", "create-user")
    client = boto3.client(
        "lambda", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    monkeypatch.setattr(aws, "_client", lambda *_, **__: client)
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def expect(functions: Stubber, user_id: str) -> None:
    payload = {"userId": user_id, "email": "new@person.example"}
    functions.add_response(
        "invoke",
        {"StatusCode": 202, "Payload": StreamingBody(io.BytesIO(b""), 0)},
        {
            "FunctionName": "create-user",
            "InvocationType": "Event",
            "Payload": json.dumps(payload),
        },
    )


def confirm(event: dict[str, Any]) -> None:
    assert invoke("confirm_user", deepcopy(event)) == event


def with_attributes(**attributes: str) -> dict[str, Any]:
    event = deepcopy(EVENT)
    event["request"]["userAttributes"] |= attributes
    return event


def test_somebody_who_has_signed_up_is_created_as_a_user(functions: Stubber) -> None:
    expect(functions, NEW_USER_ID)
    confirm(EVENT)


def test_the_id_may_be_another_attribute(
    functions: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER_ID_CLAIM", "custom:userId")
    expect(functions, OTHER_ID)
    confirm(with_attributes(**{"custom:userId": OTHER_ID}))


def test_a_new_password_creates_nobody(functions: Stubber, log: Any) -> None:
    confirm({**EVENT, "triggerSource": "PostConfirmation_ConfirmForgotPassword"})
    assert FAILURE not in log.getvalue()


def test_a_failure_is_logged_for_the_operator_and_not_shown_to_the_user(
    functions: Stubber, log: Any
) -> None:
    functions.add_client_error("invoke", "TooManyRequestsException", "new@person.example")
    confirm(EVENT)
    line = json.loads(log.getvalue().splitlines()[-1])
    assert line["level"] == "ERROR"
    assert FAILURE in line["message"]
    assert line["sub"] == NEW_USER_ID
    assert "new@person.example" not in log.getvalue()


def test_an_account_without_the_id_is_a_failure_as_well(
    functions: Stubber, monkeypatch: pytest.MonkeyPatch, log: Any
) -> None:
    monkeypatch.setenv("USER_ID_CLAIM", "custom:userId")
    confirm(EVENT)
    assert FAILURE in log.getvalue()


def test_a_service_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[str, float] = {}

    def client(_service: str, *, attempts: int, read_timeout: float) -> Any:
        asked.update(attempts=attempts, read_timeout=read_timeout)
        raise TimeoutError

    monkeypatch.setenv("CREATE_USER_FUNCTION", "create-user")
    monkeypatch.setattr(aws, "_client", client)
    confirm(EVENT)
    connecting = 1
    assert asked["attempts"] * (connecting + asked["read_timeout"]) <= 3
