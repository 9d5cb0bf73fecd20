"""Work that stops at each of its steps, until a test lets it go on or kills it."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 30.0
_here = threading.local()


class KilledError(BaseException):
    """Ends the work where it stopped; nothing of the work may catch it."""


class Stepped:
    """Work in a thread of its own, which runs only while the test waits for it."""

    def __init__(self, work: Callable[..., object], *arguments: object) -> None:
        self.has_ended = False
        self._fault: Exception | None = None
        self._orders: SimpleQueue[Any] = SimpleQueue()
        self._stops: SimpleQueue[None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(work, *arguments), daemon=True)
        self._thread.start()
        self._stops.get(timeout=PATIENCE)

    def go_on(self, order: object = None) -> None:
        """Let it take its next step, as it is ordered, until it stops again or ends."""
        self._orders.put(order)
        self._stops.get(timeout=PATIENCE)
        if self._fault is not None:
            raise self._fault

    def kill(self) -> None:
        """End it where it has stopped."""
        self.go_on(KilledError)

    def _run(self, work: Callable[..., object], *arguments: object) -> None:
        _here.work = self
        try:
            work(*arguments)
        except KilledError:
            pass
        except Exception as error:  # noqa: BLE001 - raised where the test waits
            self._fault = error
        self.has_ended = True
        self._stops.put(None)

    def _stop(self) -> object:
        self._stops.put(None)
        order = self._orders.get()
        if order is KilledError:
            raise KilledError
        return order


def step() -> Any:
    """Stop here, if this is stepped work; returns its next order, else `None`."""
    work: Stepped | None = getattr(_here, "work", None)
    return work._stop() if work else None
