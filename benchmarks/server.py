"""The one-machine runtime, started as `make run` does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from local.postgres import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def running(state: Path) -> Iterator[tuple[str, str]]:
    """Its address, and an admin's token.

    Raises:
        RuntimeError: it ended before it was up.
    """
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    command = [sys.executable, "-m", "local"]
    port = free_port()
    server = subprocess.Popen(  # noqa: S603 - our own module
        [*command, "run", "--state", str(state), "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
    try:
        if not any("Ctrl-C" in line for line in server.stdout):
            raise RuntimeError("The one-machine runtime did not start.")
        token = subprocess.run(  # noqa: S603 - our own module
            [*command, "token", "--state", str(state), "--role", "admin"],
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        )
        yield f"http://127.0.0.1:{port}", token.stdout.strip()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)
        server.stdout.close()
