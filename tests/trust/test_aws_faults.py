"""SQS and SES are away or throttle: work waits, and goes on by itself when they are back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import select

from jobmatch.errors import FunctionFailedError
from jobmatch.models import Job, MatchingStatus, Notification, NotificationStatus
from jobmatch.notifications.queries import MOST_ATTEMPTS
from jobmatch.postgres import connect
from jobmatch.runs.failures import MOST_FAILURES
from local.events import sqs_event
from tests.support.away import NOT_REACHED, OPEN, REFUSES, SILENT, away
from tests.support.functions import invoke
from tests.support.given import a_profile, an_open_job
from tests.support.rows import change, job_row
from tests.support.running import (
    NO_FAILURES,
    dispatch,
    matches_of,
    run_matching,
    runs_of,
    send_mail,
    work,
)
from tests.support.trust import FULL, Section, found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row

    from tests.support.api import Api
    from tests.support.away import Fault
    from tests.support.cloud import Cloud
    from tests.support.people import People

FAULTS: Mapping[str, Fault] = {**NOT_REACHED, **REFUSES, **OPEN, **SILENT}
QUICK = {"refuses connections", "throttles (429)", "hangs up"}
"""The others take more of their callers' patience, and so the full experiment."""


def some_of(faults: Mapping[str, Fault]) -> list[str]:
    return [name for name in faults if FULL or name in QUICK]


@pytest.fixture(autouse=True)
def _a_candidate(api: Api, people: People) -> None:
    a_profile(api, people, specializations=["Licensing"])


def mail_of(job: str) -> Row[Any]:
    with connect() as connection:
        mails = select(Notification.__table__).where(Notification.job_id == UUID(job))
        return connection.execute(mails).one()


@pytest.mark.parametrize("name", some_of(FAULTS))
def test_jobs_wait_while_sqs(name: str, api: Api, people: People, cloud: Cloud) -> None:
    with away("SQS", FAULTS[name]):
        job = an_open_job(api, people.employer)
        other = an_open_job(api, people.employer)
        changed = api.patch(f"/jobs/{job}", {"minimumExperience": 1}, by=people.employer)
        assert (changed.status, changed.json["matchingStatus"]) == (200, "pending")
        assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
        with pytest.raises(FunctionFailedError):
            dispatch()  # the scheduler tries again, and an alarm sees it
        run_matching(other)
        assert job_row(other).matching_status is MatchingStatus.COMPLETED
        assert mail_of(other).status is NotificationStatus.DUE
    assert cloud.matching.take() == []
    assert dispatch() == {"queued": 1, "mails": 1, "webhooks": 0}
    work(cloud)
    for each in (job, other):
        assert job_row(each).matching_status is MatchingStatus.COMPLETED
        assert [run["outcome"] for run in runs_of(api, each, people.employer)] == ["completed"]
        assert len(matches_of(api, each, people.employer)) == 1
    assert mail_of(other).status is NotificationStatus.SENT
    found(
        Section.FAULTS,
        f"SQS {name}: jobs posted, changed and requested, the schedule, a run that ends",
        5,
        "201, 200 and 202; the schedule failed and lost nothing; the next one queued the job and"
        " the mail",
    )


@pytest.mark.parametrize("name", some_of(FAULTS))
def test_what_is_given_up_while_sqs(
    name: str, api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, other = (an_open_job(api, people.employer) for _ in range(2))
    run_matching(other)
    cloud.matching.take(), cloud.notifications.take()
    monkeypatch.setenv("MATCHING_LIMIT", "many")
    monkeypatch.setenv("MAIL_SENDER", "unknown@other.example")
    change(Job, job, matching_failures=MOST_FAILURES - 1)
    change(Notification, mail_of(other).id, attempts=MOST_ATTEMPTS - 1)
    with away("SQS", FAULTS[name]):
        event = sqs_event([f'{{"jobId": "{job}"}}'])
        assert invoke("run_matching", event) != NO_FAILURES
        assert send_mail(mail_of(other).id) == NO_FAILURES
    change(Job, job, matching_lease_until=None)
    change(Notification, mail_of(other).id, due_at=mail_of(other).created_at)
    assert dispatch() == {"queued": 1, "mails": 1, "webhooks": 0}
    work(cloud)
    assert job_row(job).matching_failures == MOST_FAILURES
    assert mail_of(other).status is NotificationStatus.REFUSED
    assert cloud.dead_jobs.take() == [UUID(job)]
    assert cloud.dead_mails.take() == [mail_of(other).id]
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}


@pytest.mark.parametrize("name", some_of({**NOT_REACHED, **REFUSES}))
def test_a_mail_is_due_again_when_ses(name: str, api: Api, people: People, cloud: Cloud) -> None:
    job = an_open_job(api, people.employer)
    run_matching(*cloud.matching.take())
    with away("SESV2", FAULTS[name]):
        work(cloud)
    mail = mail_of(job)
    assert (mail.status, mail.attempts) == (NotificationStatus.DUE, 1)
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}, "it backs off"
    change(Notification, mail.id, due_at=mail.created_at)
    assert dispatch() == {"queued": 0, "mails": 1, "webhooks": 0}
    work(cloud)
    assert (len(cloud.mails()), mail_of(job).status) == (1, NotificationStatus.SENT)
    found(Section.FAULTS, f"SES {name}", 1, "the mail was due again later, and sent once")


@pytest.mark.parametrize("name", some_of({**OPEN, **SILENT}))
def test_a_mail_is_not_repeated_when_ses(name: str, api: Api, people: People, cloud: Cloud) -> None:
    job = an_open_job(api, people.employer)
    run_matching(*cloud.matching.take())
    mail = mail_of(job).id
    with away("SESV2", FAULTS[name]):
        assert send_mail(mail) != NO_FAILURES
    assert mail_of(job).status is NotificationStatus.CLAIMED
    assert send_mail(mail) == NO_FAILURES  # the message comes again
    assert dispatch() == {"queued": 0, "mails": 0, "webhooks": 0}
    assert cloud.mails() == []
    cloud.notifications.take()
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    work(cloud)
    assert len(cloud.mails()) == 1
    found(
        Section.FAULTS,
        f"SES {name}, so that nobody knows whether the mail went out",
        1,
        "not sent again for its run; the next run named the matches",
    )
