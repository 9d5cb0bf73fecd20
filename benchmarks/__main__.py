"""Measure the main paths on an embedded PostgreSQL, each beside a floor or a peer."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import create_engine, func, insert, select, text
from sqlalchemy.orm import Session

from benchmarks.loop import match_one_at_a_time
from jobmatch.database import connect, engine, transaction
from jobmatch.matching.prefilter import passes
from jobmatch.matching.requirements import Requirements
from jobmatch.matching.run import match_job
from jobmatch.migrations import upgrade
from jobmatch.models import Job, MatchingStatus, ProfileFeatures, User, UserRole
from jobmatch.observability import logger
from jobmatch.queries.jobs import create_job, update_job_matching_status
from jobmatch.queries.profiles import put_profiles
from jobmatch.schemas.jobs import REQUIREMENTS, JobCreate
from jobmatch.schemas.profiles import Profile
from jobmatch.viewer import Caller
from local.events import http_event
from local.postgres import EmbeddedPostgres
from tests.support.functions import invoke

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).with_name("results.json")
PROFILES = 10_000 if os.environ.get("QUICK") else 100_000
LOOPED = 200
"""How many candidates the loop is given; its rate does not depend on their number."""
BROAD = JobCreate.model_validate(
    {
        "title": "Patent counsel",
        "status": "open",
        "requiredSpecializations": ["Patent Prosecution", "Patent Litigation"],
        "preferredSpecializations": ["Licensing"],
        "minimumExperience": 5,
        "preferredLocation": "San Francisco, California",
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement: milliseconds of ours and of the reference."""

    case: str
    ours: float
    reference: float
    referenceName: str  # noqa: N815 - the names of the file's format

    @property
    def ratio(self) -> float:
        """Ours in units of the reference."""
        return self.ours / self.reference


def milliseconds(work: Callable[[], object], *, rounds: int) -> float:
    """The median time of `work`, after one round that is not counted."""
    times = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[1:])


def fill(profiles: int) -> Caller:
    """Put the sample's profiles again and again under new ids until there are enough."""
    lines = (ROOT / "local" / "sample_data" / "profiles.jsonl").read_text().splitlines()
    sample = []
    for line in lines:
        document = json.loads(line)
        del document["id"]
        sample.append(Profile.model_validate(document))
    for start in range(0, profiles, 500):
        chunk = {uuid4(): sample[(start + each) % len(sample)] for each in range(500)}
        with transaction() as connection:
            put_profiles(connection, chunk)
    with connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
        employer = connection.execute(
            insert(User)
            .values(email="bench@jobmatch.example", role=UserRole.EMPLOYER)
            .returning(User.id)
        ).scalar_one()
    return Caller(employer, frozenset({UserRole.EMPLOYER}))


def matching(job_id: UUID) -> Case:
    """Candidates considered: a whole run beside the loop, per candidate."""
    with connect() as connection:
        columns = [getattr(Job, name) for name in REQUIREMENTS]
        job = connection.execute(select(*columns).where(Job.id == job_id)).one()
        requirements = Requirements.of(job._mapping)
        counted = select(func.count(ProfileFeatures.profile_id)).where(*passes(requirements))
        considered = connection.scalar(counted) or 0

    def run() -> None:
        with connect() as connection:
            update_job_matching_status(connection, job_id, MatchingStatus.PENDING)
        match_job(job_id)

    stock = create_engine(os.environ["DATABASE_URL"])
    start = time.perf_counter()
    looped = match_one_at_a_time(stock, job_id, requirements, candidates=LOOPED)
    loop = 1000 * (time.perf_counter() - start) / looped
    stock.dispose()
    ours = milliseconds(run, rounds=5) / considered
    return Case(f"matching, per candidate of {considered} considered", ours, loop, "loop")


def reading(job_id: UUID, caller: Caller) -> Case:
    """A warm get_job_by_id, from event to response, beside the ORM reading the same row."""
    claims = {"sub": str(caller.user_id), "cognito:groups": ["employer"]}
    event = http_event("GET", f"/jobs/{job_id}", route="/jobs/{jobId}", claims=claims)
    stock = create_engine(os.environ["DATABASE_URL"])

    def orm() -> None:
        with Session(stock) as session:
            session.get_one(Job, job_id)

    reference = milliseconds(orm, rounds=300)
    stock.dispose()
    ours = milliseconds(lambda: invoke("get_job_by_id", event), rounds=300)
    return Case("get_job_by_id, whole handler", ours, reference, "SQLAlchemy ORM, row only")


def memory(job_id: UUID) -> Case:
    """The worker's peak memory for a whole run, in a process of its own. Megabytes, not times."""
    with connect() as connection:
        update_job_matching_status(connection, job_id, MatchingStatus.PENDING)
    worker = (
        "import resource, sys; from uuid import UUID; from jobmatch.matching.run import match_job;"
        " match_job(UUID(sys.argv[1]));"
        " print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", worker, str(job_id)], capture_output=True, check=True, text=True
    )
    return Case("memory of a run, MB", int(done.stdout.split()[-1]) / 1024, 256, "limit")


def main() -> int:
    """Run all cases, print them, write results.json."""
    logger.setLevel("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder))
        server.start()
        try:
            os.environ["DATABASE_URL"] = server.url()
            upgrade(ROOT / "migrations")
            caller = fill(PROFILES)
            with transaction() as connection:
                job_id = create_job(connection, BROAD, viewer=caller)
            cases = [matching(job_id), reading(job_id, caller), memory(job_id)]
            engine().dispose()
        finally:
            server.stop()
    for case in cases:
        print(
            f"{case.case:<50} {case.ours:>9.4f} {case.reference:>9.4f}"
            f" {case.ratio:>8.4f} x {case.referenceName}"
        )
    results = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "versions": {"python": platform.python_version(), "sqlalchemy": version("sqlalchemy")},
        "sizes": {"profiles": PROFILES},
        "cases": [asdict(case) | {"ratio": case.ratio} for case in cases],
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
