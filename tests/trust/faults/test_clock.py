"""Clocks that are set an hour forwards or back while jobs are matched and mails are due.

PostgreSQL's `now()` and `clock_timestamp()` are functions, and its search path decides whose:
in the database of this experiment they are ours, and add what the clock was set by.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import make_url, text

from jobmatch import postgres as connections
from jobmatch.models import Job
from jobmatch.postgres import connect, engine, transaction
from jobmatch.runs import service as matching
from tests.support.due import claim_job
from tests.support.given import a_profile, an_open_job
from tests.support.outages import migrate, used
from tests.support.rows import count, empty_tables
from tests.support.running import dispatch, matches_of, run_matching, runs_of, work
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.postgres import EmbeddedPostgres
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

HOUR = 3600
STEPS = [HOUR, -HOUR]
CLOCK = """
CREATE TABLE clock AS SELECT interval '0' AS step;
CREATE FUNCTION now() RETURNS timestamptz STABLE LANGUAGE sql
    AS 'SELECT pg_catalog.now() + step FROM public.clock';
CREATE FUNCTION clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
    AS 'SELECT pg_catalog.clock_timestamp() + step FROM public.clock';
"""


@pytest.fixture(scope="module")
def clocked_url(server: EmbeddedPostgres) -> Iterator[str]:
    """A database with a clock that can be set."""
    server.query("CREATE DATABASE clocked")
    server.query("ALTER DATABASE clocked SET search_path = public, pg_catalog")
    for statement in CLOCK.split(";\n"):
        server.query(statement, "clocked")
    url = make_url(server.url()).set(database="clocked").render_as_string(hide_password=False)
    migrate(url)
    yield url
    server.query("DROP DATABASE clocked WITH (FORCE)")


@pytest.fixture
def database(clocked_url: str) -> Iterator[str]:
    """In the place of the other one: all that commits uses it."""
    with used(clocked_url):
        yield clocked_url
        set_clock(0)
        empty_tables()


def set_clock(seconds: float) -> None:
    """Set PostgreSQL's clock so far from where it was at first."""
    with connect() as connection:
        statement = text("UPDATE clock SET step = make_interval(secs => :seconds)")
        connection.execute(statement, {"seconds": seconds})


@contextmanager
def wrong_by(seconds: float) -> Iterator[None]:
    """Set the clocks of PostgreSQL and of this process, and right again afterwards."""
    right = time.time
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: right() + seconds)
        set_clock(seconds)
        yield
        set_clock(0)


def assert_matched_once(api: Api, people: People, cloud: Cloud, job: str) -> None:
    assert api.get(f"/jobs/{job}", by=people.employer).json["matchingStatus"] == "completed"
    assert len(matches_of(api, job, people.employer)) == 1
    assert cloud.mails_about(job) == 1


@pytest.mark.parametrize("step", STEPS)
def test_the_clock_of_the_experiment_is_the_one_that_counts(database: str, step: int) -> None:
    def age() -> float:
        with connect() as connection:
            seconds = "SELECT extract(epoch FROM now() - pg_catalog.now())"
            return float(connection.scalar(text(seconds)) or 0)

    assert age() == 0
    with wrong_by(step):
        assert age() == step


