"""create_database_roles: one statement, and patience with a cluster that sleeps."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from jobmatch import aws
from jobmatch.errors import FunctionFailedError
from jobmatch.operations.database_roles import roles_statement
from tests.support.functions import invoke
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATEMENT = "DO $$ BEGIN CREATE ROLE jobmatch_reader; END $$"
CALL = {
    "resourceArn": "arn:aws:rds:us-east-1:123456789012:cluster:jobmatch",
    "secretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:master",
    "database": "jobmatch",
    "sql": STATEMENT,
}
NOT_READY = [
    "DatabaseResumingException",
    "DatabaseUnavailableException",
    "DatabaseNotFoundException",
    "InvalidResourceStateException",
    "ServiceUnavailableError",
]
SECRET = "ada@firm.example"


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    (tmp_path / "roles.sql").write_text(STATEMENT)
    for name, value in {
        "MIGRATIONS_FOLDER": str(tmp_path),
        "DATABASE_CLUSTER_ARN": CALL["resourceArn"],
        "DATABASE_MASTER_SECRET_ARN": CALL["secretArn"],
        "DATABASE_NAME": CALL["database"],
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client(
        "rds-data", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    monkeypatch.setattr(aws, "_client", lambda *_, **__: client)
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it has slept; no time passes."""
    seconds: list[float] = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


@pytest.fixture
def remaining(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Milliseconds that the function has, as it asks; the last ones go on."""
    left = [300_000]
    context = "local.events.LambdaContext.get_remaining_time_in_millis"
    monkeypatch.setattr(context, lambda _: left.pop(0) if len(left) > 1 else left[0])
    return left


def refuse(cluster: Stubber, code: str) -> None:
    cluster.add_client_error(
        "execute_statement", code, SECRET, http_status_code=400, expected_params=CALL
    )


def accept(cluster: Stubber) -> None:
    cluster.add_response("execute_statement", {"numberOfRecordsUpdated": 0}, CALL)


def test_the_statement_is_executed_as_the_master_user(cluster: Stubber, remaining: Any) -> None:
    accept(cluster)
    assert invoke("create_database_roles", {}) == {}


def test_the_data_api_gets_nothing_that_it_could_take_for_a_parameter_or_a_second_statement(
    cluster: Stubber, remaining: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIGRATIONS_FOLDER", str(ROOT / "migrations"))
    sql = roles_statement(ROOT / "migrations")
    cluster.add_response("execute_statement", {}, {**CALL, "sql": sql})
    assert invoke("create_database_roles", {}) == {}
    assert ":" not in sql
    assert "--" not in sql
    assert (sql.split()[:2], sql.split()[-2:]) == (["DO", "$roles$"], ["END", "$roles$;"])
    assert sql.count("$roles$") == 2


def test_a_cluster_that_is_not_ready_is_asked_again(
    cluster: Stubber, slept: list[float], remaining: Any
) -> None:
    for code in NOT_READY:
        refuse(cluster, code)
    accept(cluster)
    assert invoke("create_database_roles", {}) == {}
    assert len(slept) == len(NOT_READY)


def test_patience_ends_while_there_is_time_for_an_answer(
    cluster: Stubber, slept: list[float], remaining: list[int]
) -> None:
    remaining[:] = [200_000, 72_000]
    for _ in range(2):
        refuse(cluster, "DatabaseResumingException")
    with pytest.raises(FunctionFailedError, match="DatabaseNotReadyError"):
        invoke("create_database_roles", {})
    assert len(slept) == 1


@pytest.mark.parametrize("code", ["DatabaseErrorException", "AccessDeniedException", "Throttled"])
def test_any_other_error_is_one(
    cluster: Stubber, slept: list[float], remaining: Any, log: Any, code: str
) -> None:
    refuse(cluster, code)
    with pytest.raises(FunctionFailedError) as error:
        invoke("create_database_roles", {})
    assert slept == []
    assert SECRET not in str(error.value) + log.getvalue()


@pytest.mark.parametrize(
    ("code", "status"), [(None, "SUCCESS"), ("DatabaseErrorException", "FAILED")]
)
def test_cloudformation_is_told(
    cluster: Stubber, monkeypatch: pytest.MonkeyPatch, code: str | None, status: str
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "jobmatch.operations.custom_resource._put", lambda _url, body: told.append(body)
    )
    event = {
        "RequestType": "Create",
        "ResponseURL": "https://s3.example/answer",
        **dict.fromkeys(("StackId", "RequestId", "LogicalResourceId"), "x"),
    }
    if code:
        refuse(cluster, code)
    else:
        accept(cluster)
    invoke("create_database_roles", event)
    assert [answer["Status"] for answer in told] == [status]
    assert SECRET not in json.dumps(told)
