"""Measure the main paths on an embedded PostgreSQL, each beside a floor or a peer."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.cases import fleet, importing, lists, matching, reading, storing
from benchmarks.data import an_employer, fill_jobs, fill_profiles
from benchmarks.report import Case, save
from jobmatch.database import connect, engine
from jobmatch.migrations import upgrade
from jobmatch.models import Job
from jobmatch.observability import logger
from local.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from jobmatch.viewer import Caller

ROOT = Path(__file__).resolve().parent.parent
QUICK = os.environ.get("QUICK", "0") not in ("", "0")
ONLY = os.environ.get("ONLY", "").split()
"""Names of groups; all when there are none."""
PROFILES = (10_000,) if QUICK else (10_000, 100_000, 1_000_000)
FLEET_JOBS, FLEET_PROFILES = (50, 10_000) if QUICK else (1_000, 100_000)
JOBS, MATCHES = (5_000, 50_000) if QUICK else (100_000, 1_000_000)


def cases() -> Iterator[Case]:
    """All of them, on tables that grow."""
    filled = 0
    for profiles in PROFILES:
        fill_profiles(filled + 1, profiles)
        filled = profiles
        if profiles == PROFILES[-1]:
            fill_jobs(JOBS, MATCHES, profiles)
        if _wanted("matching"):
            yield from matching.cases(profiles, an_employer())
        if _wanted("fleet") and profiles == FLEET_PROFILES:
            yield from fleet.cases(profiles, an_employer(), jobs=FLEET_JOBS)
    groups: dict[str, Callable[[Caller], Iterator[Case]]] = {
        "reading": lambda employer: reading.cases(_a_job_of(employer), employer),
        "lists": lists.cases,
        "storing": storing.cases,
        # Last: it empties the tables.
        "importing": lambda _: importing.cases(rounds=1 if QUICK else 3),
    }
    for name, group in groups.items():
        if _wanted(name):
            yield from group(an_employer(1))


def _wanted(group: str) -> bool:
    return not ONLY or group in ONLY


def _a_job_of(employer: Caller) -> UUID:
    mine = select(Job.id).where(Job.employer_user_id == employer.user_id)
    with connect() as connection:
        return connection.scalars(mine.order_by(Job.id).limit(1)).one()


def main() -> int:
    """Run all cases, print them; in full, write results.json."""
    logger.setLevel("ERROR")
    # Metrics are lines on standard output, which is for the table.
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder))
        server.start()
        try:
            # A server's memory, not a test's: the tables fit, as they do in production.
            server.query("ALTER SYSTEM SET shared_buffers = '1GB'")
            server.stop()
            server.start()
            os.environ["DATABASE_URL"] = server.url()
            upgrade(ROOT / "migrations")
            measured = []
            for case in cases():
                print(case.row(), flush=True)
                measured.append(case)
            postgres = server.query("SHOW server_version")
            engine().dispose()
        finally:
            server.stop()
    sizes = {"profiles": PROFILES[-1], "jobs": JOBS, "matches": MATCHES}
    if not (QUICK or ONLY):
        save(measured, sizes, postgres)
    return 0


if __name__ == "__main__":
    sys.exit(main())
