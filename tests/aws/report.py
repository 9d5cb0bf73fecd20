"""What was made by the emulator, what only has a name there, and how long it took."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.aws.stack import Stack


RECORDS = (
    "AWS::EC2::",
    "AWS::RDS::DBSubnetGroup",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::CloudWatch::Dashboard",
)
"""Types of which the emulator keeps what was written, and does nothing with it."""


class Report:
    """A table of types of resources, with their numbers in each stack."""

    def __init__(self) -> None:
        self.empty: set[str] = set()
        self._numbers: dict[str, Counter[str]] = {}
        self._seconds: dict[str, float] = {}

    def count(self, stack: Stack) -> None:
        """Count the resources of a stack."""
        self._numbers[stack.name] = Counter(kind for kind, _, _ in stack.resources())

    def _behind(self, kind: str) -> str:
        if kind in self.empty:
            return "placeholder"
        return "record" if kind.startswith(RECORDS) else "emulated"

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Note how long a step takes."""
        start = time.monotonic()
        yield
        self._seconds[what] = time.monotonic() - start

    def lines(self) -> Iterable[str]:
        """The tables in Markdown."""
        if not self._numbers:
            return
        yield ""
        yield f"| Type of resource | {' | '.join(self._numbers)} | Behind it |"
        yield f"|---|{'---:|' * len(self._numbers)}---|"
        for kind in sorted(set().union(*self._numbers.values())):
            numbers = " | ".join(str(each[kind]) for each in self._numbers.values())
            yield f"| {kind} | {numbers} | {self._behind(kind)} |"
        for stack, counter in self._numbers.items():
            parts: Counter[str] = Counter()
            for kind, number in counter.items():
                parts[self._behind(kind)] += number
            told = ", ".join(f"{number} {what}" for what, number in parts.most_common())
            yield f"{stack}: {counter.total()} resources: {told}"
        for what, seconds in self._seconds.items():
            yield f"{what}: {seconds:.0f} s"


REPORT = Report()
