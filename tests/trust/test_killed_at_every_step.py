"""A worker is killed before and after everything that it sends; nothing is lost or doubled."""

from __future__ import annotations

import json
import threading
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text

from jobmatch.models import Job, MatchingStatus, Notification, NotificationStatus, ProfileChange
from jobmatch.notifications.queries import MOST_ATTEMPTS
from jobmatch.postgres import connect
from jobmatch.runs.failures import MOST_FAILURES
from local.events import schedule_event, sqs_event
from tests.support.functions import invoke
from tests.support.generated import a_profile_body, requirements, this_month
from tests.support.given import a_profile, an_open_job
from tests.support.oracle import Ranked, ranked
from tests.support.rivals import until
from tests.support.rows import change, job_row
from tests.support.running import (
    NO_FAILURES,
    dispatch,
    matches_of,
    pass_the_leases,
    ranking_of,
    run_matching,
    runs_of,
    work,
)
from tests.support.trust import FULL, Section, found
from tests.support.workers import survives

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

MOST_STEPS = 80
"""More than any of the functions has."""
STRIDE = 1 if FULL else 7
NICHE = "Licensing"
ASKED: dict[str, Any] = {
    **requirements(Random(1), NICHE),
    "minimumExperience": 3,
    "requiredBar": None,
    "requiredTechnicalDomains": None,
}


@pytest.fixture
def expected(api: Api, people: People) -> list[Ranked]:
    """What the contract ranks for a job that asks for ASKED, of a dozen candidates."""
    random = Random(6)
    bodies = {str(uuid4()): a_profile_body(random, NICHE) for _ in range(12)}
    for profile_id, body in bodies.items():
        a_profile(api, people, profile_id, **body)
    best = ranked(ASKED, bodies, today=this_month())
    assert len(best) > 5
    assert best[0].overall_score >= 75
    return best


def sessions() -> set[int]:
    with connect() as connection:
        pids = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        return set(connection.scalars(text(pids)))


def answering() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if "process_request" in each.name}


def settle_aws(environment: Mapping[str, str], before: set[threading.Thread]) -> None:
    """Wait until the simulated AWS has done what was asked of it before now.

    It takes connections in their order, each into a thread; ours comes after all of the dead one.
    Threads from `before` are those of other servers, whose clients keep their connections.
    """
    urlopen(environment["AWS_ENDPOINT_URL"] + "/moto-api/data.json").close()  # noqa: S310 - our own server
    until(lambda: answering() <= before)


def kills(environment: Mapping[str, str], operation: str) -> Iterator[tuple[bool, Any]]:
    """Kill a function at each of its steps, before and after; for each, let it be given an event.

    Yields:
        Whether it dies after its step was sent, and a function that calls it with an event and
        says whether it was killed.
    """
    for step in range(1, MOST_STEPS + 1, STRIDE):
        for sent in (False, True) if FULL else (step % 2 == 0,):
            ended = False

            def killed(event: object, step: int = step, sent: bool = sent) -> bool:
                nonlocal ended
                before, others = sessions(), answering()
                ended = survives(environment, operation, event, step, sent=sent)
                # What the dead one had sent may still be going on, in the database and in AWS.
                until(lambda: sessions() <= before)
                settle_aws(environment, others)
                return not ended

            yield sent, killed
            if ended:
                return
    pytest.fail(f"{operation} has more than {MOST_STEPS} steps")


def recover(cloud: Cloud, operation: str, event: dict[str, Any]) -> None:
    """What happens by itself: the message comes again, the lease passes, the schedule fires."""
    assert invoke(operation, event) == NO_FAILURES
    work(cloud)
    pass_the_leases()
    dispatch()
    work(cloud)


def mails_about(cloud: Cloud, job: str) -> int:
    return sum(f"/jobs/{job}" in mail.as_string() for mail in cloud.mails())


