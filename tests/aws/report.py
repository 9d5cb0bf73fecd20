"""What was made by the emulator, what only has a name there, and how long it took."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.aws.stack import Stack


PAGE = ROOT / "docs" / "building.md"
BEGIN = "<!-- What `make trust` writes begins here. -->"
END = "<!-- What `make trust` writes ends here. -->"
STACKS = 2
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

    def not_emulated(self) -> list[str]:
        """The types behind which is little or nothing."""
        kinds = sorted(set().union(*self._numbers.values()))
        return [kind for kind in kinds if self._behind(kind) != "emulated"]

    def lines(self) -> Iterable[str]:
        """A table of the types behind which is little or nothing, in Markdown, and sums."""
        if not self._numbers:
            return
        yield f"| Type of resource | {' | '.join(self._numbers)} | Behind it |"
        yield f"|---|{'---:|' * len(self._numbers)}---|"
        for kind in self.not_emulated():
            numbers = " | ".join(str(each[kind]) for each in self._numbers.values())
            yield f"| {kind} | {numbers} | {self._behind(kind)} |"
        yield ""
        for stack, counter in self._numbers.items():
            parts: Counter[str] = Counter()
            for kind, number in counter.items():
                parts[self._behind(kind)] += number
            told = ", ".join(f"{number} {what}" for what, number in parts.most_common())
            yield f"{stack}: {counter.total()} resources: {told}."

    def times(self) -> Iterable[str]:
        """How long each step has taken."""
        for what, seconds in self._seconds.items():
            yield f"{what}: {seconds:.0f} s"

    def write(self) -> None:
        """Put the table into docs/building.md, if both stacks were there."""
        if len(self._numbers) < STACKS:
            return
        text = PAGE.read_text(encoding="utf-8")
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        table = "\n".join(self.lines())
        PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


REPORT = Report()
