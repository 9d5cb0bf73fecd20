"""Every function answers its sample event as the contract and the API document say."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from openapi_schema_validator import OAS31Validator
from sqlalchemy import insert, make_url, select

from jobmatch.database import connect, engine, transaction
from jobmatch.models import EmployerProfile, Job, JobMatch, MatchingStatus, User, UserRole
from jobmatch.queries.employers import index_employers
from jobmatch.queries.profiles import put_profiles
from jobmatch.schemas.jobs import JobCreate
from jobmatch.schemas.profiles import Profile
from scripts.generate_events import (
    ADMIN_ID,
    EMPLOYER_ID,
    JOB,
    JOB_ID,
    MATCH,
    MATCH_ID,
    PROFILE,
    PROFILE_ID,
)
from tests.support.functions import FOLDERS, invoke
from tests.support.paths import ROOT
from tests.support.roles import READER, WRITER, role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.cloud import Queue

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
ROLES = (ROOT / "migrations" / "roles.sql").read_text(encoding="utf-8")
STATUSES = {
    "create_job": 201,
    "get_job_by_id": 200,
    "update_job": 200,
    "get_jobs_by_employer": 200,
    "get_jobs_for_admin": 200,
    "get_open_jobs_for_matching": 200,
    "update_job_matching_status": 204,
    "get_matches_for_job": 200,
    "get_match_by_job_and_profile": 200,
    "insert_match": 200,
    "invalidate_matches_for_job": 200,
    "get_unnotified_matches": 200,
    "mark_matches_notified": 200,
    "request_matching": 202,
    "put_profile": 200,
    "get_profile": 200,
    "import_profiles": 200,
    "get_matching_runs": 200,
    "get_notification_settings": 200,
    "put_notification_settings": 200,
    "get_vocabulary": 200,
    "get_health": 200,
}
RESULTS = {
    "dispatch_matching": {"queued": 1, "mails": 0},
    "run_matching": {"batchItemFailures": []},
    "notify_employer": {"batchItemFailures": []},
}
"""What the functions return that answer no request."""
COUNTS = {
    "get_jobs_by_employer": 1,
    "get_jobs_for_admin": 1,
    "get_open_jobs_for_matching": 1,
    "get_matches_for_job": 1,
    "get_unnotified_matches": 1,
}
QUEUEING = {"request_matching", "update_job", "dispatch_matching"}


@pytest.fixture
def _world(database: str, queue: Queue) -> None:
    """The people and things that the events name."""
    job = JobCreate.model_validate(JOB).model_dump(exclude={"employer_user_id"})
    with transaction() as connection:
        connection.execute(
            insert(User),
            [
                {"id": UUID(ADMIN_ID), "email": "admin@site.example", "role": UserRole.ADMIN},
                {"id": UUID(EMPLOYER_ID), "email": "e@firm.example", "role": UserRole.EMPLOYER},
            ],
        )
        connection.execute(
            insert(EmployerProfile).values(user_id=UUID(EMPLOYER_ID), company_name="Firm LLP")
        )
        index_employers(connection)
        put_profiles(connection, {UUID(PROFILE_ID): Profile.model_validate(PROFILE)})
        owner = {"employer_user_id": UUID(EMPLOYER_ID), "created_by": UUID(EMPLOYER_ID)}
        connection.execute(insert(Job).values(id=UUID(JOB_ID), **owner, **job))
        connection.execute(
            insert(JobMatch).values(
                id=UUID(MATCH_ID),
                job_id=UUID(JOB_ID),
                profile_id=UUID(PROFILE_ID),
                overall_score=MATCH["overallScore"],
                subscores=json.dumps(MATCH["subscores"]),
                summary=MATCH["summary"],
                recommendation=MATCH["recommendation"],
            )
        )


@pytest.fixture
def as_its_user(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Makes what follows the work of the user of the database that a function has."""
    users = (READER, WRITER)
    password = make_url(database).password
    with connect() as connection:
        connection.exec_driver_sql(ROLES)
        for user in users:
            connection.exec_driver_sql(f"ALTER ROLE {user} PASSWORD '{password}'")
    with monkeypatch.context() as patch:
        patch.setenv("DATABASE_POOL_SIZE", "1")
        yield lambda operation: patch.setenv("DATABASE_USER", role_of(operation))
        engine().dispose()
    with connect() as connection:
        for user in users:
            connection.exec_driver_sql(f"ALTER ROLE {user} PASSWORD NULL")


def event_of(operation: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{operation}.json").read_text())
    return event


def validator(event: dict[str, Any], status: int) -> OAS31Validator:
    """Of the documented answer, which may hold the fields that it names and no others."""
    method, _, path = event["routeKey"].partition(" ")
    response = DOCUMENT["paths"][path][method.lower()]["responses"][str(status)]
    components = deepcopy(DOCUMENT["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    schema = response["content"]["application/json"]["schema"]
    return OAS31Validator(
        {**schema, "components": components}, format_checker=OAS31Validator.FORMAT_CHECKER
    )


def test_there_is_an_expectation_for_every_function() -> None:
    assert STATUSES.keys() | RESULTS.keys() == FOLDERS.keys()


@pytest.mark.usefixtures("_world")
@pytest.mark.parametrize(("operation", "status"), STATUSES.items())
def test_a_route_answers_as_documented(
    operation: str, status: int, queue: Queue, as_its_user: Callable[[str], None]
) -> None:
    event = event_of(operation)
    as_its_user(operation)
    answer = invoke(operation, event)
    assert answer["statusCode"] == status, answer["body"]
    if status == 204:
        assert not answer["body"]
        return
    assert answer["headers"]["Content-Type"] == "application/json"
    body = json.loads(answer["body"])
    documented = validator(event, status)
    documented.validate(body)
    assert not documented.is_valid(body | {"surprise": 1})
    assert not documented.is_valid(dict.fromkeys(body))
    if operation in COUNTS:
        assert (len(body["items"]), body["nextCursor"]) == (COUNTS[operation], None)
    made = [UUID(body["id"])] if operation == "create_job" else []
    assert queue.take() == ([UUID(JOB_ID)] if operation in QUEUEING else made)


@pytest.mark.usefixtures("_world")
@pytest.mark.parametrize(("operation", "result"), RESULTS.items())
def test_a_worker_returns_what_is_expected_of_it(
    operation: str, result: dict[str, Any], queue: Queue, as_its_user: Callable[[str], None]
) -> None:
    as_its_user(operation)
    assert invoke(operation, event_of(operation)) == result
    assert queue.take() == ([UUID(JOB_ID)] if operation in QUEUEING else [])


@pytest.mark.usefixtures("_world")
def test_the_workers_sample_message_has_the_sample_job_matched() -> None:
    invoke("run_matching", event_of("run_matching"))
    with connect() as connection:
        job = connection.execute(select(Job.matching_status, Job.last_error)).one()
        match = connection.execute(select(JobMatch.id, JobMatch.profile_id)).one()
    assert tuple(job) == (MatchingStatus.COMPLETED, None)
    assert tuple(match) == (UUID(MATCH_ID), UUID(PROFILE_ID))
