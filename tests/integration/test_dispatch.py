"""Two schedules at once, two workers on one message: one run, one mail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sqlalchemy import event, text

from jobmatch.postgres import connect, engine
from jobmatch.runs.service import match_job
from tests.support.given import a_profile, an_open_job
from tests.support.ownership import executed
from tests.support.running import dispatch, runs_of, work

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People


def test_two_dispatchers_and_their_two_messages_make_one_run_and_one_mail(
    api: Api, people: People, cloud: Cloud
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    cloud.matching.take()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: dispatch(), range(2)))
    assert [answer["queued"] for answer in answers] == [1, 1]
    work(cloud)
    assert len(runs_of(api, job, people.employer)) == 1
    assert len(cloud.mails()) == 1


def test_workers_that_take_one_message_at_the_same_moment_make_one_run(
    api: Api, people: People, cloud: Cloud
) -> None:
    # Needs: the claim is one compare-and-set, judged again after waiting for the other worker.
    for _ in range(5):
        job = an_open_job(api, people.employer)
        (queued,) = cloud.matching.take()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(match_job, [queued] * 4))
        assert len(runs_of(api, job, people.employer)) == 1


def test_completing_a_run_leaves_the_time_of_the_last_change(
    api: Api, people: People, cloud: Cloud
) -> None:
    an_open_job(api, people.employer)
    with connect() as connection:
        connection.execute(text("UPDATE jobs SET updated_at = updated_at - interval '1 day'"))
        before = connection.scalar(text("SELECT updated_at FROM jobs"))
    work(cloud)
    with connect() as connection:
        assert connection.scalar(text("SELECT updated_at FROM jobs")) == before


def test_a_schedule_with_nothing_to_do_asks_the_database_little(
    api: Api, people: People, cloud: Cloud
) -> None:
    a_profile(api, people, specializations=["Licensing"])
    an_open_job(api, people.employer)
    dispatch()
    work(cloud)
    commits: list[Connection] = []

    def note(connection: Connection) -> None:
        commits.append(connection)

    event.listen(engine(), "commit", note)
    try:
        with executed() as statements:
            assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
    finally:
        event.remove(engine(), "commit", note)
    # BEGIN goes with the first statement of its transaction.
    assert (len(statements.all), len(commits)) == (12, 5)
