"""One job's whole run, claim to complete, through the handler of `run_matching`."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, delete, func, select

from benchmarks.floor import Floor
from benchmarks.report import Case
from benchmarks.results import QUICK
from benchmarks.settings import environment
from jobmatch.careers.dates import this_month
from jobmatch.careers.employers import Employer
from jobmatch.config import settings
from jobmatch.jobs.inputs import JobCreate
from jobmatch.jobs.service import update_job_matching_status
from jobmatch.models import Job, JobMatch, MatchingStatus, ProfileFeatures
from jobmatch.postgres import connect, engine
from jobmatch.rules.ranking import best_candidates
from jobmatch.rules.requirements import REQUIREMENTS, Requirements, passes
from jobmatch.rules.rubric import Dimension
from local.events import sqs_event
from tests.support.capture import captured
from tests.support.delay import delayed
from tests.support.functions import invoke
from tests.support.long_tables import put_job
from tests.support.loop import match_one_at_a_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from jobmatch.permissions import Caller

LOOPED = 50 if QUICK else 200
"""How many candidates the loop is given; its rate does not depend on their number."""
_EMPLOYER = Employer.of("Fenwick Arbor LLP", None)
_BASIS: dict[str, Any] = {
    "title": "Patent counsel",
    "status": "open",
    "preferredSpecializations": ["Licensing"],
    "minimumExperience": 5,
    "preferredLocation": "San Francisco, California",
}
BROAD = JobCreate.model_validate(
    {
        **_BASIS,
        "requiredSpecializations": ["Patent Prosecution", "Patent Litigation"],
        "requiredBar": ["USPTO", "Illinois"],
    }
)
"""18 % of the profiles pass."""
NARROW = JobCreate.model_validate(
    {**_BASIS, "requiredSpecializations": ["Art Law"], "requiredBar": ["Texas"]}
)
"""0.02 % of the profiles pass."""

_STORE = """
INSERT INTO job_matches (job_id, profile_id, overall_score, subscores, summary, recommendation)
SELECT '{job_id}', profile_id, overall_score,
       '{subscores}',
       'Has 3 of 4 required specializations.', 'Strong Match'
FROM ({ranking}) AS ranked
ON CONFLICT (job_id, profile_id) DO UPDATE
SET overall_score = excluded.overall_score, subscores = excluded.subscores,
    summary = excluded.summary, recommendation = excluded.recommendation
"""
_SUBSCORES = json.dumps(
    {dimension: {"score": 75, "explanation": "3 of 4 required"} for dimension in Dimension}
)


def cases(profiles: int, employer: Caller, *, rounds: int = 5) -> Iterator[Case]:
    """A broad and a narrow job beside the loop and beside one bare statement."""
    faster = {100_000: 500.0, 1_000_000: 2_000.0}.get(profiles)
    for name, job in (("broad", BROAD), ("narrow", NARROW)):
        job_id = put_job(job, employer)
        passed = _passing(job)
        ours, bare = _in_turn(_run(job_id), bare_run(job, job_id), job_id, rounds=rounds)
        case = f"{name} job, {profiles:,} profiles, {passed:,} pass"
        if name == "broad":
            loop = _loop(job, job_id)
            yield Case(f"{case}, a candidate", ours / passed, loop, "loop", faster, at_least=True)
            ours_there, loop_there = _from_afar(job, job_id, rounds=rounds)
            there = f"{case}, a candidate, 1 ms away"
            yield Case(there, ours_there / passed, loop_there, "loop", at_least=True)
        bound = 2.5 if faster and name == "broad" else None
        yield Case(f"{case}, whole run", ours, bare, "one bare statement", bound)
        if name == "broad":
            yield Case(f"{case}, memory in MB", _memory(job_id), 200, "200 MB", 1)


def _requirements(job: JobCreate) -> Requirements:
    return Requirements.of({name: getattr(job, name) for name in REQUIREMENTS})


def _passing(job: JobCreate) -> int:
    counted = select(func.count(ProfileFeatures.profile_id)).where(*passes(_requirements(job)))
    with connect() as connection:
        return connection.scalar(counted) or 0


def _run(job_id: UUID) -> Callable[[], object]:
    event = sqs_event([json.dumps({"jobId": str(job_id)})])
    return lambda: invoke("run_matching", event)


def bare_run(job: JobCreate, job_id: UUID, floor: Floor | None = None) -> Callable[[], object]:
    """One statement that pre-filters, ranks and upserts what a run of this job would keep."""

    def rank() -> None:
        with connect() as connection:
            best_candidates(
                connection,
                _requirements(job),
                _EMPLOYER,
                job_id=job_id,
                limit=settings().matching_limit,
                this_month=this_month(),
            )

    ((ranking, values),) = captured(rank)
    floor = floor or Floor(os.environ["DATABASE_URL"])
    return floor.once(_STORE.format(job_id=job_id, ranking=ranking, subscores=_SUBSCORES), values)


def _in_turn(
    ours: Callable[[], object], bare: Callable[[], object], job_id: UUID, *, rounds: int
) -> tuple[float, float]:
    times: list[tuple[float, float]] = []
    for _ in range(rounds + 1):
        taken = []
        for work in (ours, bare):
            _reset(job_id)
            start = time.perf_counter()
            work()
            taken.append(1000 * (time.perf_counter() - start))
        times.append((taken[0], taken[1]))
    first, second = zip(*times[1:], strict=True)
    return statistics.median(first), statistics.median(second)


def _reset(job_id: UUID) -> None:
    with connect() as connection:
        connection.execute(delete(JobMatch).where(JobMatch.job_id == job_id))
        maximum_age = settings().matching_maximum_age
        update_job_matching_status(
            connection, job_id, MatchingStatus.PENDING, maximum_age=maximum_age
        )


def _loop(job: JobCreate, job_id: UUID) -> float:
    stock = create_engine(os.environ["DATABASE_URL"])
    start = time.perf_counter()
    looped = match_one_at_a_time(stock, job_id, _requirements(job), _EMPLOYER, candidates=LOOPED)
    taken = 1000 * (time.perf_counter() - start) / looped
    stock.dispose()
    return taken


def _from_afar(job: JobCreate, job_id: UUID, *, rounds: int) -> tuple[float, float]:
    """Our run, and the loop's time for a candidate, where each round trip takes 1 ms more."""
    url = os.environ["DATABASE_URL"]
    with delayed(url) as far, environment(DATABASE_URL=far):
        ours, _ = _in_turn(_run(job_id), lambda: None, job_id, rounds=rounds)
        loop = _loop(job, job_id)
        engine().dispose()
    return ours, loop


def _memory(job_id: UUID) -> float:
    """The peak of a whole run in a process of its own, in MB."""
    _reset(job_id)
    # getrusage would count what this process had when it forked.
    worker = (
        "import sys; from uuid import UUID; from jobmatch.runs.service import match_job;"
        " match_job(UUID(sys.argv[1])); print(open('/proc/self/status').read())"
    )
    done = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", worker, str(job_id)], capture_output=True, check=True, text=True
    )
    with connect() as connection:
        status = connection.scalar(select(Job.matching_status).where(Job.id == job_id))
        assert status is MatchingStatus.COMPLETED  # noqa: S101 - what failed uses little memory
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", done.stdout)
    return int(peak) / 1024
