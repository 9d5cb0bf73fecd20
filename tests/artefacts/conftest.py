"""Fixtures: the built functions, and an AWS that they reach over the network.

These tests run on what `make prove` has built and fail without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.artefacts import built_functions, simulated_aws
from tests.support.emulator import Emulator, merge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def aws_environment() -> Iterator[dict[str, str]]:
    """What points the functions to a simulated AWS with the template's queues."""
    with simulated_aws() as environment:
        yield environment


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
    """The emulator for a function's artefact, with the environment that the template gives it."""
    with built_functions(database, aws_environment) as functions:

        def start(logical_id: str) -> Emulator:
            function, environment = functions[logical_id]
            return Emulator(function.folder, opt(function.layers), environment, tmp_path / "log")

        yield start
