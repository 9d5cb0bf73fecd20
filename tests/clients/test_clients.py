"""The generated clients, as they are packed, drive a system on one machine through the tour."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.paths import ROOT
from tests.support.system import PATIENCE, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.system import System

CLIENTS = ROOT / "clients"
BUILD = CLIENTS / "build"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with running(tmp_path_factory.mktemp("state")) as system:
        yield system


def tour(system: System, *command: object, **variables: str) -> str:
    company = ("--company", "Marlow Devices", "--email", "hiring@marlow.example")
    done = subprocess.run(  # noqa: S603 - ours
        [str(part) for part in command],
        env={
            **os.environ,
            "API": f"http://127.0.0.1:{system.port}",
            "EMPLOYER": system.token("--role", "employer", *company),
            "ADMIN": system.token("--role", "admin"),
            **variables,
        },
        capture_output=True,
        check=False,
        text=True,
        timeout=2 * PATIENCE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def only(pattern: str) -> Path:
    (found,) = BUILD.glob(pattern)
    return found


def test_the_python_client_takes_the_tour(system: System, tmp_path: Path) -> None:
    shutil.unpack_archive(only("*.whl"), tmp_path, "zip")
    python = ROOT / ".venv-clients" / "bin" / "python"
    said = tour(system, python, CLIENTS / "python" / "tour.py", PYTHONPATH=str(tmp_path))
    assert said == "The tour is done.\n"


def test_the_typescript_client_takes_the_tour(system: System, tmp_path: Path) -> None:
    shutil.unpack_archive(only("*.tgz"), tmp_path, "gztar", filter="data")
    package = tmp_path / "package"
    modules = package / "node_modules"
    modules.mkdir()
    modules.joinpath("openapi-fetch").symlink_to(CLIENTS / "node_modules" / "openapi-fetch")
    # Of the tour only the client is not part of the package.
    script = (BUILD / "tour.js").read_text(encoding="utf-8")
    (package / "tour.js").write_text(script.replace('"./index.js"', '"./dist/index.js"'))
    said = tour(system, ROOT / "scripts" / "with_node.sh", "node", package / "tour.js")
    assert said == "The tour is done.\n"
