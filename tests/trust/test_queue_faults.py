"""Messages that come twice, late and out of order, beside some that nobody can read."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import boto3
import pytest
from sqlalchemy import update

from jobmatch.database import connect
from jobmatch.models import Job
from jobmatch.queries.notifications import get_due_notifications
from local.aws import LocalAws
from local.environments import Result
from local.postgres import free_port
from local.queues import Poller
from local.template import Template
from tests.support.functions import invoke
from tests.support.given import a_draft, a_profile
from tests.support.paths import ROOT
from tests.support.rivals import until
from tests.support.rows import write
from tests.support.running import matches_of, run_matching, runs_of
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.resources import Function
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

MOST_BYTES = 256 * 1024
"""Of a message."""
COPIES = 3
JOBS = scaled(6, 40)


def poison(field: str) -> list[str]:
    """Messages that nobody can read, where one names an id in `field`."""
    some_id = str(uuid4())
    return [
        "poison",
        f'{{"{field}": "',
        "[]",
        "null",
        "{}",
        json.dumps({field: 5}),
        json.dumps({field: "7"}),
        json.dumps({field: [some_id]}),
        json.dumps({field: some_id, "status": "completed"}),
        json.dumps({"id": some_id}),
        f'{{"{field}": {"9" * 100_000}}}',
        "[" * 100_000,
        json.dumps({field: "x" * (MOST_BYTES - 30)}),
    ]


@pytest.fixture
def aws(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalAws]:
    """The template's queues, where a message that was not handled comes again at once."""
    template = Template(ROOT / "template.yaml")
    queues = [
        replace(each, attributes={**each.attributes, "VisibilityTimeout": "0"})
        for each in template.queues
    ]
    aws = LocalAws(free_port())
    aws.start(queues, template.senders())
    for name, value in template.functions["RunMatchingFunction"].environment.items():
        if name.endswith("QUEUE_URL"):
            monkeypatch.setenv(name, value)
    yield aws
    aws.stop()


class Deliveries:
    """A queue whose messages come in any order, five at a time."""

    def __init__(self, aws: LocalAws, operation: str) -> None:
        template = Template(ROOT / "template.yaml")
        (source,) = (each for each in template.sources if each.function.operation == operation)
        (queue,) = (each for each in template.queues if each.name == source.queue)
        assert queue.dead_letters is not None
        self._aws, self._queue, self._dead = aws, queue.name, queue.dead_letters
        self._largest = 0
        # One batch at a time: what is not handled comes again at once, and may come three times.
        self._poller = Poller(replace(source, concurrency=1), aws, self._invoke)

    def _invoke(self, function: Function, event: Any) -> Result:
        self._largest = max(self._largest, len(event["Records"]))
        return Result(invoke(function.operation, event))

    def __enter__(self) -> Self:
        self._poller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._poller.stop()
        self._poller._thread.join()

    def work_off(self, *bodies: str) -> None:
        """Send messages, and have all handled until none is left."""
        sqs = boto3.client("sqs")
        url = sqs.get_queue_url(QueueName=self._queue)["QueueUrl"]
        for body in bodies:
            sqs.send_message(QueueUrl=url, MessageBody=body)
        until(lambda: self._aws.depth(self._queue) == (0, 0))
        assert self._largest > 1, "messages of a batch must not disturb each other"

    def dead(self) -> list[str]:
        """The bodies in the dead-letter queue, taken off it."""
        bodies = []
        while taken := self._aws.receive(self._dead, 10, 0):
            for message in taken:
                bodies.append(message["Body"])
                self._aws.delete(self._dead, message["ReceiptHandle"])
        return sorted(bodies)


def shuffled(good: list[str], unknown: str, bad: list[str]) -> list[str]:
    bodies = [*good * COPIES, unknown, *bad]
    Random(5).shuffle(bodies)
    return bodies


def test_the_matching_queue(api: Api, people: People, aws: LocalAws) -> None:
    a_profile(api, people, specializations=["Licensing"])
    jobs = [
        a_draft(api, people.employer, requiredSpecializations=["Licensing"]) for _ in range(JOBS)
    ]
    write(update(Job).values(status="open"))  # past the API, which would queue them as well
    good = [json.dumps({"jobId": job}) for job in jobs]
    bad, unknown = poison("jobId"), json.dumps({"jobId": str(uuid4())})
    bodies = shuffled(good, unknown, bad)
    with Deliveries(aws, "run_matching") as deliveries:
        deliveries.work_off(*bodies)
        assert deliveries.dead() == sorted(bad)
        deliveries.work_off(*good)
        assert deliveries.dead() == []
    for job in jobs:
        assert [run["outcome"] for run in runs_of(api, job, people.employer)] == ["completed"]
        assert len(matches_of(api, job, people.employer)) == 1
    report("matching", len(bodies) + len(good), len(bad), f"all {JOBS} jobs were matched once")


def test_the_notification_queue(api: Api, people: People, aws: LocalAws, cloud: Cloud) -> None:
    a_profile(api, people, specializations=["Licensing"])
    jobs = [
        a_draft(api, people.employer, requiredSpecializations=["Licensing"]) for _ in range(JOBS)
    ]
    write(update(Job).values(status="open"))
    run_matching(*jobs)
    with connect() as connection:
        due = get_due_notifications(connection)
    assert len(due) == JOBS
    good = [json.dumps({"notificationId": str(mail)}) for mail in due]
    bad, unknown = poison("notificationId"), json.dumps({"notificationId": str(uuid4())})
    bodies = shuffled(good, unknown, bad)
    with Deliveries(aws, "notify_employer") as deliveries:
        deliveries.work_off(*bodies)
        assert deliveries.dead() == sorted(bad)
        deliveries.work_off(*good)
        assert deliveries.dead() == []
    assert len(cloud.mails()) == JOBS
    report("notification", len(bodies) + len(good), len(bad), f"all {JOBS} mails were sent once")


def report(queue: str, messages: int, bad: int, done: str) -> None:
    found(
        Section.FAULTS,
        f"messages of the {queue} queue {COPIES} times, out of order, once more when all was done,"
        f" and {bad} that nobody can read among them",
        messages,
        f"{done}; the {bad} reached the dead-letter queue, and nothing else did",
    )
