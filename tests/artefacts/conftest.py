"""Fixtures: the built functions, and an AWS that they reach over the network.

These tests run on what `make prove` has built and fail without it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3
import pytest
from sqlalchemy import make_url

from local.aws import LocalAws, client_environment
from local.postgres import free_port
from local.template import Template
from tests.support.emulator import ARCHITECTURE, Emulator, merge
from tests.support.paths import ROOT
from tests.support.roles import users_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from local.resources import Function

SOURCE = Template(ROOT / "template.yaml")


@pytest.fixture(scope="session")
def aws_environment() -> Iterator[dict[str, str]]:
    """What points the functions to a simulated AWS with the template's queues."""
    port = free_port()
    aws = LocalAws(port)
    aws.start(SOURCE.queues, SOURCE.senders())
    yield client_environment(f"http://127.0.0.1:{port}")
    aws.stop()


@pytest.fixture(scope="session")
def opt(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[Path, ...]], Path]:
    """The folder of a combination of layers, merged once."""
    known: dict[tuple[Path, ...], Path] = {}

    def merged(layers: tuple[Path, ...]) -> Path:
        if layers not in known:
            known[layers] = merge(layers, tmp_path_factory.mktemp("opt"))
        return known[layers]

    return merged


@pytest.fixture
def emulate(
    database: str,
    aws_environment: dict[str, str],
    opt: Callable[[tuple[Path, ...]], Path],
    tmp_path: Path,
) -> Iterator[Callable[[str], Emulator]]:
    """The emulator for a function's artefact, with the environment that the template gives it.

    Each signs in to the database as the user that the template names, and with a secret, as with a
    database of one's own.
    """
    address = make_url(database)
    secrets = boto3.client(
        "secretsmanager",
        endpoint_url=aws_environment["AWS_ENDPOINT_URL"],
        region_name=aws_environment["AWS_REGION"],
        aws_access_key_id=aws_environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=aws_environment["AWS_SECRET_ACCESS_KEY"],
    )
    secret = secrets.create_secret(
        Name=uuid4().hex, SecretString=json.dumps({"password": address.password})
    )
    built = Template(
        ROOT / ".aws-sam" / ARCHITECTURE / "template.yaml",
        endpoint=aws_environment["AWS_ENDPOINT_URL"],
        # What differs from the cloud: the server's address, and that it speaks no TLS.
        environment={
            "DATABASE_AUTHENTICATION": "",
            "DATABASE_TLS": "",
            "DATABASE_CA": "",
            "DATABASE_URL": f"postgresql+pg8000://{address.host}:{address.port}/{address.database}",
            "DATABASE_SECRET_ARN": secret["ARN"],
        },
    )

    def start(logical_id: str) -> Emulator:
        function = built.functions[logical_id]
        environment = {**aws_environment, **lambda_environment(function), **function.environment}
        return Emulator(function.folder, opt(function.layers), environment, tmp_path / "log")

    with users_with(address.password):
        yield start


def lambda_environment(function: Function) -> dict[str, str]:
    """What Lambda tells a function about itself."""
    return {
        "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(round(function.timeout)),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
    }
