"""Errors as the API answers them, and what no error ever says."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import literal, select, text

from jobmatch.models import Job
from jobmatch.operations import health
from jobmatch.postgres import engine, transaction
from jobmatch.postgres.driver import Connection
from tests.support.functions import load
from tests.support.given import a_draft, a_profile
from tests.support.rows import nothing_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.api import Answer, Api
    from tests.support.people import People

SECRETS = ("select", "insert", "traceback", "error:", "pg8000", "sqlalchemy", ".py", "jobs.", "$1")


def assert_problem(answer: Answer, status: int) -> Any:
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json
    expected = {"type", "title", "status", "detail"} | ({"errors"} if status == 422 else set())
    assert problem.keys() == expected
    assert problem["status"] == status
    assert all(problem[name] for name in expected)
    assert not [secret for secret in SECRETS if secret in answer.text.lower()]
    return problem


def test_every_error_is_a_problem_of_its_own_type(api: Api, people: People) -> None:
    job, employer = f"/jobs/{a_draft(api, people.employer)}", people.employer
    plain, stale = {"content-type": "text/plain"}, {"if-match": '"9"'}
    answers = {
        400: api.patch(job, "{", by=employer),
        401: api.patch(job, {}),
        403: api.get("/admin/jobs", by=employer),
        404: api.patch(job, {}, by=people.rival),
        409: api.patch(job, {"status": "closed"}, by=employer),
        412: api.patch(job, {}, by=employer, headers=stale),
        415: api.patch(job, "x", by=employer, headers=plain),
        422: api.patch(job, {"title": 5}, by=employer),
    }
    problems = [assert_problem(answer, status) for status, answer in answers.items()]
    for name in ("type", "title"):
        assert len({problem[name] for problem in problems}) == len(problems)


def test_each_fault_has_a_pointer_and_a_message(api: Api, people: People) -> None:
    body = {"title": " ", "requiredBar": ["NY", 5, "x" * 101], "a/b~c": 1, "": 2, "<b>": 3}
    problem = assert_problem(api.post("/jobs", body, by=people.employer), 422)
    pointers = ["/", "/<b>", "/a~1b~0c", "/requiredBar/1", "/requiredBar/2", "/title"]
    assert sorted(error["pointer"] for error in problem["errors"]) == pointers
    for error in problem["errors"]:
        assert error.keys() == {"pointer", "message"}
        assert error["message"]


def test_faults_beside_the_body_have_pointers_too(api: Api, people: People) -> None:
    path = f"/jobs/{a_draft(api, people.employer)}/matches?limit=0&minScore=x&cursor=y"
    problem = assert_problem(api.get(path, by=people.employer), 422)
    assert {error["pointer"] for error in problem["errors"]} >= {"/query/limit", "/query/minScore"}
    headers = {"Idempotency-Key": ""}
    answer = api.post("/jobs", {"title": 5}, by=people.employer, headers=headers)
    faults = assert_problem(answer, 422)["errors"]
    assert {error["pointer"].lower() for error in faults} == {"/headers/idempotency-key", "/title"}


def test_a_great_many_faults_make_a_small_answer(api: Api, people: People) -> None:
    profiles = [{str(number): 1 for number in range(50)}] * 500
    answer = api.post("/admin/profiles/import", {"profiles": profiles}, by=people.admin)
    assert_problem(answer, 422)
    assert len(answer.text) < 20_000


def test_errors_quote_nothing_of_the_input_or_of_others(api: Api, people: People) -> None:
    secret = "hunter2"
    body = {"title": [secret], "description": secret * 5_000, "minimumExperience": secret}
    answers = [
        api.post("/jobs", body, by=people.employer),
        api.post("/jobs", {"title": "x", "employerUserId": secret}, by=people.admin),
        api.get(f"/admin/jobs?status={secret}&cursor={secret}", by=people.admin),
        api.put(f"/admin/profiles/{uuid4()}", {"name": "x", "email": secret}, by=people.admin),
    ]
    for answer in answers:
        assert_problem(answer, 422)
        assert secret not in answer.text


@pytest.mark.parametrize(
    "error", [RuntimeError("hunter2"), KeyError("SELECT hunter2"), RecursionError("hunter2")]
)
def test_a_fault_of_ours_says_nothing(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(load("get_jobs_for_admin"), "get_jobs_for_admin", fail)
    answer = api.get("/admin/jobs", by=people.admin)
    assert "hunter2" not in json.dumps(assert_problem(answer, 500))


def test_an_error_of_the_database_shows_no_sql(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: Any, **_: object) -> None:
        connection.execute(text("SELECT 1 / 0 AS hunter2"))

    monkeypatch.setattr(load("get_jobs_for_admin"), "get_jobs_for_admin", fail)
    answer = api.get("/admin/jobs", by=people.admin)
    assert "zero" not in json.dumps(assert_problem(answer, 500))
    assert api.get("/admin/jobs/due-for-matching", by=people.admin).status == 200


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Statements that give up soon."""
    monkeypatch.setenv("DATABASE_STATEMENT_TIMEOUT_MS", "200")
    yield
    engine().dispose()


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One connection for all, as on Lambda."""
    monkeypatch.setenv("DATABASE_POOL_SIZE", "1")
    yield
    engine().dispose()


def test_what_breaks_on_the_way_to_the_database_harms_no_later_request(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, one_connection: None
) -> None:
    too_late = datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))

    def fail(connection: Any, **_: object) -> None:
        connection.execute(select(literal(too_late)))

    job = a_draft(api, people.employer)
    monkeypatch.setattr(load("get_jobs_for_admin"), "get_jobs_for_admin", fail)
    # As if the rest of the server's reply came only when the next request has begun.
    monkeypatch.setattr(Connection, "has_unread_data", lambda _: False)
    assert_problem(api.get("/admin/jobs", by=people.admin), 500)
    read = [api.get(f"/jobs/{job}", by=people.employer) for _ in range(3)]
    assert [(answer.status, answer.json.get("id")) for answer in read] == [(200, job)] * 3


def test_a_write_that_can_not_be_done_now_may_be_tried_again(
    api: Api, people: People, impatient: None
) -> None:
    job = a_draft(api, people.employer)
    lock = select(Job.id).where(Job.id == UUID(job)).with_for_update()
    with nothing_written(), transaction() as connection:
        connection.execute(lock)
        answer = api.patch(f"/jobs/{job}", {"title": "New"}, by=people.employer)
    assert_problem(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
    assert api.patch(f"/jobs/{job}", {"title": "New"}, by=people.employer).status == 200


def test_health_is_told_to_anyone(api: Api) -> None:
    answer = api.get("/health")
    assert (answer.status, answer.json) == (200, {"status": "ok"})
    assert answer.headers["content-type"] == "application/json"


def test_anybody_may_ask_for_the_health_and_the_database_is_asked_once(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    now = time.time()
    monkeypatch.setattr(health, "_answered_at", {})
    monkeypatch.setattr(health, "get_health", lambda _connection: asked.append(time.time()))
    later = now + health.FRESH_SECONDS
    for moment in (now, now, later - 1, later, later, now):  # at last somebody sets the clock back
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        assert api.get("/health").status == 200
    assert asked == [now, later, now]


def test_a_bad_health_is_not_remembered(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_answered_at", {})
    with monkeypatch.context() as patch:
        patch.setattr(health, "get_health", lambda connection: connection.execute(text("no sql")))
        assert api.get("/health").status == 500
    assert api.get("/health").status == 200


def test_without_its_database_nothing_is_healthy(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql+pg8000://jobmatch:hunter2@127.0.0.1:1/nowhere"
    with monkeypatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        patch.setenv("DATABASE_CONNECT_SECONDS", "1")
        answers = [api.get("/health"), api.get(f"/jobs/{uuid4()}", by=people.employer)]
    for answer in answers:
        assert_problem(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
        assert "hunter2" not in answer.text
        assert "127.0.0.1" not in answer.text


def test_what_vanishes_in_between_is_a_conflict(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: Any, *_: object, **__: object) -> None:
        broken = "INSERT INTO jobs (employer_user_id, title, created_by) VALUES ({0}, 'x', {0})"
        connection.execute(text(broken.format("gen_random_uuid()")))

    path = f"/admin/profiles/{a_profile(api, people)}"
    monkeypatch.setattr(load("put_profile"), "put_profiles", fail)
    with nothing_written():
        answer = api.put(path, {"name": "x"}, by=people.admin)
    assert_problem(answer, 409)


def test_connections_that_are_closed_as_soon_as_they_are_opened_are_an_outage(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "has_unread_data", lambda _: True)
    answer = api.get("/admin/jobs", by=people.admin)
    assert_problem(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
