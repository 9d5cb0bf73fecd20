"""Every function answers its sample event as the contract and the API document say."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from openapi_schema_validator import OAS31Validator
from sqlalchemy import make_url, select

from jobmatch.models import Job, JobMatch, MatchingStatus
from jobmatch.postgres import connect, engine
from local.examples import JOB_ID, MATCH_ID, PROFILE_ID
from tests.support.cloud import Notary
from tests.support.functions import FOLDERS, invoke
from tests.support.paths import ROOT
from tests.support.roles import role_of, users_with
from tests.support.samples import CLUSTER, RESULTS, STATUSES, event_of, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.cloud import Queue

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
COUNTS = {
    "get_jobs_by_employer": 1,
    "get_jobs_for_admin": 1,
    "get_open_jobs_for_matching": 1,
    "get_profiles": 2,
    "get_matches_for_job": 1,
    "get_unnotified_matches": 1,
}
QUEUEING = {"request_matching", "update_job", "dispatch_matching"}


@pytest.fixture
def _world(database: str, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """The people and things that the events name, and the settings of single functions."""
    for name, value in (CLUSTER | Notary.create().environment()).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MIGRATIONS_FOLDER", str(ROOT / "migrations"))
    lay_out()


@pytest.fixture
def as_its_user(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Makes what follows the work of the user of the database that a function has."""
    with users_with(make_url(database).password), monkeypatch.context() as patch:
        patch.setenv("DATABASE_POOL_SIZE", "1")
        yield lambda operation: patch.setenv("DATABASE_USER", role_of(operation))
        engine().dispose()


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
    # Where nothing is decided, all is null.
    assert documented.is_valid(dict.fromkeys(body)) is (operation == "get_decision")
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
