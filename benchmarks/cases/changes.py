"""Changed candidates taken up, beside running the jobs again that they concern."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from sqlalchemy import func, select, text, update

from benchmarks.cases.matching import BROAD, NARROW
from benchmarks.report import Case
from benchmarks.settings import environment
from jobmatch.careers.dates import this_month
from jobmatch.changes.noted_runs import BY_RUBRIC
from jobmatch.changes.queries import get_other_jobs, get_requirements
from jobmatch.changes.service import take_up_changes
from jobmatch.models import Job, JobBound, MatchingStatus, ProfileChange
from jobmatch.postgres import connect
from jobmatch.runs.service import match_job
from jobmatch.shortlists.storing import Change, facts_of, store_changes
from jobmatch.wording.queries import get_aliases
from tests.support.long_tables import put_job

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from jobmatch.jobs.inputs import JobCreate
    from jobmatch.permissions import Caller

KEPT = 100
_BOUND = 100
"""Milliseconds, of one change."""
_FIELDS = [
    *("Patent Prosecution", "Patent Litigation", "Licensing", "Copyright", "Art Law"),
    *("Trademark Prosecution", "Trade Secrets", "Privacy", "Data Protection", "Domain Names"),
]
_PLACES = ("San Francisco, California", "Chicago, Illinois", "Munich, Germany", "remote")
_BARS: tuple[list[str], ...] = ([], ["USPTO"], ["California"], ["New York"], ["Texas"])
MODELS = 40
"""Jobs that are run; the others are copies of them, as if they had been."""
_LOGGED = 250
"""How many jobs' lists are logged at once."""
RERUNS = 20
"""Of so many runs the mean stands for all that would be made."""

_COPY = """
WITH pair AS (
    SELECT model, new FROM unnest(CAST(:models AS uuid[]), CAST(:jobs AS uuid[])) AS t(model, new)
)
"""
_COPIES = (
    (
        "UPDATE jobs SET matching_status = 'completed', matched_at = model.matched_at,"
        " matching_version = model.matching_version, matching_demand = model.matching_demand"
        " FROM pair JOIN jobs AS model ON model.id = pair.model WHERE jobs.id = pair.new"
    ),
    (
        "INSERT INTO job_bounds SELECT new, score, before, demand, month, passed"
        " FROM pair JOIN job_bounds ON job_id = model"
    ),
    (
        "INSERT INTO reserves SELECT new, profile_id, overall_score FROM pair JOIN reserves"
        " ON job_id = model"
    ),
    (
        "INSERT INTO job_matches (job_id, profile_id, overall_score, subscores, summary,"
        " recommendation, fingerprint) SELECT new, profile_id, overall_score, subscores, summary,"
        " recommendation, fingerprint FROM pair JOIN job_matches ON job_id = model"
    ),
)
_CHANGE = """
WITH changed AS (
    UPDATE profile_features SET places = other.places, technical_domains = other.technical_domains
    FROM (
        SELECT profile_id, lag(places) OVER moved AS places,
            lag(technical_domains) OVER moved AS technical_domains
        FROM (
            SELECT * FROM profile_features WHERE status = 'active' ORDER BY md5(profile_id::text
                || CAST(:seed AS text)) LIMIT CAST(:changed AS int) + 1
        ) AS chosen
        WINDOW moved AS (ORDER BY profile_id)
    ) AS other
    WHERE profile_features.profile_id = other.profile_id AND other.places IS NOT NULL
    RETURNING profile_features.profile_id
)
INSERT INTO profile_changes (profile_id) SELECT profile_id FROM changed
"""
_BEGIN = "SELECT now() AS at, CAST(pg_current_wal_insert_lsn() AS text) AS place"
_WRITTEN = """
SELECT pg_current_wal_insert_lsn() - CAST(:place AS pg_lsn), (
    SELECT coalesce(sum(pg_column_size(job_matches.*)), 0) FROM job_matches WHERE scored_at > :at
) + (
    SELECT coalesce(sum(pg_column_size(decisions.*)), 0) FROM decisions WHERE recorded_at > :at
)
"""


class _TakenUp(NamedTuple):
    """What taking up changes costs."""

    concerned: int
    """How many jobs were concerned."""
    time: float
    """Milliseconds."""
    written: float
    """Megabytes of WAL, with the pages that are written whole after a checkpoint."""
    stored: float
    """Megabytes of the matches and of the entries of the decision log that were stored."""


def cases(
    profiles: int, employer: Caller, *, jobs: int, changes: tuple[int, ...]
) -> Iterator[Case]:
    """So many changed candidates, with so many open jobs."""
    with environment(MATCHING_LIMIT=str(KEPT), MATCHING_QUEUE_URL="", NOTIFICATION_QUEUE_URL=""):
        ids = _matched(employer, jobs)
        one, one_written = _run_again(ids)
        for changed in changes:
            taken = _taken_up(changed)
            name = f"{changed:,} of {profiles:,} candidates changed, {jobs:,} open jobs"
            again = f"running {taken.concerned:,} jobs again"
            target = _target(changed, profiles)
            yield Case(name, taken.time, taken.concerned * one, again, target, at_least=True)
            if changed == 1:
                yield Case(f"{name}, at once", taken.time, _BOUND, f"{_BOUND} ms", 1)
            elif taken.stored:
                wal, rows = f"{name}, WAL in MB", "its matches and log entries"
                yield Case(wal, taken.written, taken.concerned * one_written, again)
                yield Case(wal, taken.written, taken.stored, rows)


