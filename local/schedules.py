"""Schedules: timers that call functions."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from local.environments import Result
from local.events import schedule_event
from local.resources import Function, Schedule


class Schedules:
    """The template's schedules.

    Args:
        schedules: what they call, and how often.
        invoke: calls a function.
    """

    def __init__(
        self, schedules: Sequence[Schedule], invoke: Callable[[Function, Any], Result]
    ) -> None:
        self._schedules = schedules
        self._invoke = invoke
        self._stopped = threading.Event()

    def start(self) -> None:
        """Fire each schedule now, as AWS does with a new one, and then at its rate."""
        for schedule in self._schedules:
            if schedule.seconds:
                threading.Thread(target=self._run, args=(schedule,), daemon=True).start()

    def stop(self) -> None:
        """Fire no schedule any more."""
        self._stopped.set()

    def names(self) -> list[str]:
        """One name of each schedule: its function's operation."""
        return [schedule.function.operation for schedule in self._schedules]

    def all_names(self) -> list[tuple[str, ...]]:
        """All names of each schedule."""
        return [schedule.names for schedule in self._schedules]

    def fire(self, name: str) -> Result | None:
        """Fire the schedule with that name and return its result; None when there is none."""
        for schedule in self._schedules:
            if name in schedule.names:
                return self._fire(schedule)
        return None

    def _run(self, schedule: Schedule) -> None:
        while not self._stopped.is_set():
            self._fire(schedule)
            self._stopped.wait(schedule.seconds)

    def _fire(self, schedule: Schedule) -> Result:
        payload = schedule.payload
        event = schedule_event(schedule.names[0]) if payload is None else payload
        return self._invoke(schedule.function, event)