@pytest.mark.parametrize("step", STEPS)
def test_a_step_between_any_two_steps_of_the_work_changes_nothing(
    api: Api, people: People, cloud: Cloud, step: int
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    times = scaled(1, 15)
    for _ in range(times):
        with wrong_by(step):
            before = an_open_job(api, people.employer)
        after = an_open_job(api, people.employer)
        with wrong_by(step):
            work(cloud)
        dispatch()
        work(cloud)
        for job in (before, after):
            assert_matched_once(api, people, cloud, job)
        with wrong_by(step):
            assert dispatch()["queued"] == 0
    found(
        Section.FAULTS,
        f"The clock set {_named(step)} between posting, matching and mailing, and right again",
        times,
        "all jobs completed; one mail each",
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_step_in_the_middle_of_a_run_lets_one_run_complete(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    find, times, rivals = matching.find_matches, scaled(1, 15), 0
    for _ in range(times):
        job = an_open_job(api, people.employer)

        def find_late(run: Any, job: str = job) -> Any:
            result = find(run)
            monkeypatch.setattr(matching, "find_matches", find)
            set_clock(step)
            run_matching(job)  # the same message, to another worker
            return result

        monkeypatch.setattr(matching, "find_matches", find_late)
        work(cloud)
        set_clock(0)
        assert_matched_once(api, people, cloud, job)
        outcomes = [each["outcome"] for each in runs_of(api, job, people.employer)]
        # An hour later its lease has passed, and the other may take over; not an hour earlier.
        assert sorted(outcomes) == (["completed", "overtaken"] if step > 0 else ["completed"])
        rivals += step > 0
    happened = "one run completed, and one mail was sent, each time"
    if rivals:
        happened = f"{rivals} runs were taken over and wrote nothing; {happened}"
    tried = f"The clock set {_named(step)} in the middle of a run, whose message comes twice"
    found(Section.FAULTS, tried, times, happened)


def test_a_run_that_died_before_the_clock_went_back_is_taken_over_an_hour_later(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    with transaction() as connection:
        claim_job(connection, UUID(job))
    set_clock(-HOUR)
    work(cloud)
    assert dispatch()["queued"] == 0
    set_clock(100)  # its lease of 90 seconds has passed by the clock that it was made with
    assert dispatch()["queued"] == 1
    work(cloud)
    assert_matched_once(api, people, cloud, job)
    found(
        Section.FAULTS,
        "The clock set back by an hour after a worker has died",
        1,
        "the job waited for its lease, an hour and a half minute longer; then it completed",
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_repeat_after_a_step_creates_nothing(api: Api, people: People, step: int) -> None:
    times = scaled(1, 15)
    for _ in range(times):
        body, headers = {"title": "Counsel"}, {"Idempotency-Key": str(uuid4())}
        before = count(Job)
        first = api.post("/jobs", body, by=people.employer, headers=headers)
        with wrong_by(step):
            second = api.post("/jobs", body, by=people.employer, headers=headers)
        assert (first.status, second.status, second.json) == (201, 201, first.json)
        assert count(Job) == before + 1
    tried = f"POST /jobs repeated with its key, the clock set {_named(step)} in between"
    found(Section.FAULTS, tried, times, "one job")


def test_pages_show_each_job_once_although_the_clock_went_back(api: Api, people: People) -> None:
    posted = [api.post("/jobs", {"title": "a"}, by=people.employer).json["id"] for _ in range(4)]
    seen, cursor = [], ""
    while cursor is not None:
        path = f"/employers/{people.employer.id}/jobs?limit=1" + (cursor and f"&cursor={cursor}")
        page = api.get(path, by=people.employer).json
        seen += [job["id"] for job in page["items"]]
        cursor = page["nextCursor"]
        with wrong_by(-HOUR):
            api.post("/jobs", {"title": "b"}, by=people.employer)
        if len(seen) > 4:
            break
    assert seen[:4] == posted[::-1]
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("step", STEPS)
def test_a_connection_is_asked_after_a_step_because_nobody_knows_how_long_it_was_idle(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    asked = []
    job = an_open_job(api, people.employer)
    dialect = engine().dialect
    ping = dialect.do_ping

    def noted(driver: Any) -> bool:
        asked.append(driver)
        return ping(driver)

    monkeypatch.setattr(dialect, "do_ping", noted)
    with monkeypatch.context() as patch:
        right = time.time
        patch.setattr(time, "time", lambda: right() + step)
        assert api.get(f"/jobs/{job}", by=people.employer).status == 200
    assert asked
    assert connections.IDLE_SECONDS_BEFORE_PING < HOUR


def _named(step: int) -> str:
    return "an hour forwards" if step > 0 else "back by an hour"
