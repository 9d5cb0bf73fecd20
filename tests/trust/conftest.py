"""What experiments share: the simulated AWS, for processes of their own."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import pytest
from moto.server import ThreadedMotoServer

from local.aws import client_environment
from local.postgres import free_port
from tests.support.paths import ROOT
from tests.support.system import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.support.cloud import Cloud
    from tests.support.system import System


@pytest.fixture
def worker_environment(database: str, cloud: Cloud) -> Iterator[Mapping[str, str]]:
    """Variables of processes that share the test's database and simulated AWS."""
    port = free_port()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    # They are forked from a server that finds our modules by this alone.
    path = os.pathsep.join([str(ROOT / "layers" / "common"), str(ROOT)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", path)
        yield {
            **client_environment(f"http://127.0.0.1:{port}"),
            **cloud.environment(),
            "DATABASE_URL": database,
            "DATABASE_POOL_SIZE": "1",
            "POWERTOOLS_METRICS_DISABLED": "true",
            "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        }
    server.stop()


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system on one machine."""
    with running(tmp_path_factory.mktemp("state")) as system:
        yield system
