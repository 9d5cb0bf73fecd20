"""The container engine: Docker where it runs, else Podman with its storage in our folder."""

from __future__ import annotations

import contextlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from scripts.sam_local import commands

HERE = Path(__file__).resolve().parent
SECONDS = 20.0
"""In which an engine answers."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A container engine.

    Args:
        command: the words before each of its commands.
        docker_host: where programs that know Docker find it; empty for its usual place.
    """

    command: tuple[str, ...]
    docker_host: str = ""


def start(folder: Path) -> Engine:
    """The engine of this machine, started where it has to be.

    Args:
        folder: for Podman's images, containers and socket.

    Raises:
        LocalError: there is none, and none can be had.
    """
    ours = f"unix://{folder / 'podman.sock'}"
    given = os.environ.get("DOCKER_HOST", "")
    if given != ours and commands.succeeds("docker", "info", seconds=SECONDS):
        return Engine(("docker",), given)
    commands.require("podman", "runc", purpose="sam local, on a machine where no Docker runs,")
    folder.mkdir(parents=True, exist_ok=True)
    # Every call reads it, and what the service starts.
    os.environ["CONTAINERS_CONF"] = str(HERE / "containers.conf")
    engine = Engine(
        (
            "podman",
            f"--root={folder / 'storage'}",
            f"--runroot={folder / 'run'}",
            "--runtime=runc",  # crun fails where control groups are of two versions
            "--cgroup-manager=cgroupfs",  # there may be no systemd
            "--events-backend=file",
        ),
        ours,
    )
    _serve(engine, folder)
    return engine


def _serve(engine: Engine, folder: Path) -> None:
    """Start Podman's service, unless it answers."""
    path = folder / "podman.sock"
    if _answers(path):
        return
    path.unlink(missing_ok=True)
    service = [*engine.command, "system", "service", "--time=0", engine.docker_host]
    commands.start("podman", service, folder, lambda: _answers(path))


def _answers(path: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.connect(str(path))
        return True
    return False