def _target(changed: int, profiles: int) -> float | None:
    """How many times less than running jobs again: of one change, and of a night of 1 %."""
    if changed == 1:
        return 200 if profiles >= 1_000_000 else None  # noqa: PLR2004 - as the target has it
    return 20 if changed == profiles // 100 else None


def _posting(number: int) -> JobCreate:
    first, second = number % len(_FIELDS), (number * 7 + 3) % len(_FIELDS)
    basis = (BROAD, NARROW)[number % 2]
    return basis.model_copy(
        update={
            "required_specializations": list(dict.fromkeys((_FIELDS[first], _FIELDS[second]))),
            "required_bar": _BARS[number % len(_BARS)],
            "minimum_experience": number % 12,
            "preferred_location": _PLACES[number // 2 % 4],
        }
    )


def _matched(employer: Caller, jobs: int) -> list[UUID]:
    """Open jobs that are matched."""
    with connect() as connection:
        # The others wait for a run, so that no change concerns them.
        connection.execute(update(Job).values(matching_status=MatchingStatus.PENDING))
    ids = [put_job(_posting(number % MODELS), employer) for number in range(jobs)]
    for job_id in ids[:MODELS]:
        match_job(job_id)
    pairs = {"models": [ids[n % MODELS] for n in range(MODELS, jobs)], "jobs": ids[MODELS:]}
    with connect() as connection:
        for statement in _COPIES:
            connection.execute(text(_COPY + statement), pairs)
        for table in ("jobs", "job_bounds", "job_features", "job_matches", "reserves"):
            connection.execute(text(f"VACUUM ANALYZE {table}"))
        bounds = select(func.count()).where(JobBound.job_id.in_(ids))
        assert connection.scalar(bounds) == jobs  # noqa: S101 - else fewer would be looked at
    for start in range(MODELS, jobs, _LOGGED):
        _log(ids[start : start + _LOGGED])
    with connect() as connection:
        # What was filled is on disk, as in a table that has stood for a while.
        connection.execute(text("CHECKPOINT"))
    return ids


def _log(ids: list[UUID]) -> None:
    """Tell the decision log the lists of the jobs, as their runs would have done."""
    with connect() as connection:
        aliases = get_aliases(connection)
        changes = []
        for job_id, (required, passed) in get_requirements(connection, ids, aliases).items():
            run_id = uuid4()
            facts = facts_of(run_id, required, BY_RUBRIC, passed)
            changes.append(Change(job_id, run_id, facts, removed=[], scored=[]))
        store_changes(connection, changes)


def _run_again(ids: list[UUID]) -> tuple[float, float]:
    """Of a run that finds nothing new, the mean time in milliseconds, and the megabytes of WAL."""
    spent = 0.0
    with connect() as connection:
        begin = connection.execute(text(_BEGIN)).mappings().one()
    for job_id in ids[:RERUNS]:
        with connect() as connection:
            connection.execute(
                text("UPDATE jobs SET matched_at = NULL WHERE id = :id"), {"id": job_id}
            )
        start = time.perf_counter()
        match_job(job_id)
        spent += time.perf_counter() - start
    written, _ = _written_since(begin)
    return 1000 * spent / RERUNS, written / RERUNS


def _taken_up(changed: int) -> _TakenUp:
    """What taking up so many changes costs; of a single one the median time of nine."""
    times, concerned = [], 0
    for seed in range(9 if changed == 1 else 1):
        with connect() as connection:
            connection.execute(text(_CHANGE), {"changed": changed, "seed": seed})
            ids = [each for each in connection.scalars(select(ProfileChange.profile_id)) if each]
            others = get_other_jobs(connection, ids, [], this_month=this_month(), by_model=True)
            begin = connection.execute(text(_BEGIN)).mappings().one()
        concerned += len(others)
        start = time.perf_counter()
        take_up_changes(600)
        times.append(1000 * (time.perf_counter() - start))
    # Of the last round: WAL is told of many changes, which have one.
    written, stored = _written_since(begin)
    return _TakenUp(concerned // len(times), sorted(times)[len(times) // 2], written, stored)


def _written_since(begin: Mapping[Any, Any]) -> tuple[float, float]:
    """Megabytes of WAL since a row of `_BEGIN`; and of the matches and entries stored since."""
    with connect() as connection:
        wal, rows = connection.execute(text(_WRITTEN), dict(begin)).one()
    return float(wal) / 1e6, float(rows) / 1e6
