"""Fixtures: `make run` with the sample data, and sam's own command line beside it."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from local.aws import client_environment
from local.postgres import free_port
from scripts.sam_local.__main__ import FOLDER, up
from scripts.sam_local.way_in import close_way_in
from tests.support.paths import ROOT
from tests.support.system import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.system import System

SAM = ROOT / ".venv-sam" / "bin" / "sam"
PATIENCE = 120.0


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system on one machine, with the sample data."""
    with running(tmp_path_factory.mktemp("state")) as system:
        yield system


@pytest.fixture(scope="session")
def sam_environment(system: System) -> Iterator[dict[str, str]]:
    """The environment of sam, once `make sam-local` has been called."""
    docker_host = up(system.state)
    # With credentials it asks nobody for some.
    clients = client_environment("http://127.0.0.1")
    yield os.environ | clients | ({"DOCKER_HOST": docker_host} if docker_host else {})
    close_way_in(FOLDER)


@pytest.fixture(scope="session")
def serve(
    sam_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], object]:
    """Starts `sam local COMMAND`, a server, for the block; gives its address and what it prints."""
    folder = tmp_path_factory.mktemp("sam")

    @contextmanager
    def start(command: str) -> Iterator[tuple[str, Callable[[], str]]]:
        port, log = free_port(), folder / f"{command}.log"
        with log.open("wb") as file:
            server = subprocess.Popen(  # noqa: S603 - sam
                [SAM, "local", command, "--port", str(port)],
                cwd=ROOT,
                env=sam_environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
        try:
            address = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + PATIENCE
            while not _listens(address):
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield address, lambda: log.read_text(errors="replace")
        finally:
            server.terminate()
            server.wait(PATIENCE)

    return start


def _listens(address: str) -> bool:
    try:
        with urlopen(address, timeout=PATIENCE):  # noqa: S310 - our own address
            return True
    except URLError as error:
        return not isinstance(error.reason, ConnectionRefusedError)
