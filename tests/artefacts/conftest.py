"""Fixtures: the built functions, and an AWS that they reach over the network.

These tests run on what `make prove` has built and fail without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.aws import LocalAws, client_environment
from local.postgres import free_port
from local.template import Template
from tests.support.emulator import ARCHITECTURE, Emulator, merge
from tests.support.paths import ROOT

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
    migrated_url: str,
    aws_environment: dict[str, str],
    opt: Callable[[tuple[Path, ...]], Path],
    tmp_path: Path,
) -> Callable[[str], Emulator]:
    """The emulator for a function's artefact, with the environment that the template gives it."""
    built = Template(
        ROOT / ".aws-sam" / ARCHITECTURE / "template.yaml",
        endpoint=aws_environment["AWS_ENDPOINT_URL"],
        # What differs from the cloud: the server's address and a password in it.
        environment={"DATABASE_URL": migrated_url, "DATABASE_SECRET_ARN": ""},
    )

    def start(logical_id: str) -> Emulator:
        function = built.functions[logical_id]
        environment = {**aws_environment, **lambda_environment(function), **function.environment}
        return Emulator(function.folder, opt(function.layers), environment, tmp_path / "log")

    return start


def lambda_environment(function: Function) -> dict[str, str]:
    """What Lambda tells a function about itself."""
    return {
        "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(round(function.timeout)),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
    }
