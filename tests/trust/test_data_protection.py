"""Candidates are deleted while everybody works on them; then nothing of them is left anywhere."""

from __future__ import annotations

import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import make_url, select

from jobmatch.careers.dates import this_month
from jobmatch.errors import NotFoundError
from jobmatch.matches.service import insert_match, mark_matches_notified
from jobmatch.models import JobMatch, MatchingRun, RunOutcome
from jobmatch.notifications.queries import get_due_notifications
from jobmatch.notifications.service import notify_employer
from jobmatch.permissions import SYSTEM
from jobmatch.postgres import connect, engine, transaction
from jobmatch.profiles.service import delete_profile, put_profiles
from jobmatch.runs.service import match_job
from local.postgres import _program
from tests.support.due import request_matching, take_up_batch
from tests.support.postings import a_match, candidate, post_job
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud

CANARY = "zephyrine"
JOBS = 4
ROUND = 40
"""Candidates at a time; half of them are deleted."""


def dump(url: str) -> str:
    """The whole database as text."""
    address = make_url(url).set(drivername="postgresql")
    done = subprocess.run(  # noqa: S603 - the server's own program
        [_program("pg_dump"), "--dbname", address.render_as_string(hide_password=False)],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    return done.stdout


def canary(*, deleted: bool) -> dict[str, object]:
    """A candidate whose own words are nobody else's, if they are to be deleted."""
    if not deleted:
        return {"name": "Bo Stays"}
    return {
        "name": CANARY,
        "email": f"{uuid4()}@{CANARY}.example",
        "location": f"{CANARY}, Germany",
        "workHistory": [{"employer": f"{CANARY} Ltd", "title": CANARY, "startDate": "2015"}],
    }


def in_transaction(work: Callable[..., object], *arguments: object, **named: object) -> None:
    with transaction() as connection:
        work(connection, *arguments, **named)


def delete_once(profile: UUID) -> bool:
    """Whether it was we who deleted them."""
    try:
        in_transaction(delete_profile, profile)
    except NotFoundError:
        return False
    return True


def put_match(job: UUID, profile: UUID) -> None:
    with suppress(NotFoundError):
        in_transaction(insert_match, a_match(job, profile))


def rematch(job: UUID) -> None:
    in_transaction(request_matching, job, viewer=SYSTEM)
    match_job(job)


def mark_some(job: UUID) -> None:
    with transaction() as connection:
        ids = connection.scalars(select(JobMatch.id).where(JobMatch.job_id == job).limit(5)).all()
        if ids:
            mark_matches_notified(connection, ids)


def take_up_changes() -> None:
    in_transaction(take_up_batch)


def tell() -> None:
    with connect() as connection:
        mails = get_due_notifications(connection)
    for mail in mails:
        notify_employer(mail)


def test_nothing_is_left_of_candidates_deleted_while_they_are_matched(
    database: str, cloud: Cloud
) -> None:
    chance = random.Random(20)
    with transaction() as connection:
        jobs = [post_job(connection) for _ in range(JOBS)]
    gone: list[UUID] = []
    deletions = 0
    rounds = scaled(3, 100)
    for _ in range(rounds):
        new = {uuid4(): number % 2 == 0 for number in range(ROUND)}
        with transaction() as connection:
            put_profiles(
                connection,
                {i: candidate(**canary(deleted=d)) for i, d in new.items()},
                this_month=this_month(),
                aliases=None,
            )
        for job in jobs:
            match_job(job)
        leaving = [profile for profile, leaves in new.items() if leaves]
        work: list[tuple[Callable[..., object], tuple[object, ...]]] = [
            *((rematch, (job,)) for job in jobs * 3),
            *((mark_some, (job,)) for job in jobs * 2),
            *((put_match, (chance.choice(jobs), profile)) for profile in leaving),
            *((take_up_changes, ()) for _ in range(5)),
            *((tell, ()) for _ in range(3)),
        ]
        work += [(delete_once, (profile,)) for profile in leaving * 2]
        chance.shuffle(work)
        with ThreadPoolExecutor(6) as pool:
            done = [(task, pool.submit(task, *arguments)) for task, arguments in work]
        # Nobody fails because of a deletion: neither by a deadlock nor by a foreign key.
        results = [(task, each.result(timeout=60)) for task, each in done]
        deletions += sum(result is True for task, result in results if task is delete_once)
        gone += leaving
    for job in jobs:
        rematch(job)
    assert deletions == len(gone) == rounds * ROUND // 2
    text = dump(database)
    assert "Bo Stays" in text
    assert CANARY not in text.lower()
    assert [each for each in gone if str(each) in text] == []
    with connect() as connection:
        outcomes = set(connection.scalars(select(MatchingRun.outcome)))
        newest_last = select(MatchingRun.passed).order_by(MatchingRun.started_at)
        passed = connection.scalars(newest_last).all()
    assert outcomes <= {RunOutcome.COMPLETED, RunOutcome.OVERTAKEN}
    # The last run of each job found all who stayed.
    assert passed[-JOBS:] == [rounds * ROUND // 2] * JOBS
    assert not any(CANARY in mail.as_string() for mail in cloud.mails())
    engine().dispose()
    found(
        Section.DATA,
        "candidates deleted, each twice at once, while their jobs were matched, mails sent, matches"
        " put and marked; then the whole database searched for their ids and words",
        deletions,
        "each deleted once, nothing of them left, no run and no mail failed because of it",
    )
