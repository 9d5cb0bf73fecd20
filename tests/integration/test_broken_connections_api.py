"""Connections that break in the middle of a request: what is repeated, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, make_url
from sqlalchemy.exc import DBAPIError

from jobmatch import aws
from jobmatch.changes import service as changes
from jobmatch.models import Job
from jobmatch.postgres import engine
from tests.support.addresses import Relay, Side
from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.rows import change, count, job_row
from tests.support.running import dispatch, take_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import StringIO

    from tests.support.api import Answer, Api
    from tests.support.cloud import Queue
    from tests.support.people import People


@pytest.fixture
def relay(database: str) -> Iterator[Relay]:
    """What stands between us and the server; one connection goes through it, as on Lambda."""
    url = make_url(database)
    with Relay(url.port or 5432) as relay, pytest.MonkeyPatch.context() as patch:
        through = url.set(host="127.0.0.1", port=relay.port)
        patch.setenv("DATABASE_URL", through.render_as_string(hide_password=False))
        patch.setenv("DATABASE_POOL_SIZE", "1")
        yield relay
        engine().dispose()


def assert_asks_for_patience(answer: Answer) -> None:
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert answer.json["type"] == "urn:jobmatch:problem:unavailable"


def test_a_read_whose_connection_breaks_is_repeated_unnoticed(
    api: Api, people: People, relay: Relay, log: StringIO
) -> None:
    job = a_draft(api, people.employer)
    path = f"/jobs/{job}"
    read = api.get(path, by=people.employer)
    relay.cut(Side.SERVER, after=100)  # in the middle of the row
    again = api.get(path, by=people.employer)
    assert not relay.armed
    assert (again.status, again.json) == (200, read.json)
    assert "The connection broke; reading once more." in log.getvalue()


def test_a_read_is_repeated_once(
    api: Api, people: People, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/jobs/{a_draft(api, people.employer)}"
    api.get(path, by=people.employer)
    # A row is longer than what comes before it on a new connection.
    hang_up, cuts = relay._pass_on, []

    def always(others: object) -> None:
        cuts.append(others)
        relay.cut(Side.SERVER, after=900)
        hang_up(others)  # type: ignore[arg-type]

    monkeypatch.setattr(relay, "_pass_on", always)
    relay.cut(Side.SERVER, after=100)
    answer = api.get(path, by=people.employer)
    assert len(cuts) == 1
    assert_asks_for_patience(answer)


def test_the_check_of_a_role_before_a_write_is_repeated_unnoticed(
    api: Api, people: People, relay: Relay
) -> None:
    path = f"/admin/profiles/{a_profile(api, people)}"
    relay.cut(Side.SERVER, after=1)
    answer = api.put(path, {"name": "Ada", "status": "active"}, by=people.admin)
    assert not relay.armed
    assert answer.status == 200


def test_a_write_whose_connection_breaks_is_not_repeated(
    api: Api, people: People, relay: Relay
) -> None:
    job = a_draft(api, people.employer)
    api.patch(f"/jobs/{job}", {"title": "Warm"}, by=people.employer)
    relay.cut(Side.SERVER, after=1)
    assert_asks_for_patience(api.patch(f"/jobs/{job}", {"title": "New"}, by=people.employer))
    assert job_row(job).title == "Warm"
    assert api.patch(f"/jobs/{job}", {"title": "New"}, by=people.employer).status == 200


def test_a_job_whose_creation_was_not_answered_is_found_by_its_key(
    api: Api, people: People, relay: Relay
) -> None:
    def post(headers: dict[str, str]) -> Answer:
        return api.post("/jobs", {"title": "Counsel"}, by=people.employer, headers=headers)

    for _ in range(2):
        before = relay.passed[Side.SERVER]
        assert post({"Idempotency-Key": str(uuid4())}).status == 201
    # All but the last byte of what says that it is committed.
    relay.cut(Side.SERVER, after=relay.passed[Side.SERVER] - before - 1)
    key = {"Idempotency-Key": str(uuid4())}
    assert_asks_for_patience(post(key))
    assert not relay.armed
    assert count(Job) == 3
    repeated = post(key)
    assert repeated.status == 201
    assert count(Job) == 3
    assert job_row(repeated.json["id"]).title == "Counsel"


def test_profiles_that_are_stored_are_not_refused_for_what_comes_after(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, queue: Queue, log: StringIO
) -> None:
    job = an_open_job(api, people.employer)
    queue.take()
    change(Job, job, matching_status="completed", matched_at=func.now())

    def fail(*_: object, **__: object) -> NoReturn:
        raise DBAPIError("SELECT 1", None, Exception("the connection broke"))

    body = {"name": "Ada", "status": "active", "specializations": ["Licensing"]}
    with monkeypatch.context() as patch:
        patch.setattr(aws, "queue_matching", fail)
        path = f"/admin/profiles/{uuid4()}"
        assert api.put(path, body, by=people.admin).status == 201
        profiles = {"profiles": [{"id": str(uuid4()), **body}]}
        assert api.post("/admin/profiles/import", profiles, by=people.admin).status == 200
        assert log.getvalue().count("The job was not queued") == 2
        patch.setattr(changes, "take_up_batch", fail)
        take_up()
    assert log.getvalue().count("The changed profiles were not taken up") == 1
    dispatch()
    assert queue.take() == [UUID(job)]


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_who_asks_a_silent_server_is_answered_in_time_and_only_once(
    api: Api,
    people: People,
    relay: Relay,
    monkeypatch: pytest.MonkeyPatch,
    log: StringIO,
    method: str,
) -> None:
    monkeypatch.setenv("DATABASE_ANSWER_SECONDS", "1")
    path = f"/jobs/{a_draft(api, people.employer)}"
    relay.mute()
    body = {"title": "New"} if method == "PATCH" else None
    assert_asks_for_patience(api.request(method, path, by=people.employer, body=body))
    assert "InterfaceError (NoAnswerError)" in log.getvalue()
    assert "reading once more" not in log.getvalue()
    assert api.request(method, path, by=people.employer, body=body).status == 200
