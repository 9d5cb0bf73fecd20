"""Ctrl-C and SIGTERM: the end at once during the start, in order afterwards."""

import os
import signal
from types import FrameType, TracebackType
from typing import Self

STOPPED = b"\nStopped during the start; the next start goes on from here.\n"
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Ending:
    """Listens for both signals within its block.

    A start may be cut off anywhere, because a kill does so too: the next start repairs what is
    half done, and our child processes end with us. So no exception is raised in whatever happens
    to run.
    """

    def __init__(self) -> None:
        self._is_up = False
        self._asked, self._ask = os.pipe()

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._handle) for number in SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _where: TracebackType | None
    ) -> None:
        # After an end in order a second Ctrl-C has nothing more to stop.
        for number, handler in self._before.items():
            signal.signal(number, handler if kind else signal.SIG_IGN)

    def wait(self) -> None:
        """Wait until the end is asked for; from now on the caller stops everything in order."""
        self._is_up = True
        os.read(self._asked, 1)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_up:
            os.write(self._ask, b"!")
            return
        os.write(2, STOPPED)
        os._exit(0)
