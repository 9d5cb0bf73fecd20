"""Running the matching and the mail in the test, as the workers would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jobmatch.queries.runs import Result
from local.events import schedule_event, sqs_event
from tests.support.functions import invoke

if TYPE_CHECKING:
    from uuid import UUID

    from jobmatch.queries.job_matches import NewMatch
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import Person

NO_FAILURES: dict[str, list[Any]] = {"batchItemFailures": []}


def run_matching(*job_ids: UUID | str) -> None:
    """One message per job, all taken well."""
    bodies = [json.dumps({"jobId": str(job_id)}) for job_id in job_ids]
    assert invoke("run_matching", sqs_event(bodies)) == NO_FAILURES


def send_mail(notification_id: UUID) -> Any:
    """What the worker answers to the message for one mail."""
    body = json.dumps({"notificationId": str(notification_id)})
    return invoke("notify_employer", sqs_event([body]))


def dispatch() -> Any:
    """What the schedule's function answers."""
    return invoke("dispatch_matching", schedule_event("dispatch_matching"))


def work(cloud: Cloud) -> None:
    """Work off all queues until nothing waits."""
    while True:
        jobs, mails = cloud.matching.take(), cloud.notifications.take()
        if not jobs and not mails:
            return
        if jobs:
            run_matching(*jobs)
        for mail in mails:
            assert send_mail(mail) == NO_FAILURES


def found(*matches: NewMatch) -> Result:
    """What a run found that keeps just these."""
    kept = [match.profile_id for match in matches]
    return Result(passed=len(matches), kept=kept, scored=list(matches))


def runs_of(api: Api, job: str, by: Person) -> list[dict[str, Any]]:
    """The history of a job's matching, newest first."""
    answer = api.get(f"/jobs/{job}/matching-runs", by=by)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def matches_of(api: Api, job: str, by: Person) -> list[dict[str, Any]]:
    """A job's matches, best first."""
    answer = api.get(f"/jobs/{job}/matches?limit=100", by=by)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items