def a_due_mail(cloud: Cloud, job: str) -> UUID:
    """Match a job, and lose the message about its mail."""
    run_matching(*cloud.matching.take())
    cloud.notifications.take()
    with connect() as connection:
        mails = select(Notification.id).where(Notification.job_id == UUID(job))
        return connection.execute(mails).scalar_one()


def status_of(mail: UUID) -> NotificationStatus:
    with connect() as connection:
        status = select(Notification.status).where(Notification.id == mail)
        return connection.execute(status).scalar_one()


def test_a_run(
    api: Api,
    people: People,
    cloud: Cloud,
    worker_environment: Mapping[str, str],
    expected: list[Ranked],
) -> None:
    happened: Counter[MatchingStatus] = Counter()
    for _, killed in kills(worker_environment, "run_matching"):
        job = an_open_job(api, people.employer, **ASKED)
        cloud.matching.take()
        event = sqs_event([json.dumps({"jobId": job})])
        if not killed(event):
            break
        happened[job_row(job).matching_status] += 1
        recover(cloud, "run_matching", event)
        assert job_row(job).matching_status is MatchingStatus.COMPLETED
        assert ranking_of(api, job, people.employer) == expected
        assert runs_of(api, job, people.employer)[0]["outcome"] == "completed"
        assert mails_about(cloud, job) == 1
    assert happened[MatchingStatus.PENDING]
    assert happened[MatchingStatus.RUNNING]
    found(
        Section.FAULTS,
        "`run_matching` killed (SIGKILL) before and after every message that it sends",
        happened.total(),
        f"before its claim {happened[MatchingStatus.PENDING]}, while running"
        f" {happened[MatchingStatus.RUNNING]}, after completing"
        f" {happened[MatchingStatus.COMPLETED]}; every job ended completed with exactly the"
        " matches of the contract, and one mail",
    )


def test_a_mail(
    api: Api,
    people: People,
    cloud: Cloud,
    worker_environment: Mapping[str, str],
    expected: list[Ranked],
) -> None:
    happened: Counter[tuple[NotificationStatus, int]] = Counter()
    for _, killed in kills(worker_environment, "notify_employer"):
        job = an_open_job(api, people.employer, **ASKED)
        mail = a_due_mail(cloud, job)
        event = sqs_event([json.dumps({"notificationId": str(mail)})])
        if not killed(event):
            assert mails_about(cloud, job) == 1
            break
        status, sent = status_of(mail), mails_about(cloud, job)
        happened[status, sent] += 1
        recover(cloud, "notify_employer", event)
        # Of the same run no second mail, whatever the queue and the schedule do.
        told = mails_about(cloud, job)
        in_window = status is NotificationStatus.CLAIMED
        assert told == (sent if in_window else 1)
        # A later run names them once more only where nobody knows whether they were named.
        api.post(f"/jobs/{job}/matching-runs", by=people.employer)
        work(cloud)
        assert mails_about(cloud, job) == (told + 1 if in_window else 1)
        assert all(
            each["notifiedAt"]
            for each in matches_of(api, job, people.employer)
            if each["overallScore"] >= 75
        )
        # And never again.
        api.post(f"/jobs/{job}/matching-runs", by=people.employer)
        work(cloud)
        assert mails_about(cloud, job) == (told + 1 if in_window else 1)
    assert happened[NotificationStatus.DUE, 0]
    assert sum(
        count for (status, _), count in happened.items() if status is NotificationStatus.CLAIMED
    )
    found(
        Section.FAULTS,
        "`notify_employer` killed (SIGKILL) before and after every message that it sends",
        happened.total(),
        f"before its claim {happened[NotificationStatus.DUE, 0]} and after noting the mail"
        f" {happened[NotificationStatus.SENT, 1]}: one mail; in the documented window,"
        f" {happened[NotificationStatus.CLAIMED, 0]} before sending and"
        f" {happened[NotificationStatus.CLAIMED, 1]} after: none more for that run, one more with"
        " the next, none after that",
    )


