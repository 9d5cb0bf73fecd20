"""From a profile's write to the ranking that it changes, on one machine that does nothing else."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks.report import Case
from tests.support.rivals import until
from tests.support.system import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.system import System

_BOUND = 2_000
"""Milliseconds."""
_PRACTICE = ["Licensing", "Patent Prosecution"]
_JOB = {
    "title": "Counsel",
    "status": "open",
    "requiredSpecializations": _PRACTICE,
    "requiredTechnicalDomains": ["Medical Devices"],
    "requiredBar": ["EPO"],
}
"""So few of the sample's candidates pass that nobody is beyond the shortlist."""
_CANDIDATE = {
    "name": "Ada Quill",
    "status": "active",
    "specializations": _PRACTICE,
    "technicalDomains": ["Medical Devices"],
    "barAdmissions": [{"jurisdiction": "EPO", "status": "active"}],
}


def cases(*, rounds: int) -> Iterator[Case]:
    """So many candidates are written one after the other; each enters the same job's ranking."""
    with tempfile.TemporaryDirectory() as state, running(Path(state)) as system:
        times = _times(system, rounds)
    cuts = statistics.quantiles(times, n=20)
    for name, took in (("p50", cuts[9]), ("p95", cuts[18])):
        yield Case(f"a profile's write to the changed ranking, {name}", took, _BOUND, "2 s", 1)


def _times(system: System, rounds: int) -> list[float]:
    admin = system.token("--role", "admin")
    employer = system.token("--role", "employer", "--company", "Marlow Devices")
    _, job = system.call("POST", "/jobs", employer, _JOB)
    _until_listed(system, f"/jobs/{job['id']}/matches?limit=1", employer)
    times = []
    for _ in range(rounds):
        profile = str(uuid4())
        start = time.perf_counter()
        status, answer = system.call("PUT", f"/admin/profiles/{profile}", admin, _CANDIDATE)
        if status >= 300:  # noqa: PLR2004 - all that is no success
            raise SystemExit(f"{status}: {answer}")
        _until_listed(system, f"/jobs/{job['id']}/matches/{profile}", employer)
        times.append(1000 * (time.perf_counter() - start))
    return times


def _until_listed(system: System, path: str, token: str) -> None:
    """Ask for a match, or a page of them, until there is one."""

    def is_listed() -> bool:
        status, answer = system.call("GET", path, token)
        return status == 200 and bool(answer.get("items", True))  # noqa: PLR2004 - of HTTP

    until(is_listed)
