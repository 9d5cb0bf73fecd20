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

from jobmatch.models import Job
from jobmatch.notifications.queries import get_due_notifications
from jobmatch.postgres import connect
from local.aws import Depth, LocalAws
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
    from collections.abc import Iterator, Sequence

    from local.resources import Function
    from tests.support.api import Api
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
        until(lambda: self._aws.depth(self._queue) == Depth())
        assert self._largest > 1, "messages of a batch must not disturb each other"

    def dead(self) -> list[str]:
        """The bodies in the dead-letter queue, taken off it."""
        bodies = []
        while taken := self._aws.receive(self._dead, 10, 0):
            for message in taken:
                bodies.append(message["Body"])
                self._aws.delete(self._dead, message["ReceiptHandle"])
        return sorted(bodies)


@pytest.fixture
def jobs(api: Api, people: People) -> list[str]:
    """Open jobs with a good match each, opened past the API, which would queue them as well."""
    a_profile(api, people, specializations=["Licensing"])
    wanted = {"requiredSpecializations": ["Licensing"]}
    jobs = [a_draft(api, people.employer, **wanted) for _ in range(JOBS)]
    write(update(Job).values(status="open"))
    return jobs


def deliver(aws: LocalAws, operation: str, field: str, ids: Sequence[object]) -> None:
    """Deliver messages at their worst; those that nobody can read must be all that is dead."""
    good = [json.dumps({field: str(each)}) for each in ids]
    bad, unknown = poison(field), json.dumps({field: str(uuid4())})
    bodies = [*good * COPIES, unknown, *bad]
    Random(5).shuffle(bodies)
    with Deliveries(aws, operation) as deliveries:
        deliveries.work_off(*bodies)
        assert deliveries.dead() == sorted(bad)
        deliveries.work_off(*good)
        assert deliveries.dead() == []
    found(
        Section.FAULTS,
        f"messages of `{operation}` {COPIES} times, out of order, once more when all was done, and"
        f" {len(bad)} that nobody can read among them",
        len(bodies) + len(good),
        f"everything was done once; the {len(bad)} reached the dead-letter queue, and nothing else"
        " did",
    )


def test_the_matching_queue(api: Api, people: People, aws: LocalAws, jobs: list[str]) -> None:
    deliver(aws, "run_matching", "jobId", jobs)
    for job in jobs:
        assert [run["outcome"] for run in runs_of(api, job, people.employer)] == ["completed"]
        assert len(matches_of(api, job, people.employer)) == 1


def test_the_notification_queue(aws: LocalAws, jobs: list[str]) -> None:
    run_matching(*jobs)
    with connect() as connection:
        due = get_due_notifications(connection)
    deliver(aws, "notify_employer", "notificationId", due)
    assert len(aws.mails()) == JOBS
