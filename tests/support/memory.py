"""How much memory the parts of a running system use, and how fast it grows."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTE = 1 << 20


class Memory:
    """Samples the memory of a process and its descendants in the background.

    It counts what would become free if a process ended (unique set size), and so not the pages that
    forked workers or the processes of PostgreSQL share.

    Args:
        pid: of the runtime.
        every: seconds between samples.
    """

    def __init__(self, pid: int, every: float) -> None:
        self._root = psutil.Process(pid)
        self._every = every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._samples: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._ended.is_set():
            now = time.monotonic()
            parts: defaultdict[str, list[float]] = defaultdict(list)
            for part, size in self._sizes():
                parts[part].append(size)
            for part, sizes in parts.items():
                self._samples[part].append((now, statistics.fmean(sizes)))
            self._ended.wait(self._every)

    def _sizes(self) -> Iterator[tuple[str, float]]:
        for process in (self._root, *self._root.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                words = " ".join(process.cmdline())
                part = (
                    "server"
                    if process == self._root
                    else "worker"
                    if "local.worker" in words
                    else "PostgreSQL process"
                    if words.startswith("postgres:")
                    else None
                )
                if part:
                    yield part, process.memory_full_info().uss / MEGABYTE

    def growth(self) -> dict[str, tuple[float, float]]:
        """The mean of one process of each part in MB, and MB a minute more, in the second half."""
        found = {}
        for part, samples in self._samples.items():
            times, sizes = zip(*samples[len(samples) // 2 :], strict=True)
            if len(times) > 1:
                slope = statistics.linear_regression(times, sizes).slope * 60
                found[part] = statistics.fmean(sizes), slope
        return found
