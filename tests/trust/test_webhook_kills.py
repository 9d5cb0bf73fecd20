"""Those who deliver events are killed at any moment: nothing is lost, and nothing is new."""

from __future__ import annotations

import time
from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING

import boto3
from sqlalchemy import func, select

from jobmatch.models import WebhookEvent
from jobmatch.postgres import connect
from tests.support.given import a_draft
from tests.support.receivers import a_webhook, bring_forward, deliver, receiving
from tests.support.rivals import until
from tests.support.running import dispatch
from tests.support.trust import Section, found, scaled
from tests.support.workers import deliver_for_ever, kill, start

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People
    from tests.support.receivers import Received

KILLS = scaled(20, 200)
WORKERS = 2
EVENTS_BEFORE_A_KILL = 3


def test_no_event_is_lost_and_none_comes_under_another_id(
    api: Api,
    people: People,
    cloud: Cloud,
    worker_environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = Random(31)
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    environment = {**worker_environment, "WEBHOOKS_TO_ANYWHERE": "on"}
    for queue in (cloud.webhooks, cloud.deliveries, cloud.results):
        visible = {"VisibilityTimeout": "1"}
        boto3.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes=visible)
    with receiving() as receiver:
        secrets = dict(
            a_webhook(api, by, receiver.url, "job.created", "job.updated")
            for by in (people.employer, people.admin)
        )
        workers = [start(deliver_for_ever, environment) for _ in range(WORKERS)]
        try:
            for _ in range(KILLS):
                for _ in range(EVENTS_BEFORE_A_KILL):
                    job = a_draft(api, people.employer)
                    api.patch(f"/jobs/{job}", {"title": "Other"}, by=people.employer)
                receiver.status = random.choice([204, 204, 500])
                dispatch()
                time.sleep(random.random() * 0.2)
                kill(workers.pop(random.randrange(WORKERS)))
                workers.append(start(deliver_for_ever, environment))
        finally:
            for worker in workers:
                kill(worker)
        receiver.status = 204
        settle(cloud)
        got = receiver.take()
    written = KILLS * EVENTS_BEFORE_A_KILL * 2
    bodies = defaultdict(set)
    for each in got:
        bodies[each.id].add(each.body)
        assert any(verifies(each, secret) for secret in secrets.values())
    with connect() as connection:
        rows = connection.execute(select(WebhookEvent)).all()
    sequences = defaultdict(list)
    for row in rows:
        sequences[row.webhook_id].append(row.sequence)
    assert {str(row.id) for row in rows} == bodies.keys(), "each event came, and no other"
    assert {len(each) for each in bodies.values()} == {1}, "the same each time"
    for numbers in sequences.values():
        assert sorted(numbers) == [*range(1, written + 1)]
    found(
        Section.FAULTS,
        f"random kills (SIGKILL) of {WORKERS} workers that deliver events of webhooks",
        KILLS,
        f"of {len(rows)} events none was lost; {len(got) - len(bodies)} came more than once, under"
        " the same id with the same body",
    )


def verifies(received: Received, secret: str) -> bool:
    try:
        received.verified(secret)
    except Exception:  # noqa: BLE001 - the verifier's, for another secret
        return False
    return True


def settle(cloud: Cloud) -> None:
    """Leases and pauses pass, and the schedule fires, until everything is delivered."""

    def settled() -> bool:
        bring_forward()
        dispatch()
        deliver(cloud)
        with connect() as connection:
            left = select(func.count()).where(WebhookEvent.state != "delivered")
            return connection.scalar(left) == 0

    until(settled)
