"""The built functions with the environment that the template gives them, and a simulated AWS.

Each function signs in to the database as the user that the template names, with a secret, as it
does when the database is not the template's.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
from sqlalchemy import make_url

from local.aws import LocalAws, client_environment
from local.postgres import free_port
from local.template import Template
from tests.support.cloud import Notary
from tests.support.emulator import ARCHITECTURE
from tests.support.paths import ROOT
from tests.support.roles import users_with
from tests.support.samples import RESULTS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.resources import Function

SOURCE = Template(ROOT / "template.yaml")
OPERATIONS = {name: function.operation for name, function in SOURCE.functions.items()}
"""The operation of each function, by its logical id."""


@contextmanager
def simulated_aws() -> Iterator[dict[str, str]]:
    """Variables that direct the functions to a simulated AWS with the template's queues."""
    port = free_port()
    aws = LocalAws(port)
    aws.start(SOURCE.queues, SOURCE.senders())
    try:
        yield client_environment(f"http://127.0.0.1:{port}")
    finally:
        aws.stop()


@contextmanager
def built_functions(
    database: str, aws_environment: Mapping[str, str]
) -> Iterator[dict[str, tuple[Function, dict[str, str]]]]:
    """Each built function with its whole environment, by logical id."""
    address = make_url(database)
    endpoint = aws_environment["AWS_ENDPOINT_URL"]
    client = partial(
        boto3.client,
        endpoint_url=endpoint,
        region_name=aws_environment["AWS_REGION"],
        aws_access_key_id=aws_environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=aws_environment["AWS_SECRET_ACCESS_KEY"],
    )
    secrets = client("secretsmanager")
    notary = Notary.create(client).environment()
    password = json.dumps({"password": address.password})
    secret = secrets.create_secret(Name=uuid4().hex, SecretString=password)
    built = Template(
        ROOT / ".aws-sam" / ARCHITECTURE / "template.yaml",
        endpoint=endpoint,
        # Different from the cloud: the server's address, and no TLS.
        environment={
            "DATABASE_AUTHENTICATION": "",
            "DATABASE_TLS": "",
            "DATABASE_CA": "",
            "DATABASE_URL": f"postgresql+pg8000://{address.host}:{address.port}/{address.database}",
            "DATABASE_SECRET_ARN": secret["ARN"],
            "ANCHOR_KEY_ID": notary["ANCHOR_KEY_ID"],
            "ANCHOR_BUCKET": notary["ANCHOR_BUCKET"],
        },
    )
    with users_with(address.password):
        yield {
            name: (
                function,
                {**aws_environment, **lambda_environment(function), **function.environment},
            )
            for name, function in built.functions.items()
        }


def lambda_environment(function: Function) -> dict[str, str]:
    """Variables in which Lambda tells a function about itself."""
    return {
        "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(round(function.timeout)),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
    }


def check(operation: str, answer: Any, log: str) -> None:
    """Assert that a function has answered its sample event as expected."""
    if operation in RESULTS:
        assert answer == RESULTS[operation], log
        return
    status = STATUSES[operation]
    assert answer.get("statusCode") == status, f"{answer}\n{log}"
    assert bool(answer["body"]) == (status != 204)
    if answer["body"]:
        assert answer["headers"]["Content-Type"] == "application/json"
        json.loads(answer["body"])
