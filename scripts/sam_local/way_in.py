"""How functions in containers reach what `make run` has on this machine."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local.errors import LocalError
from scripts.sam_local import commands

if TYPE_CHECKING:
    from scripts.sam_local.engine import Engine

NAME_OF_THIS_MACHINE = "host.docker.internal"
"""What Docker Desktop and Podman Desktop call the machine whose ports of 127.0.0.1 they reach."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """A host, and its ports that lead to the database and to the simulated AWS."""

    host: str
    database_port: int
    aws_port: int


def open_way_in(engine: Engine, image: str, folder: Path, database: int, aws: int) -> WayIn:
    """Let containers reach two ports of 127.0.0.1; what an earlier call opened is closed.

    Raises:
        LocalError: the machine can't run containers.
    """
    address = _gateway(engine, image)
    close_way_in(folder)
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:  # containers live in a virtual machine, which passes on by itself
            return WayIn(NAME_OF_THIS_MACHINE, database, aws)
    command = [sys.executable, "-m", "scripts.sam_local.relay", address, str(database), str(aws)]
    log = folder / "relay.log"
    commands.start("relay", command, folder, lambda: log.read_text().endswith("]\n"))
    return WayIn(address, *json.loads(log.read_text()))


def close_way_in(folder: Path) -> None:
    """End the relay of an earlier call."""
    file = folder / "relay.pid"
    if not file.exists():
        return
    pid = int(file.read_text())
    file.unlink()
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists() and b"sam_local.relay" in command.read_bytes():
        os.kill(pid, signal.SIGTERM)


def _gateway(engine: Engine, image: str) -> str:
    """The address of this machine in the network of containers, as a container sees it."""
    shell = ("run", "--rm", "--entrypoint", "/bin/sh", image, "-c", "cat /proc/net/route")
    routes = commands.output_of(*engine.command, *shell, why="this machine can't run containers")
    found = re.search(r"^\S+\s+00000000\s+([0-9A-F]{8})\s", routes, re.MULTILINE)
    if not found:
        raise LocalError(f"containers have no network:\n{routes}")
    return socket.inet_ntoa(bytes.fromhex(found[1])[::-1])  # the kernel prints the bytes reversed