def test_the_schedule(
    api: Api,
    people: People,
    cloud: Cloud,
    worker_environment: Mapping[str, str],
    expected: list[Ranked],
) -> None:
    times = 0
    for _, killed in kills(worker_environment, "dispatch_matching"):
        job = an_open_job(api, people.employer, **ASKED)
        run_matching(*cloud.matching.take())
        cloud.notifications.take()
        # What the schedule is to find: a due job, a due mail, and a candidate who has changed.
        changed = expected[0].profile_id
        with connect() as connection:
            connection.execute(insert(ProfileChange).values(profile_id=UUID(changed)))
        other = an_open_job(api, people.employer, **ASKED)
        cloud.matching.take()
        if not killed(schedule_event("dispatch_matching")):
            break
        times += 1
        dispatch()
        work(cloud)
        for each in (job, other):
            assert job_row(each).matching_status is MatchingStatus.COMPLETED
            assert ranking_of(api, each, people.employer) == expected
            assert mails_about(cloud, each) == 1
        # What was noted of the candidate changed no match.
        assert len(runs_of(api, job, people.employer)) == 1
        for each in (job, other):  # or the next changed candidate would concern it
            api.patch(f"/jobs/{each}", {"status": "closed"}, by=people.employer)
    assert times > 2
    found(
        Section.FAULTS,
        "`dispatch_matching` killed (SIGKILL) before and after every message that it sends",
        times,
        "the next schedule found what was due: jobs, mails and changed candidates",
    )


def test_a_job_that_is_given_up(
    api: Api,
    people: People,
    cloud: Cloud,
    worker_environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The fifth failure is told to an operator; it must not be noted without that.
    broken = {"MATCHING_LIMIT": "many"}
    monkeypatch.setenv(*next(iter(broken.items())))
    happened: Counter[MatchingStatus] = Counter()
    for _, killed in kills({**worker_environment, **broken}, "run_matching"):
        job = an_open_job(api, people.employer, **ASKED)
        change(Job, job, matching_failures=MOST_FAILURES - 1)
        cloud.matching.take()
        event = sqs_event([json.dumps({"jobId": job})])
        if not killed(event):
            break
        happened[job_row(job).matching_status] += 1
        recover(cloud, "run_matching", event)
        assert job_row(job).matching_failures == MOST_FAILURES
        assert UUID(job) in cloud.dead_jobs.take()
        assert dispatch()["queued"] == 0
    found(
        Section.FAULTS,
        "a fifth failing run killed (SIGKILL) before and after every message that it sends",
        happened.total(),
        f"while running {happened[MatchingStatus.RUNNING]}, after failing"
        f" {happened[MatchingStatus.FAILED]}; every job reached the dead-letter queue",
    )


def test_a_mail_that_is_given_up(
    api: Api,
    people: People,
    cloud: Cloud,
    worker_environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    expected: list[Ranked],
) -> None:
    refused = {"MAIL_SENDER": "unknown@other.example"}
    monkeypatch.setenv(*next(iter(refused.items())))
    happened: Counter[NotificationStatus] = Counter()
    for _, killed in kills({**worker_environment, **refused}, "notify_employer"):
        job = an_open_job(api, people.employer, **ASKED)
        mail = a_due_mail(cloud, job)
        change(Notification, mail, attempts=MOST_ATTEMPTS - 1)
        event = sqs_event([json.dumps({"notificationId": str(mail)})])
        if not killed(event):
            break
        happened[status_of(mail)] += 1
        recover(cloud, "notify_employer", event)
        dead = mail in cloud.dead_mails.take()
        assert dead or status_of(mail) is NotificationStatus.CLAIMED
    assert happened[NotificationStatus.CLAIMED]
    found(
        Section.FAULTS,
        "a fifth refused mail, its worker killed (SIGKILL) before and after every message",
        happened.total(),
        f"in the documented window {happened[NotificationStatus.CLAIMED]}; every other mail"
        " reached the dead-letter queue",
    )
