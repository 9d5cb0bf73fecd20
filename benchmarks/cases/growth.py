"""How the time of a run, and of one change, grows with the profiles that were measured."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.report import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_RUN = re.compile(r"(broad|narrow) job, ([\d,]+) profiles, .*, whole run")
_CHANGE = re.compile(r"1 of ([\d,]+) candidates changed, ([\d,]+) open jobs")


class Run(NamedTuple):
    """One job's run at one size, and the bare statement beside it, in milliseconds."""

    profiles: int
    ours: float
    bare: float


def runs(measured: Iterable[tuple[str, float, float]]) -> dict[str, list[Run]]:
    """The runs of the broad and of the narrow job, smallest first.

    Args:
        measured: names of cases, and the times of both sides.
    """
    found: dict[str, list[Run]] = {}
    for case, ours, bare in measured:
        if run := _RUN.fullmatch(case):
            profiles = int(run[2].replace(",", ""))
            found.setdefault(run[1], []).append(Run(profiles, ours, bare))
    return {job: sorted(times) for job, times in found.items()}


def cases(measured: Iterable[Case]) -> Iterator[Case]:
    """Each size beside the one before it, as often as that many profiles more would cost."""
    times = ((case.case, case.ours, case.reference) for case in measured)
    for job, sizes in runs(times).items():
        for smaller, larger in pairwise(sizes):
            factor = larger.profiles / smaller.profiles
            yield Case(
                f"growth of the {job} job's run to {larger.profiles:,} profiles",
                larger.ours,
                factor * smaller.ours,
                f"{factor:g} x that at {smaller.profiles:,}",
                1,
            )


def of_changes(measured: Iterable[Case]) -> Iterator[Case]:
    """One change at each size beside one at the size before it: it costs what it changes."""
    times: dict[str, list[tuple[int, float]]] = {}
    for case in measured:
        if change := _CHANGE.fullmatch(case.case):
            times.setdefault(change[2], []).append((int(change[1].replace(",", "")), case.ours))
    for jobs, sizes in times.items():
        for (fewer, before), (more, after) in pairwise(sorted(sizes)):
            name = f"growth of one change to {more:,} profiles, {jobs} open jobs"
            yield Case(name, after, before, f"that at {fewer:,}", 1.5)
