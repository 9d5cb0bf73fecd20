"""A disk that is small enough to fill."""

from __future__ import annotations

import errno
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """Mount it in memory, at an empty folder. This needs root, or sudo without a password."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    options = f"size={megabytes}m,uid={os.getuid()},gid={os.getgid()},mode=700"
    mount = [*sudo, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)  # noqa: S603 - ours
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("This user may not mount a disk.")
    try:
        yield
    finally:
        subprocess.run([*sudo, "umount", "--lazy", str(folder)], check=True)  # noqa: S603 - ours


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Fill the disk to its last byte during this block."""
    ballast = folder / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                while _fits(file.fileno(), size):
                    pass
        yield
    finally:
        ballast.unlink()


def _fits(file: int, size: int) -> bool:
    try:
        return os.write(file, b"\1" * size) == size
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
