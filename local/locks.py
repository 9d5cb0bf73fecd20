"""One process at a time for a folder."""

import fcntl
import os
import time
from pathlib import Path

from local.errors import InUseError

PATIENCE = 30.0
"""Seconds in which the children of a dead owner must end, as they do by themselves."""


class FolderLock:
    """A lock on a folder, free again when its last holder has ended, however it ended.

    Child processes that inherit the file descriptor hold the lock too. So the next holder knows
    that no process of the last one still writes in the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = -1

    def acquire(self) -> int:
        """Take the lock and return its file descriptor; InUseError when it is held."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "lock"
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = path.read_text().strip()
                if _alive(owner) or time.monotonic() > deadline:
                    self.release()
                    message = f"{self.folder} is already in use by process {owner or 'unknown'}"
                    raise InUseError(message) from None
                time.sleep(0.02)
            else:
                os.ftruncate(self._file, 0)
                os.pwrite(self._file, str(os.getpid()).encode(), 0)
                return self._file

    def held(self) -> bool:
        """Whether a process holds the lock."""
        try:
            with (self.folder / "lock").open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False

    def release(self) -> None:
        """Release the lock; does nothing when it is not held."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
