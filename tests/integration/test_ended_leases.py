"""The leases of workers who died with the last run on one machine."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from jobmatch.config import settings
from jobmatch.postgres import connect, engine, transaction
from jobmatch.runs.queries import claim_job, complete_run
from local import recovery
from local.recovery import end_leases
from tests.support.running import found, matches_of, run_matching

if TYPE_CHECKING:
    from uuid import UUID

    from jobmatch.shortlists.storing import Run
    from tests.support.api import Api
    from tests.support.people import People


@pytest.fixture
def claimed(api: Api, people: People) -> Run:
    """A job that a worker holds for an hour."""
    body = {"title": "Counsel", "status": "open", "requiredSpecializations": ["Copyright"]}
    created = api.post("/jobs", body, by=people.employer)
    assert created.status == 201, created.text
    return claim(created.json["id"])


def claim(job_id: UUID) -> Run:
    with transaction() as connection:
        run = claim_job(
            connection,
            job_id,
            lease=timedelta(hours=1),
            maximum_age=settings().matching_maximum_age,
        )
    assert run is not None
    return run


def status(job_id: UUID) -> str:
    with connect() as connection:
        statement = text("SELECT matching_status FROM jobs WHERE id = :job")
        return str(connection.scalar(statement, {"job": job_id}))


def test_the_job_of_a_dead_worker_is_matched_at_once(claimed: Run) -> None:
    assert end_leases(alone=True) == 1
    run_matching(claimed.job_id)
    assert status(claimed.job_id) == "completed"
    assert end_leases(alone=True) == 0


def test_a_worker_who_was_alive_after_all_writes_nothing(
    claimed: Run, api: Api, people: People
) -> None:
    end_leases(alone=True)
    run_matching(claimed.job_id)
    with transaction() as connection:
        assert complete_run(connection, claimed, found(), this_month=0) is None
    assert matches_of(api, str(claimed.job_id), people.employer) == []


def test_others_who_use_the_database_keep_their_leases(
    claimed: Run, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "ASKS", 2)
    others = create_engine(database, connect_args={"application_name": "jobmatch"})
    with others.connect():
        assert end_leases(alone=False) == 0
    others.dispose()
    engine().dispose()  # connections of other tests in this process
    run_matching(claimed.job_id)
    assert status(claimed.job_id) == "running"
    assert end_leases(alone=False) == 1
