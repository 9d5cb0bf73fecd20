"""A measurement beside its reference, and the file that keeps them."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

RESULTS = Path(__file__).with_name("results.json")
LIBRARIES = ("sqlalchemy", "pg8000", "pydantic", "aws-lambda-powertools", "psycopg")


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement beside its reference, both in milliseconds.

    Args:
        target: the bound of the ratio.
        at_least: whether the ratio must reach it; else it must not exceed it. The ratio then
            says how many times faster ours is.
    """

    case: str
    ours: float
    reference: float
    reference_name: str
    target: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """Ours in units of the reference, or the other way round for `at_least`."""
        return self.reference / self.ours if self.at_least else self.ours / self.reference

    @property
    def met(self) -> bool | None:
        """Whether the target is met; none where there is no target."""
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


def milliseconds(
    *works: Callable[[], object], rounds: int, before: Callable[[], object] = lambda: None
) -> list[float]:
    """The median time of each work, all of them in turn, after one round that is not counted.

    In turn, so that whatever else the machine does meanwhile falls on all alike.

    Args:
        before: what is done before each work and is not part of its time.
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


def save(cases: Sequence[Case], sizes: Mapping[str, int], postgres: str) -> None:
    """Write results.json."""
    results = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "versions": {
            "python": platform.python_version(),
            "postgresql": postgres,
            **{name: version(name) for name in LIBRARIES},
        },
        "sizes": dict(sizes),
        "cases": [case.document() for case in cases],
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
