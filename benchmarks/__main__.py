"""Measure the main paths on an embedded PostgreSQL, each beside a floor or a peer."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks import results
from benchmarks.cases import (
    at_once,
    auditing,
    changes,
    fleet,
    growth,
    importing,
    lists,
    log_growth,
    matching,
    previewing,
    reading,
    storing,
    throughput,
)
from benchmarks.results import QUICK
from benchmarks.server import serving
from jobmatch.models import Job
from jobmatch.postgres import connect
from jobmatch.rules.versions import profile_version
from jobmatch.telemetry import logger
from tests.support.long_tables import an_employer, fill_jobs, fill_profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from benchmarks.report import Case, Throughput
    from jobmatch.permissions import Caller
    from local.postgres import EmbeddedPostgres

ONLY = os.environ.get("ONLY", "").split()
"""Names of the groups to measure; all of them when empty."""
PROFILES = (2_000, 10_000) if QUICK else (10_000, 100_000, 1_000_000)
FLEET_JOBS, FLEET_PROFILES = (50, 10_000) if QUICK else (1_000, 100_000)
CHANGED_JOBS, MOST_CHANGED_JOBS = (50, 100) if QUICK else (1_000, 5_000)
WRITES = 20 if QUICK else 100
JOBS, MATCHES = (5_000, 50_000) if QUICK else (100_000, 1_000_000)
REQUESTS = 2_000 if QUICK else 8_000
PAGES, STORED = (10, 40) if QUICK else (50, 100)
"""How often a page is read, and how often a match is stored."""


def measurements(server: EmbeddedPostgres) -> Iterator[Case | Throughput]:
    """All measurements, on tables that grow."""
    filled = 0
    sizes: list[Case] = []
    changed: list[Case] = []
    if _wanted("at_once"):
        yield from at_once.cases(rounds=WRITES)
    for profiles in PROFILES:
        fill_profiles(filled + 1, profiles, version=profile_version())
        filled = profiles
        if profiles == PROFILES[-1]:
            fill_jobs(JOBS, MATCHES, profiles)
        if _wanted("matching"):
            yield from _kept(matching.cases(profiles, an_employer()), sizes)
        if _wanted("changes"):
            yield from _kept(_changes(profiles), changed)
        if profiles in (FLEET_PROFILES, PROFILES[-1]) and _wanted("previewing"):
            yield from previewing.cases(profiles, an_employer())
        if profiles == FLEET_PROFILES:
            yield from _many_jobs(profiles)
    yield from growth.cases(sizes)
    yield from growth.of_changes(changed)
    groups: dict[str, Callable[[Caller], Iterator[Case | Throughput]]] = {
        "reading": lambda employer: reading.cases(_a_job_of(employer), employer),
        "lists": lambda employer: lists.cases(employer, server, rounds=PAGES),
        "storing": lambda employer: storing.cases(employer, rounds=STORED),
        "throughput": lambda employer: throughput.cases(employer, requests=REQUESTS),
        # Last: it empties the tables.
        "importing": lambda _: importing.cases(rounds=1 if QUICK else 3),
    }
    for name, group in groups.items():
        if _wanted(name):
            yield from group(an_employer(1))


def _kept(cases: Iterator[Case], measured: list[Case]) -> Iterator[Case]:
    for case in cases:
        measured.append(case)
        yield case


def _changes(profiles: int) -> Iterator[Case]:
    """A change, a hundred, and a night of 1 %; with more jobs where there are most profiles."""
    numbers = tuple(dict.fromkeys((1, 100, profiles // 100)))
    for jobs in (CHANGED_JOBS, MOST_CHANGED_JOBS)[: 2 if profiles == PROFILES[-1] else 1]:
        yield from changes.cases(profiles, an_employer(), jobs=jobs, changes=numbers)


def _many_jobs(profiles: int) -> Iterator[Case]:
    groups: dict[str, Callable[[Caller], Iterator[Case]]] = {
        "fleet": lambda employer: fleet.cases(profiles, employer, jobs=FLEET_JOBS),
        "auditing": lambda _: auditing.cases(),
        # After the audit: it empties the log.
        "log_growth": lambda employer: log_growth.cases(profiles, employer),
    }
    for name, group in groups.items():
        if _wanted(name):
            yield from group(an_employer())


def _wanted(group: str) -> bool:
    return not ONLY or group in ONLY


def _a_job_of(employer: Caller) -> UUID:
    mine = select(Job.id).where(Job.employer_user_id == employer.user_id)
    with connect() as connection:
        return connection.scalars(mine.order_by(Job.id).limit(1)).one()


def main() -> int:
    """Run the groups, print what they measure, and write it into results.json."""
    logger.setLevel("ERROR")
    # Metrics are lines on standard output, which is for the table.
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"
    # Memory as in production, where the tables fit into it.
    with serving("shared_buffers = '1GB'") as server:
        measured = []
        for measurement in measurements(server):
            print(measurement.row(), flush=True)
            measured.append(measurement)
        postgres = server.query("SHOW server_version")
    sizes = {"profiles": PROFILES[-1], "jobs": JOBS, "matches": MATCHES}
    versions = {"postgresql": postgres}
    results.save(measured, emulated=False, part=bool(ONLY), sizes=sizes, versions=versions)
    return 0


if __name__ == "__main__":
    sys.exit(main())
