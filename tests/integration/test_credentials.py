"""Credentials of the database: from Secrets Manager, and signed with those of the role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy.exc import InterfaceError

from jobmatch.errors import ConfigurationError, describe
from jobmatch.postgres.credentials import CredentialsError, Login, database_token, secret_login
from tests.support.addresses import answering

if TYPE_CHECKING:
    from collections.abc import Iterator

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:database"
ROLE = {"AccessKeyId": "id", "SecretAccessKey": "key", "Token": "token"}


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a function with a role."""
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return monkeypatch


@pytest.fixture
def aws(role: pytest.MonkeyPatch) -> Iterator[str]:
    """Where a simulated AWS is, as the environment says."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    role.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    yield f"http://{host}:{port}"
    server.stop()


def test_a_secret_is_what_it_is_at_the_moment(aws: str) -> None:
    client = boto3.client("secretsmanager", endpoint_url=aws, region_name="eu-west-1")
    made = client.create_secret(Name="database", SecretString='{"password": "old"}')
    assert secret_login(made["ARN"]) == Login(None, "old")
    rotated = {"username": "ada", "password": 'né"w', "host": "somewhere"}
    client.put_secret_value(SecretId=made["ARN"], SecretString=json.dumps(rotated))
    assert secret_login(made["ARN"]) == Login("ada", 'né"w')
    client.close()


def test_a_secret_that_is_not_there_is_no_connection(aws: str) -> None:
    with pytest.raises(CredentialsError, match="status 4"):
        secret_login("absent")


def test_the_services_own_address_goes_first(role: pytest.MonkeyPatch) -> None:
    with answering((200, {"SecretString": '{"password": "x"}'})) as (address, _):
        role.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        role.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", address)
        assert secret_login(ARN) == Login(None, "x")


@pytest.mark.parametrize("failure", [(500, {}), (400, {"__type": "ThrottlingException"})])
def test_a_failure_is_tried_once_more(role: pytest.MonkeyPatch, failure: tuple[int, Any]) -> None:
    good = (200, {"SecretString": '{"password": "x"}'})
    for answers, works in (((failure, good), True), ((failure, failure, good), False)):
        with answering(*answers) as (address, seen):
            role.setenv("AWS_ENDPOINT_URL", address)
            if works:
                assert secret_login(ARN).password == "x"
            else:
                with pytest.raises(CredentialsError):
                    secret_login(ARN)
            assert len(seen) == 2


def test_the_log_says_which_right_to_a_secret_lacks(role: pytest.MonkeyPatch) -> None:
    action = "secretsmanager:GetSecretValue"
    words = f"User: hunter2 is not authorized to perform: {action} on resource: hunter2"
    refusal = {"__type": "com.amazonaws#AccessDeniedException", "Message": words}
    with answering((400, refusal)) as (address, _):
        role.setenv("AWS_ENDPOINT_URL", address)
        with pytest.raises(CredentialsError) as caught:
            secret_login(ARN)
    said = describe(InterfaceError("hunter2", None, caught.value))
    assert said == (
        "InterfaceError (CredentialsError, AccessDeniedException, GetSecretValue,"
        " needs secretsmanager:GetSecretValue)"
    )


@pytest.mark.parametrize("answer", ["hunter2", ["hunter2"], {"__type": ["hunter2"]}, None])
def test_a_refusal_of_another_form_is_not_quoted(role: pytest.MonkeyPatch, answer: Any) -> None:
    with answering((502, answer)) as (address, _):
        role.setenv("AWS_ENDPOINT_URL", address)
        with pytest.raises(CredentialsError, match="status 502") as caught:
            secret_login(ARN)
    said = describe(InterfaceError("hunter2", None, caught.value))
    assert said.startswith("InterfaceError (CredentialsError")
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "content",
    [
        *("hunter2", '"hunter2"', '["hunter2"]', '{"pass": "hunter2"}', "", None),
        *('{"password": ["hunter2"]}', '{"password": null}', "[" * 20_000),
        '{"username": 7, "password": "hunter2"}',
    ],
)
def test_a_secret_of_another_form_is_not_quoted(
    role: pytest.MonkeyPatch, content: str | None
) -> None:
    with answering((200, {"SecretString": content})) as (address, _):
        role.setenv("AWS_ENDPOINT_URL", address)
        with pytest.raises(CredentialsError) as caught:
            secret_login(ARN)
        assert "hunter2" not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__


def test_with_snapstart_the_role_is_asked_for_anew(role: pytest.MonkeyPatch) -> None:
    role.delenv("AWS_ACCESS_KEY_ID")
    with answering((200, ROLE)) as (address, seen):
        role.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{address}/2025/credentials")
        role.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "permit")
        token = database_token("db.example", 5432, "ada")
        assert "X-Amz-Credential=id%2F" in token
        assert "X-Amz-Security-Token=token" in token
        assert [headers["authorization"] for headers in seen] == ["permit"]


@pytest.mark.parametrize("answer", [(403, ROLE), (200, {}), (200, [])])
def test_without_the_roles_credentials_there_is_no_connection(
    role: pytest.MonkeyPatch, answer: tuple[int, Any]
) -> None:
    role.delenv("AWS_ACCESS_KEY_ID")
    with answering(answer) as (address, _):
        role.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)
        with pytest.raises(CredentialsError):
            database_token("db.example", 5432, "ada")


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_outside_of_lambda_the_missing_variable_is_named(
    role: pytest.MonkeyPatch, name: str
) -> None:
    role.delenv(name)
    role.delenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", raising=False)
    named = "AWS_CONTAINER_CREDENTIALS_FULL_URI" if name == "AWS_ACCESS_KEY_ID" else name
    with pytest.raises(ConfigurationError, match=named):
        database_token("db.example", 5432, "ada")
