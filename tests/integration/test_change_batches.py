"""What a batch of changes costs, and what it tells, where it concerns many jobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from jobmatch.models import Decision, MatchingRun, Notification, WebhookEvent
from jobmatch.postgres import connect
from tests.support.given import a_profile, an_open_job
from tests.support.ownership import executed
from tests.support.receivers import a_webhook
from tests.support.running import matches_of, run_matching, take_up

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

ADDED, REMOVED, COMPLETED = "match.added", "match.removed", "matching.completed"


def events_about(job: str) -> list[tuple[str, str | None]]:
    """Types of the events about a job, in their order, and the candidates whom they name."""
    of_job = select(WebhookEvent).where(WebhookEvent.job_id == UUID(job))
    with connect() as connection:
        rows = connection.execute(of_job.order_by(WebhookEvent.number))
        return [(row.type, json.loads(row.data).get("profileId")) for row in rows]


def test_a_batch_takes_as_many_statements_for_forty_jobs_as_for_two(
    api: Api, people: People, cloud: Cloud
) -> None:
    a_webhook(api, people.admin, "https://hooks.marlow.example/", ADDED, REMOVED, COMPLETED)
    statements = []
    for field, number in (("Copyright", 2), ("Licensing", 40)):
        stays, leaves, goes = (a_profile(api, people, specializations=[field]) for _ in range(3))
        jobs = [
            an_open_job(api, people.employer, requiredSpecializations=[field])
            for _ in range(number)
        ]
        run_matching(*jobs)
        first = a_profile(api, people, specializations=[field, "Privacy"])
        a_profile(api, people, leaves, specializations=["Privacy"])
        with executed() as changing:
            take_up()
        # Its match goes without a run, so that the log is behind.
        assert api.delete(f"/admin/profiles/{goes}", by=people.admin).status == 204
        second = a_profile(api, people, specializations=[field])
        with executed() as behind:
            take_up()
        # But for one a job, because a webhook hears of its matches.
        statements.append((len(changing.all) - number, len(behind.all) - number))
        for job in jobs:
            listed = {match["profileId"] for match in matches_of(api, job, people.employer)}
            assert listed == {stays, first, second}
            told = events_about(job)
            assert set(told[:4]) == {*((ADDED, each) for each in (stays, leaves, goes)), told[3]}
            assert told[3] == (COMPLETED, None)
            assert set(told[4:6]) == {(ADDED, first), (REMOVED, leaves)}
            assert told[6] == (COMPLETED, None)
            # Of the deletion, which tells it itself.
            assert told[7] == (REMOVED, goes)
            assert told[8:] == [(ADDED, second), (COMPLETED, None)]
            with connect() as connection:
                of_job = Decision.job_id == UUID(job)
                texts = connection.scalars(select(Decision.entry).where(of_job))
                entries = sorted(map(json.loads, texts), key=lambda each: each["number"])
                runs = select(MatchingRun.entry_number, MatchingRun.takes_up)
                rows = connection.execute(runs.where(MatchingRun.job_id == UUID(job))).all()
                mails = select(Notification.id).where(Notification.job_id == UUID(job))
                assert len(connection.scalars(mails).all()) == 1
            assert sorted(map(tuple, rows)) == [(1, False), (2, True), (3, True)]
            assert [each["listed"] for each in entries] == [None, 3, 3]
            assert [each["scores"].count(None) for each in entries] == [0, 1, 1]
    few, many = statements
    assert few == many
