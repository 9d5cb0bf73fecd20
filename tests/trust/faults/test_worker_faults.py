"""Workers whose database breaks under them: the job is matched at last, and one mail is sent."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from jobmatch.aws import send_mail
from jobmatch.models import JobMatch, ToldMatch
from jobmatch.notifications import service as notifications
from jobmatch.postgres import connect
from tests.support.addresses import Relay, Side
from tests.support.functions import invoke
from tests.support.given import a_profile, an_open_job
from tests.support.outages import kill_and_start, read_only, without_connections
from tests.support.rows import count
from tests.support.running import dispatch, matches_of, runs_of, work
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    import pytest

    from local.postgres import EmbeddedPostgres
    from tests.support.api import Api
    from tests.support.cloud import Cloud, Queue
    from tests.support.people import People

WORKERS = ("run_matching", "notify_employer")
CANDIDATES = 3


def deliver(queue: Queue, worker: str) -> list[dict[str, Any]]:
    """Hand over what waits; what the worker could not do comes again."""
    records = queue.records()
    if not records:
        return []
    answer = invoke(worker, {"Records": records})
    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    return [record for record in records if record["messageId"] in failed]


def recover(cloud: Cloud, failed: dict[str, list[dict[str, Any]]]) -> None:
    """Let the messages come again, time pass and the schedule run, until all is done."""
    for worker, records in failed.items():
        if records:
            assert not invoke(worker, {"Records": records})["batchItemFailures"]
    work(cloud)
    with connect() as connection:
        connection.execute(
            text(
                "UPDATE jobs SET matching_retry_at = now() WHERE matching_status = 'failed';"
                " UPDATE jobs SET matching_lease_until = now() WHERE matching_status = 'running'"
            )
        )
    dispatch()
    work(cloud)


def assert_done(api: Api, people: People, job: str) -> None:
    read = api.get(f"/jobs/{job}", by=people.employer).json
    assert (read["matchingStatus"], read["status"]) == ("completed", "open")
    assert len(matches_of(api, job, people.employer)) == CANDIDATES
    assert "completed" in [run["outcome"] for run in runs_of(api, job, people.employer)]


def told(job: str) -> int:
    with connect() as connection:
        of_job = select(func.count()).select_from(ToldMatch).where(ToldMatch.job_id == job)
        return connection.scalar(of_job) or 0


def round_trip(api: Api, people: People, cloud: Cloud) -> tuple[str, dict[str, list[Any]]]:
    """A job that is opened, and what its workers could not do."""
    job = an_open_job(api, people.employer)
    failed = {WORKERS[0]: deliver(cloud.matching, WORKERS[0])}
    failed[WORKERS[1]] = deliver(cloud.notifications, WORKERS[1])
    return job, failed


def test_a_worker_cut_off_anywhere_ends_its_work_later(
    api: Api, people: People, cloud: Cloud, relay: Relay
) -> None:
    for _ in range(CANDIDATES):
        a_profile(api, people, specializations=["Licensing"])
    chance = Random("workers")
    for _ in range(2):
        round_trip(api, people, cloud)
    said = dict(relay.passed)
    round_trip(api, people, cloud)
    said = {side: relay.passed[side] - said[side] for side in Side}
    cuts = unsent = came_again = 0
    for _ in range(scaled(5, 200)):
        job = an_open_job(api, people.employer)
        side = chance.choice(list(Side))
        relay.cut(side, chance.randint(1, said[side]))
        failed = {WORKERS[0]: deliver(cloud.matching, WORKERS[0])}
        failed[WORKERS[1]] = deliver(cloud.notifications, WORKERS[1])
        cuts += not relay.armed
        relay.spare()
        came_again += sum(map(len, failed.values()))
        recover(cloud, failed)
        assert_done(api, people, job)
        sent = cloud.mails_about(job)
        # None where the answer to its claim or confirmation was lost: then a later run may tell.
        assert sent == 1 or (sent == 0 and told(job) == 0)
        unsent += sent == 0
    happened = f"all jobs completed with all their matches; {came_again} messages came again; "
    happened += f"no mail was sent twice, {unsent} wait for a later run"
    found(Section.FAULTS, "A worker's connection cut at any byte of its work", cuts, happened)


def test_messages_wait_for_a_database_that_is_away(
    api: Api, people: People, cloud: Cloud, server: EmbeddedPostgres
) -> None:
    for _ in range(CANDIDATES):
        a_profile(api, people, specializations=["Licensing"])
    away: tuple[Callable[[EmbeddedPostgres], AbstractContextManager[None]], ...]
    away = (without_connections, read_only)
    times = scaled(1, 10)
    for _ in range(times):
        for outage in away:
            job = an_open_job(api, people.employer)
            kill_and_start(server)
            with outage(server):
                failed = {WORKERS[0]: deliver(cloud.matching, WORKERS[0])}
            assert len(failed[WORKERS[0]]) == 1
            recover(cloud, failed)
            assert_done(api, people, job)
            assert cloud.mails_about(job) == 1
    happened = "the message came again, the job completed, one mail was sent"
    tried = "A message for a worker whose database was killed, and then full or read-only"
    found(Section.FAULTS, tried, len(away) * times, happened)


def test_a_mail_is_not_sent_again_when_its_confirmation_is_lost(
    api: Api,
    people: People,
    cloud: Cloud,
    server: EmbeddedPostgres,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(CANDIDATES):
        a_profile(api, people, specializations=["Licensing"])
    times = scaled(1, 5)
    for _ in range(times):
        job = an_open_job(api, people.employer)
        failed = {WORKERS[0]: deliver(cloud.matching, WORKERS[0])}

        def send_and_lose(message: Any) -> None:
            send_mail(message)
            server.stop()

        with monkeypatch.context() as patch:
            patch.setattr(notifications, "send_mail", send_and_lose)
            failed[WORKERS[1]] = deliver(cloud.notifications, WORKERS[1])
        server.start()
        assert len(failed[WORKERS[1]]) == 1
        recover(cloud, failed)
        assert_done(api, people, job)
        assert cloud.mails_about(job) == 1
        assert count(JobMatch) >= CANDIDATES
    tried = "PostgreSQL stopped between sending a mail and noting it"
    found(Section.FAULTS, tried, times, "the message came again, and no second mail was sent")
