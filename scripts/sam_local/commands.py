"""Other programs: whether they are there, and what they print."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

from local.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

START_SECONDS = 60.0
OF_ROOT = "/usr/sbin"
"""Debian has runc there, and other users don't have it on PATH."""
IN_BACKGROUND = 'nohup "$@" </dev/null >"$0" 2>&1 & echo $!'
"""It stays when the terminal is closed, and a Ctrl-C is not for it."""


def output_of(*command: str, seconds: float | None = None, why: str = "") -> str:
    """What a program prints.

    Raises:
        LocalError: it failed, or was not done in time. `why` says what it was for.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own commands
            command, check=False, capture_output=True, text=True, timeout=seconds
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalError(f"{why or command[0]}: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise LocalError(f"{why or ' '.join(command)}:\n{said}")
    return done.stdout


def succeeds(*command: str, seconds: float | None = None) -> bool:
    """Whether a program runs, and ends well and in time."""
    try:
        output_of(*command, seconds=seconds)
    except LocalError:
        return False
    return True


def require(*packages: str, purpose: str) -> None:
    """Have Debian's packages, each with a program of its name; install what is missing as root.

    Raises:
        LocalError: something is missing and can't be installed.
    """
    path = f"{os.environ['PATH']}:{OF_ROOT}"
    missing = [name for name in packages if shutil.which(name, path=path) is None]
    if not missing:
        return
    words = " ".join(missing)
    if shutil.which("apt-get") is None:
        raise LocalError(f"{purpose} needs {words}: install them, or Docker.")
    if os.geteuid() != 0:
        install = f"sudo apt-get install --no-install-recommends {words}"
        raise LocalError(f"{purpose} needs {words}, and only root can install them: {install}")
    print(f"Installing {words} ...", flush=True)
    output_of("apt-get", "update", why="the lists of packages can't be read")
    install_command = ("apt-get", "install", "--yes", "--no-install-recommends", *missing)
    output_of("env", "DEBIAN_FRONTEND=noninteractive", *install_command)


def start(name: str, command: Sequence[str], folder: Path, ready: Callable[[], bool]) -> None:
    """Start a program that outlives this one, and wait until it is ready.

    Args:
        name: of its files in `folder`: NAME.pid, and NAME.log with what it prints.
        command: the program and its arguments.
        folder: for the files.
        ready: whether it is ready.

    Raises:
        LocalError: it ended, or was not ready in time.
    """
    log = folder / f"{name}.log"
    log.write_text("")
    pid = int(output_of("sh", "-c", IN_BACKGROUND, str(log), *command))
    (folder / f"{name}.pid").write_text(str(pid))
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if not is_up(pid) or time.monotonic() > deadline:
            raise LocalError(f"{name} does not start:\n{log.read_text(errors='replace').strip()}")
        time.sleep(0.05)


def is_up(pid: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
