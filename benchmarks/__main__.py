"""Measure the main paths on an embedded PostgreSQL, each beside a floor or a peer."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.cases import importing, lists, matching, reading, storing
from benchmarks.data import an_employer, fill_jobs, fill_profiles
from benchmarks.report import Case, save
from jobmatch.database import connect, engine
from jobmatch.migrations import upgrade
from jobmatch.models import Job
from jobmatch.observability import logger
from local.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
QUICK = os.environ.get("QUICK", "0") not in ("", "0")
PROFILES = (10_000,) if QUICK else (10_000, 100_000, 1_000_000)
JOBS, MATCHES = (5_000, 50_000) if QUICK else (100_000, 1_000_000)


def cases() -> Iterator[Case]:
    """All of them, on tables that grow."""
    filled = 0
    for profiles in PROFILES:
        fill_profiles(filled + 1, profiles)
        filled = profiles
        if profiles == PROFILES[-1]:
            fill_jobs(JOBS, MATCHES, profiles)
        yield from matching.cases(profiles, an_employer())
    employer = an_employer(1)
    with connect() as connection:
        job_id = connection.scalars(
            select(Job.id).where(Job.employer_user_id == employer.user_id).limit(1)
        ).one()
    yield from reading.cases(job_id, employer)
    yield from lists.cases(employer)
    yield from storing.cases(employer)
    yield from importing.cases()


def main() -> int:
    """Run all cases, print them, write results.json."""
    logger.setLevel("ERROR")
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
    save(measured, sizes, postgres)
    return 0


if __name__ == "__main__":
    sys.exit(main())
