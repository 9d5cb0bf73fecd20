"""How much the decision log grows in a year: entries counted in a night, and their bytes.

A changed candidate takes over either the practice or the place of another one. Counted are the
entries of the sample's open jobs and of a broad one, which stand for all jobs.
"""

from __future__ import annotations

import json
import statistics
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select, text

from benchmarks.cases.matching import BROAD
from benchmarks.report import Case
from benchmarks.scaling import match_anew, sample_jobs
from jobmatch.audit.queries import NewEntry, add_entries, pseudonym
from jobmatch.models import CandidateKey, DecisionKind
from jobmatch.postgres import connect, transaction
from tests.support.long_tables import put_job
from tests.support.rows import forget_decisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobmatch.permissions import Caller

JOBS, DAYS, RENEWALS = 5_000, 365, 365 / 90
CHANGED = 0.01
"""The share of the candidates who change in a day."""
MOST = 5.0
"""Gigabytes a year."""
_OFTEN = 100
"""How often a year's entries name a candidate, roughly."""
_CHANGE = text("""
WITH chosen AS (
    SELECT profile_id, row_number() OVER (ORDER BY random()) AS n FROM profile_features
    LIMIT :changed
), other AS (
    SELECT specializations, technical_domains, places,
        row_number() OVER (ORDER BY random()) AS n
    FROM profile_features LIMIT :changed
)
UPDATE profile_features AS mine SET
    specializations = CASE n % 2 WHEN 0 THEN mine.specializations ELSE other.specializations END,
    technical_domains =
        CASE n % 2 WHEN 0 THEN mine.technical_domains ELSE other.technical_domains END,
    places = CASE n % 2 WHEN 0 THEN other.places ELSE mine.places END
FROM chosen JOIN other USING (n) WHERE mine.profile_id = chosen.profile_id
RETURNING mine.profile_id
""")
_NIGHT = text("SELECT entry FROM decisions WHERE job_id = ANY(:jobs) AND base IS NOT NULL")
_SIZE = text("SELECT pg_total_relation_size('decisions')")


class Night(NamedTuple):
    """What the runs after a day of changes have logged."""

    share: float
    """Of the jobs, how many added an entry."""
    told: float
    """How many candidates an entry names, on average."""
    changed: float
    """How many of these had changed; the others came or went because of them."""
    facts: dict[str, Any]


def cases(profiles: int, employer: Caller) -> Iterator[Case]:
    """Gigabytes a year where all changes of a day are taken up at once, and each by itself."""
    ids = [put_job(job, employer) for job in [*sample_jobs(), BROAD]]
    for job in ids:
        match_anew(job)
    with transaction() as connection:
        number = {"changed": round(CHANGED * profiles)}
        changed = [*connection.scalars(_CHANGE, number)]
    for job in ids:
        match_anew(job)
    night = _night(ids, changed)
    whole = _bytes(night.facts, 500, entries=200, is_base=True)
    together = _bytes(night.facts, round(night.told), entries=2 * JOBS)
    alone = _bytes(night.facts, round(night.told / night.changed), entries=2 * JOBS)
    yield Case("an entry of the log about one changed candidate, bytes", alone, whole, "all 500")
    bases = RENEWALS * JOBS * whole
    entries = DAYS * JOBS * night.share
    name = f"growth of the log, {JOBS:,} jobs, {profiles:,} profiles, 1 % changes a day"
    for how, size in (
        ("taken up each night", entries * together),
        ("each by itself", entries * night.changed * alone),
    ):
        yield Case(f"{name}, {how}, GB a year", (bases + size) / 1e9, MOST, "5 GB", 1)


def _night(ids: list[UUID], changed: list[UUID]) -> Night:
    of_changed = select(pseudonym()).where(CandidateKey.profile_id.in_(changed))
    with connect() as connection:
        entries = [*map(json.loads, connection.scalars(_NIGHT, {"jobs": ids}))]
        names = {*connection.scalars(of_changed)}
    told = [len(entry["candidates"]) for entry in entries]
    theirs = [len(names.intersection(entry["candidates"])) for entry in entries]
    share = len(entries) / len(ids)
    return Night(share, statistics.mean(told), statistics.mean(theirs), entries[0]["facts"])


def _bytes(facts: dict[str, Any], candidates: int, *, entries: int, is_base: bool = False) -> float:
    """What an entry takes in the table and its indexes; the log must hold no other.

    Each name occurs as often as in a year, since the index of names holds each of them once.
    """
    forget_decisions()
    random = Random(0)  # noqa: S311 - invented names and scores
    with connect() as connection:
        connection.exec_driver_sql("VACUUM FULL decisions")
        empty: int = connection.scalar(_SIZE) or 0
    chains = [uuid4() for _ in range(max(1, entries // 2))]
    names = max(500, entries * candidates // _OFTEN)
    values: dict[str, Any] = {} if is_base else {"base": 12, "listed": 500}
    with transaction() as connection:
        for job in (*chains, *chains):
            about = [
                {
                    "pseudonym": f"{random.randrange(names) * 184467440737:016x}",
                    "score": random.randrange(101),
                    "subscores": [random.randrange(101) for _ in range(5)],
                }
                for _ in range(candidates)
            ]
            entry = NewEntry(job, facts, about, **values)
            add_entries(connection, DecisionKind.RANKED, [entry])
    with connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE decisions")
        full: int = connection.scalar(_SIZE) or 0
    return (full - empty) / (2 * len(chains))
