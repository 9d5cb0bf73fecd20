"""What ADR 0021 stands on: runs of the sample's jobs, and the size of rows (4 minutes).

`make bench-scaling` prints it and writes nothing: the decision says what follows from the figures.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from benchmarks.cases.matching import BROAD
from benchmarks.server import serving
from jobmatch.config import settings
from jobmatch.jobs.inputs import JobCreate
from jobmatch.jobs.service import update_job_matching_status
from jobmatch.models import JobStatus, MatchingRun, MatchingStatus
from jobmatch.postgres import connect
from jobmatch.runs.service import match_job
from jobmatch.telemetry import logger
from tests.support.long_tables import SAMPLE, an_employer, fill_profiles, put_job

if TYPE_CHECKING:
    from uuid import UUID

SIZES = (100_000, 1_000_000)
_ROWS = text("""
SELECT relname, reltuples, pg_table_size(oid) / reltuples, pg_indexes_size(oid) / reltuples
FROM pg_class
WHERE relkind = 'r' AND reltuples > 20 AND relnamespace = 'public'::regnamespace
  AND relname NOT IN ('sample', 'users')
ORDER BY relname
""")
_ENTRIES = text("""
SELECT avg(octet_length(entry)), avg(pg_column_size(entry)) FROM decisions WHERE kind = 'ranked'
""")


def sample_jobs() -> list[JobCreate]:
    """The open jobs of the sample."""
    lines = SAMPLE.with_name("jobs.jsonl").read_text(encoding="utf-8").splitlines()
    jobs = [JobCreate.model_validate(json.loads(line)["job"]) for line in lines]
    return [job for job in jobs if job.status is JobStatus.OPEN]


def _passed(job: UUID) -> int:
    latest = select(MatchingRun.passed).where(MatchingRun.job_id == job)
    with connect() as connection:
        return connection.scalars(latest.order_by(MatchingRun.started_at.desc())).first() or 0


def measure() -> str:
    """Match every job for the first time, and then again, when all matches are reused."""
    employer = an_employer()
    ids = [put_job(job, employer) for job in [*sample_jobs(), BROAD]]
    first, again = ([_milliseconds(job) for job in ids] for _ in range(2))
    passed: list[float] = [_passed(job) for job in ids]
    rows = {"passing": passed, "first, ms": first, "again, ms": again}
    return "\n".join(
        f"{name:10} {statistics.median(values):,.0f} median, {statistics.mean(values):,.0f} mean,"
        f" {values[-1]:,.0f} broad"
        for name, values in rows.items()
    )


def match_anew(job: UUID) -> None:
    """Make a job due, and match it."""
    with connect() as connection:
        maximum_age = settings().matching_maximum_age
        update_job_matching_status(connection, job, MatchingStatus.PENDING, maximum_age=maximum_age)
    match_job(job)


def _milliseconds(job: UUID) -> float:
    start = time.perf_counter()
    match_anew(job)
    return 1000 * (time.perf_counter() - start)


def main() -> int:
    """Measure runs at each size, and then the sizes of rows."""
    logger.setLevel("ERROR")
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"
    with serving():
        filled = 0
        for size in SIZES:
            fill_profiles(filled + 1, size)
            filled = size
            sys.stdout.write(f"{size:,} profiles\n{measure()}\n")
            sys.stdout.flush()
        with connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
            for name, rows, data, indexes in connection.execute(_ROWS):
                line = f"{name}: {rows:,.0f} rows of {data:.0f} + {indexes:.0f} bytes\n"
                sys.stdout.write(line)
            written, stored = connection.execute(_ENTRIES).one()
        sys.stdout.write(f"an entry of the log: {written:.0f} bytes, stored as {stored:.0f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
