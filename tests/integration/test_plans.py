"""What PostgreSQL looks at for a page, where the tables are long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from benchmarks.capture import captured
from benchmarks.data import an_employer, fill_jobs, fill_profiles
from jobmatch.database import connect
from jobmatch.models import Job, JobMatch, JobStatus
from jobmatch.queries import job_matches, jobs, runs
from jobmatch.queries.profiles import put_profiles
from jobmatch.schemas.pages import BestFirst, NewestFirst
from jobmatch.schemas.profiles import Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from jobmatch.viewer import Caller


@pytest.fixture
def read(database: str) -> Iterator[tuple[UUID, UUID, datetime, Caller]]:
    """10,000 profiles, 10,000 jobs and 50,000 matches: a job, a match of it, and who may read."""
    fill_profiles(1, 10_000)
    fill_jobs(10_000, 50_000, 10_000)
    caller = an_employer()
    with connect() as connection:
        job_id, profile_id, time = connection.execute(
            select(Job.id, JobMatch.profile_id, Job.created_at)
            .join(JobMatch, JobMatch.job_id == Job.id)
            .where(Job.employer_user_id == caller.user_id)
            .limit(1)
        ).one()
    yield job_id, profile_id, time, caller
    with connect() as connection:
        connection.execute(text("DROP TABLE sample"))


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def plans(work: Callable[[Connection], object]) -> list[dict[str, Any]]:
    """The plans of what `work` executes, as they went."""
    with connect() as connection:
        driver: Any = connection.connection.driver_connection
        explained = [
            driver.ask(
                f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}",
                [None if value is None else value.decode() for value in values],
                prepares=False,
            ).rows[0][0]
            for sql, values in captured(lambda: work(connection))
        ]
    assert explained
    return [each[0]["Plan"] for each in explained]


def rows_read(plan: dict[str, Any]) -> float:
    """How many rows were taken from tables and indexes, those that were thrown away included."""
    rows: float = sum(
        node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
        for node in nodes(plan)
        if "Relation Name" in node
    )
    return rows


def test_an_import_reads_its_parameter_once(connection: Connection) -> None:
    profiles = {uuid4(): Profile(name="Ada Quill") for _ in range(3)}
    ((sql, _),) = captured(lambda: put_profiles(connection, profiles))
    assert sql.count("json_to_recordset") == 1


def test_what_a_read_looks_at_is_bounded_by_its_page(
    read: tuple[UUID, UUID, datetime, Caller],
) -> None:
    job, profile, time, caller = read
    later, worse = NewestFirst(time, job), BestFirst(50, profile)
    by: dict[str, Any] = {"viewer": caller}
    page = by | {"limit": 51}
    works: dict[str, Callable[[Connection], object]] = {
        "job": lambda c: jobs.get_job_by_id(c, job, **by),
        "jobs": lambda c: jobs.get_jobs_by_employer(c, caller.user_id, **page),
        "open jobs": lambda c: jobs.get_jobs_by_employer(
            c, caller.user_id, status=JobStatus.OPEN, after=later, **page
        ),
        "all jobs": lambda c: jobs.get_jobs_for_admin(c, limit=51),
        "all jobs, later": lambda c: jobs.get_jobs_for_admin(c, limit=51, after=later),
        "matches": lambda c: job_matches.get_matches_for_job(c, job, **page),
        "matches, later": lambda c: job_matches.get_matches_for_job(
            c, job, min_score=1, after=worse, **page
        ),
        "match": lambda c: job_matches.get_match_by_job_and_profile(c, job, profile, **by),
        "unnotified": lambda c: job_matches.get_unnotified_matches(c, job, 1, limit=51),
        "runs": lambda c: runs.get_matching_runs(c, job, **page),
    }
    read_rows = {name: sum(map(rows_read, plans(work))) for name, work in works.items()}
    # The count of matches looks at five tables for each match of 51 jobs.
    bounds = {name: 3_000 if "jobs" in name else 500 for name in works}
    assert {name: rows for name, rows in read_rows.items() if rows > bounds[name]} == {}
