"""A measurement beside its reference, and the throughput of requests."""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement beside its reference, both in milliseconds.

    Args:
        target: the bound of the ratio.
        at_least: whether the ratio must reach the target, and not stay below it. The ratio is
            then how many times faster ours is.
    """

    case: str
    ours: float
    reference: float
    reference_name: str
    target: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """Ours divided by the reference, or the reference by ours for `at_least`."""
        return self.reference / self.ours if self.at_least else self.ours / self.reference

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target."""
        if self.target is None:
            return None
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    def row(self) -> str:
        """The line of the printed table."""
        sign = ">=" if self.at_least else "<="
        target = "" if self.target is None else f"{sign} {self.target:g}"
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        return (
            f"{self.case:<58} {self.ours:>10.3f} {self.reference:>10.3f}"
            f" {self.ratio:>9.3f} x {self.reference_name:<34} {target:>9} {verdict}"
        )

    def document(self) -> dict[str, Any]:
        """The entry in results.json."""
        values = asdict(self) | {"ratio": self.ratio, "met": self.met}
        values["referenceName"] = values.pop("reference_name")
        values["atLeast"] = values.pop("at_least")
        return values


@dataclass(frozen=True, slots=True)
class Throughput:
    """Requests of one kind, sent one after the other on each of some connections.

    Args:
        where: what answers: the bare "database", our handler in the "process", or the "emulator".
        per_second: requests on all connections together.
        p50: the median in milliseconds; p95 and p99 are percentiles likewise.
    """

    what: str
    where: str
    connections: int
    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(
        cls, what: str, where: str, times: Sequence[float], seconds: float, *, connections: int = 1
    ) -> Self:
        """Computed from the milliseconds of every request and the seconds of all together."""
        cuts = statistics.quantiles(times, n=100)
        rate = len(times) / seconds
        return cls(what, where, connections, len(times), rate, cuts[49], cuts[94], cuts[98])

    def row(self) -> str:
        """The line of the printed table."""
        return (
            f"{self.what + ', ' + self.where:<58} {self.connections:>3} connections"
            f" {self.per_second:>9,.0f}/s   p50 {self.p50:.3f}   p95 {self.p95:.3f}"
            f"   p99 {self.p99:.3f}"
        )

    def document(self) -> dict[str, Any]:
        """The entry in results.json."""
        values = asdict(self)
        values["perSecond"] = values.pop("per_second")
        return values


def timed(work: Callable[[], object], requests: int) -> list[float]:
    """The milliseconds of each of so many calls, one after the other."""
    times = []
    for _ in range(requests):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return times


def milliseconds(
    *works: Callable[[], object], rounds: int, before: Callable[[], object] = lambda: None
) -> list[float]:
    """The median time of each work, measured in turn, after one round that does not count.

    In turn, so that other load on the machine affects all of them alike.

    Args:
        works: the functions to measure.
        rounds: how often each is measured.
        before: called before each work, outside of its time.
    """
    times: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 1):
        for work, taken in zip(works, times, strict=True):
            before()
            start = time.perf_counter()
            work()
            if number:
                taken.append(1000 * (time.perf_counter() - start))
    return [statistics.median(taken) for taken in times]
