"""Matching and mails, run in the test as the workers would run them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, text

from jobmatch.aws import MailRefusedError
from jobmatch.models import JobMatch, MatchingRun, RunOutcome
from jobmatch.notifications import service as notifications
from jobmatch.notifications.queries import MOST_ATTEMPTS
from jobmatch.postgres import connect, transaction
from jobmatch.rankings.new_entries import RankedJob, begin_rankings, log_rankings
from jobmatch.runs import service as run
from jobmatch.runs.failures import MOST_FAILURES
from jobmatch.shortlists.storing import Result
from local.events import schedule_event, sqs_event
from tests.support.functions import invoke
from tests.support.oracle import Ranked

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from jobmatch.matches.service import NewMatch
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import Person

NO_FAILURES: dict[str, list[Any]] = {"batchItemFailures": []}


def run_matching(*job_ids: UUID | str) -> None:
    """Handle a message for each job; none may fail."""
    bodies = [json.dumps({"jobId": str(job_id)}) for job_id in job_ids]
    assert invoke("run_matching", sqs_event(bodies)) == NO_FAILURES


def take_up() -> None:
    """Handle the message that changed candidates wait."""
    assert invoke("run_matching", sqs_event([json.dumps({"jobId": None})])) == NO_FAILURES


def a_run(job_id: UUID | str, run_id: UUID | None = None) -> str:
    """Note a completed run of a job with the matches that it has now, and no more; its id."""
    run, job = run_id or uuid4(), UUID(str(job_id))
    lists = ("requiredSpecializations", "preferredSpecializations")
    others = ("minimumExperience", "preferredLocation", "requiredBar", "requiredTechnicalDomains")
    requirements = dict.fromkeys((*lists, *others))
    rules = {"scorer": "rubric", "modelId": None, "promptVersion": None, "rubricVersion": 2}
    facts = {"runId": str(run), **rules, "passed": 1, "requirements": requirements}
    with transaction() as connection:
        stored = select(JobMatch.profile_id).where(JobMatch.job_id == job)
        ranked = RankedJob(job, facts, connection.scalars(stored).all(), ())
        (number,) = log_rankings(connection, begin_rankings(connection, [ranked]))
        connection.execute(
            insert(MatchingRun).values(
                id=run,
                job_id=job,
                outcome=RunOutcome.COMPLETED,
                finished_at=func.clock_timestamp(),
                scorer="rubric",
                rubric_version=2,
                entry_number=number,
            )
        )
    return str(run)


def send_mail(notification_id: UUID) -> Any:
    """Handle the message for one mail; the worker's answer."""
    body = json.dumps({"notificationId": str(notification_id)})
    return invoke("notify_employer", sqs_event([body]))


def dispatch() -> Any:
    """Run the function of the schedule; its answer."""
    return invoke("dispatch_matching", schedule_event("dispatch_matching"))


def work(cloud: Cloud) -> None:
    """Handle messages until all queues are empty."""
    while True:
        jobs, mails = cloud.matching.records(), cloud.notifications.records()
        if not jobs and not mails:
            return
        if jobs:
            assert invoke("run_matching", {"Records": jobs}) == NO_FAILURES
        if mails:
            assert invoke("notify_employer", {"Records": mails}) == NO_FAILURES


def failing_runs(patch: pytest.MonkeyPatch, words: str = "away") -> Iterator[int]:
    """Let every run fail, five times; after each attempt the next one is due at once."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise LookupError(words)

    patch.setattr(run, "best_candidates", fail)
    for attempt in range(1, MOST_FAILURES + 1):
        yield attempt
        _bring_forward("UPDATE jobs SET matching_retry_at = now() WHERE status = 'open'")


def refused_mails(patch: pytest.MonkeyPatch) -> Iterator[int]:
    """Let every mail be refused, in the same manner."""

    def refuse(_: object) -> NoReturn:
        raise MailRefusedError("MessageRejected")

    patch.setattr(notifications, "send_mail", refuse)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        yield attempt
        _bring_forward("UPDATE notifications SET due_at = now()")


def pass_the_leases() -> None:
    """Let the time pass that workers who have died had for their runs and mails."""
    _bring_forward("UPDATE jobs SET matching_lease_until = now()")
    _bring_forward("UPDATE notifications SET lease_until = now() WHERE lease_until > now()")


def _bring_forward(statement: str) -> None:
    with connect() as connection:
        connection.execute(text(statement))


def found(*matches: NewMatch) -> Result:
    """The result of a run that shortlists these candidates."""
    shortlist = [match.profile_id for match in matches]
    return Result(passed=len(matches), shortlisted=shortlist, scored=list(matches))


def runs_of(api: Api, job: str, by: Person) -> list[dict[str, Any]]:
    """A job's matching runs, newest first."""
    answer = api.get(f"/jobs/{job}/matching-runs", by=by)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def ranking_of(api: Api, job: str, by: Person) -> list[Ranked]:
    """A job's matches as the oracle ranks them."""
    return [
        Ranked(
            match["profileId"],
            match["overallScore"],
            {name: value["score"] for name, value in match["subscores"].items()},
            match["recommendation"],
        )
        for match in matches_of(api, job, by)
    ]


def matches_of(api: Api, job: str, by: Person) -> list[dict[str, Any]]:
    """A job's matches, best first."""
    answer = api.get(f"/jobs/{job}/matches?limit=100", by=by)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items
