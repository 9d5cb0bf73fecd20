"""Workers are killed at any moment while jobs and candidates change under them."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import boto3
from sqlalchemy import func, select

from jobmatch.models import Job, MatchingRun, MatchingStatus, Notification, NotificationStatus
from jobmatch.postgres import connect
from tests.support.generated import a_profile_body, requirements, this_month
from tests.support.given import a_profile, an_open_job
from tests.support.oracle import ranked
from tests.support.rivals import until
from tests.support.rows import job_row
from tests.support.running import dispatch, pass_the_leases, ranking_of, runs_of, work
from tests.support.trust import FULL, Section, found, scaled
from tests.support.workers import NOTIFICATION, TOLD, kill, stamp, start, work_for_ever

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

KILLS = scaled(6, 200)
WORKERS = 3
JOBS = scaled(8, 12)
CANDIDATES = scaled(20, 40)
LEASE_SECONDS = 1
"""Instead of 90: what was killed is taken over while the others go on."""
NICHE = "Licensing"


class World:
    """Jobs and candidates that change, and what is asked for at the moment."""

    def __init__(self, api: Api, people: People, random: Random) -> None:
        self._api, self._people, self._random = api, people, random
        self.profiles: dict[str, Any] = {}
        self.jobs: dict[str, Any] = {}
        self._changes = [self._profile, self._requirements, self._ask, dispatch]
        for _ in range(CANDIDATES):
            self._profile(new=True)
        for _ in range(JOBS):
            wanted = requirements(random, NICHE)
            self.jobs[an_open_job(api, people.employer, **wanted)] = wanted

    def change(self) -> None:
        """Something happens: a candidate or a job changes, or matching is asked for."""
        self._random.choices(self._changes, [3, 3, 3, 2])[0]()

    def _profile(self, *, new: bool = False) -> None:
        profile = str(uuid4()) if new else self._random.choice([*self.profiles])
        self.profiles[profile] = a_profile_body(self._random, NICHE)
        a_profile(self._api, self._people, profile, **self.profiles[profile])

    def _requirements(self) -> None:
        job = self._random.choice([*self.jobs])
        self.jobs[job] = requirements(self._random, NICHE)
        changed = self._api.patch(f"/jobs/{job}", self.jobs[job], by=self._people.employer)
        assert changed.status == 200, changed.text

    def _ask(self) -> None:
        self.request(self._random.choice([*self.jobs]))

    def request(self, job: str) -> None:
        """Its employer asks for a matching run of a job."""
        asked = self._api.post(f"/jobs/{job}/matching-runs", by=self._people.employer)
        assert asked.status == 202, asked.text


def told_twice(cloud: Cloud) -> int:
    """Check that nobody was told twice but in the documented window; how many pairs were there."""
    with connect() as connection:
        rows = connection.execute(select(Notification.id, Notification.job_id, Notification.status))
        notifications = {row.id: row for row in rows}
    mails = [UUID(mail[NOTIFICATION]) for mail in cloud.mails()]
    assert len(mails) == len(set(mails)), "a mail was sent twice"
    told = defaultdict(list)
    for mail in cloud.mails():
        notification = notifications[UUID(mail[NOTIFICATION])]
        for profile in mail[TOLD].split():
            told[notification.job_id, profile].append(notification.status)
    for statuses in told.values():
        # All but the last are mails of which nobody knows whether they went out.
        assert set(statuses[:-1]) <= {NotificationStatus.CLAIMED}
    return sum(len(statuses) > 1 for statuses in told.values())


def test_random_kills(
    api: Api,
    people: People,
    cloud: Cloud,
    worker_environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = Random(20)
    lease = {"MATCHING_LEASE_SECONDS": str(LEASE_SECONDS)}
    monkeypatch.setenv(*next(iter(lease.items())))
    environment = {**worker_environment, **lease}
    stamp(monkeypatch)  # the test works as well, at the end
    for queue in (cloud.matching, cloud.notifications):
        visible = {"VisibilityTimeout": str(LEASE_SECONDS)}
        boto3.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes=visible)
    world = World(api, people, random)
    workers = [start(work_for_ever, environment) for _ in range(WORKERS)]
    with connect() as connection:
        runs = select(func.count()).select_from(MatchingRun)
        until(lambda: bool(connection.scalar(runs)))
    caught: Counter[str] = Counter()
    try:
        for _ in range(KILLS):
            for _ in range(random.randint(1, 4)):
                world.change()
            time.sleep(random.random() * 0.1)
            kill(workers.pop(random.randrange(WORKERS)))
            workers.append(start(work_for_ever, environment))
    finally:
        for worker in workers:
            kill(worker)
    pass_the_leases()  # those of mails; settling waits for the others
    settle(world, cloud)
    for job, wanted in world.jobs.items():
        assert job_row(job).matching_status is MatchingStatus.COMPLETED
        expected = ranked(wanted, world.profiles, today=this_month())
        assert ranking_of(api, job, people.employer) == expected
        caught.update(run["outcome"] for run in runs_of(api, job, people.employer))
    assert caught["abandoned"] or not FULL, "no kill hit a run"
    again = told_twice(cloud)
    with connect() as connection:
        windows = connection.scalar(
            select(func.count()).where(Notification.status == NotificationStatus.CLAIMED)
        )
    found(
        Section.FAULTS,
        f"random kills (SIGKILL) of {WORKERS} workers, while {JOBS} jobs and {CANDIDATES}"
        " candidates change",
        KILLS,
        f"{caught['abandoned']} hit a run and {windows} a mail; every job ended completed with"
        f" exactly the matches of the contract; of {len(cloud.mails())} mails none was sent twice,"
        f" and {again} candidates were named twice, all in the documented window",
    )


def settle(world: World, cloud: Cloud) -> None:
    """Leases pass, messages come again and the schedule fires, until nothing is due.

    A job whose run failed would be due in some minutes: its employer asks at once.
    """

    def settled() -> bool:
        dispatch()
        work(cloud)
        with connect() as connection:
            unfinished = Job.matching_status != MatchingStatus.COMPLETED
            statuses: dict[UUID, MatchingStatus] = dict(
                connection.execute(select(Job.id, Job.matching_status).where(unfinished)).all()
            )
        for job, status in statuses.items():
            if status is MatchingStatus.FAILED:
                world.request(str(job))
        return not statuses

    until(settled)
