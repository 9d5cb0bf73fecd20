"""What happens to jobs, matches and mails is told to who subscribes, and no more than it may be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from jobmatch.careers.dates import this_month
from jobmatch.deliveries.outbox import claim_events
from jobmatch.models import Profile, User, Webhook, WebhookEvent
from jobmatch.postgres import connect, transaction
from jobmatch.webhooks.recording import record_event
from jobmatch.webhooks.schemas import EventType
from tests.support.functions import invoke
from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.receivers import a_webhook, deliver, events_of, receiving
from tests.support.rows import change, count, write
from tests.support.running import matches_of, run_matching, work
from tests.support.samples import event_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People
    from tests.support.receivers import Receiver

ALL = tuple(str(each) for each in EventType)
URL = "https://hooks.marlow.example/"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    with receiving() as receiver:
        yield receiver


def told(webhook: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a webhook as they were written, oldest first."""
    with connect() as connection:
        rows = connection.execute(
            select(WebhookEvent.type, WebhookEvent.data)
            .where(WebhookEvent.webhook_id == UUID(webhook))
            .order_by(WebhookEvent.number)
        )
        return [(row.type, json.loads(row.data)) for row in rows]


def about(webhook: str, *kinds: str) -> list[tuple[str, str]]:
    """The candidates of the events of a webhook that name one."""
    return [(kind, data["profileId"]) for kind, data in told(webhook) if kind in kinds]


def test_the_life_of_a_job_is_told_in_its_order(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    webhook, secret = a_webhook(api, people.employer, receiver.url, *ALL)
    profile = a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    deliver(cloud)
    decided = {"decision": "shortlisted"}
    assert (
        api.put(f"/jobs/{job}/matches/{profile}/decision", decided, by=people.employer).status
        == 200
    )
    path = f"/jobs/{job}"
    assert api.patch(path, {"title": "Senior counsel"}, by=people.employer).status == 200
    assert api.patch(path, {"title": "Senior counsel"}, by=people.employer).status == 200
    assert api.patch(path, {"status": "closed"}, by=people.employer).status == 200
    deliver(cloud)
    got = receiver.take()
    assert [each.event["sequence"] for each in got] == [*range(1, len(got) + 1)]
    events = [each.verified(secret) for each in got]
    assert [each["type"] for each in events] == [
        "job.created",
        "match.added",
        "matching.completed",
        "notification.sent",
        "match.decided",
        "job.updated",
        "job.updated",
        "job.closed",
    ]
    job_now = {"jobId": job, "employerUserId": str(people.employer.id)}
    (score,) = [each["overallScore"] for each in matches_of(api, job, people.employer)]
    created, added, completed, sent, decision, retitled, closed, ended = (
        each["data"] for each in events
    )
    assert created == job_now | {"status": "open", "version": 1}
    assert added == job_now | {"profileId": profile, "overallScore": score}
    state = job_now | {"status": "open", "version": 1}
    run = completed["runId"]
    assert completed == state | {"runId": run, "passed": 1, "kept": 1}
    assert sent == state | {"notificationId": sent["notificationId"], "matches": 1}
    assert decision == state | {
        "profileId": profile,
        "overallScore": score,
        "decision": "shortlisted",
        "before": None,
        "by": "employer",
    }
    assert retitled == job_now | {"status": "open", "version": 2, "changed": ["title"]}
    assert closed == job_now | {"status": "closed", "version": 3, "changed": ["status"]}
    assert ended == job_now | {"status": "closed", "version": 3}
    shown = events_of(api, webhook, people.employer)
    assert [each["id"] for each in shown] == [each.id for each in reversed(got)]
    assert {(each["state"], each["lastStatus"], each["attempts"]) for each in shown} == {
        ("delivered", 204, 1)
    }


def test_who_subscribes_gets_what_they_subscribe_to_and_nobody_else(
    api: Api, people: People, cloud: Cloud
) -> None:
    own, _ = a_webhook(api, people.employer, URL, "job.created")
    rivals_own, _ = a_webhook(api, people.rival, URL, *ALL)
    of_all, _ = a_webhook(api, people.admin, URL, "job.created", "job.closed")
    stopped, _ = a_webhook(api, people.employer, URL, *ALL)
    assert api.patch(f"/webhooks/{stopped}", {"enabled": False}, by=people.employer).status == 200
    job = a_draft(api, people.employer)
    assert api.patch(f"/jobs/{job}", {"title": "Other"}, by=people.employer).status == 200
    other = a_draft(api, people.rival)
    kinds = {name: [(kind, data["jobId"]) for kind, data in told(name)] for name in (own, of_all)}
    assert kinds == {
        own: [("job.created", job)],
        of_all: [("job.created", job), ("job.created", other)],
    }
    assert told(rivals_own) == [("job.created", told(rivals_own)[0][1])]
    assert told(stopped) == []
    assert {str(each) for each in cloud.webhooks.take()} == {own, of_all, rivals_own}


def test_where_nobody_subscribes_nothing_is_written_or_queued(
    api: Api, people: People, cloud: Cloud
) -> None:
    a_webhook(api, people.rival, URL, *ALL)
    a_profile(api, people, specializations=["Licensing"])
    an_open_job(api, people.employer)
    work(cloud)
    assert count(WebhookEvent) == 0
    assert cloud.webhooks.take() == []


@pytest.mark.parametrize("whose", ["employer", "admin"])
def test_who_is_not_active_any_more_hears_nothing(
    api: Api, people: People, cloud: Cloud, whose: str
) -> None:
    owner = getattr(people, whose)
    webhook, _ = a_webhook(api, owner, URL, "job.created")
    a_draft(api, people.employer)
    assert len(told(webhook)) == 1
    change(User, owner.id, is_active=False)
    with transaction() as connection:
        assert claim_events(connection, UUID(webhook), limit=10, this_month=this_month()) is None, (
            "not even what is due"
        )
        job = connection.scalar(select(WebhookEvent.job_id))
        assert job is not None
        record_event(connection, EventType.JOB_CREATED, job)
    assert len(told(webhook)) == 1


def test_only_candidates_who_are_shown_are_added_and_removed(
    api: Api, people: People, cloud: Cloud
) -> None:
    kinds = ("match.added", "match.removed")
    seen, own_staff = (
        a_profile(api, people, specializations=["Licensing"], workHistory=history)
        for history in (
            [],
            [{"employer": "Orsolo", "title": "Counsel", "startDate": "2020-01"}],
        )
    )
    job = an_open_job(api, people.employer)
    work(cloud)
    webhook, _ = a_webhook(api, people.employer, URL, *kinds)
    # Found before anybody subscribed: not added by the next run.
    run_again(api, people, cloud, job)
    assert told(webhook) == []
    later = a_profile(api, people, specializations=["Licensing"])
    run_again(api, people, cloud, job)
    assert about(webhook, *kinds) == [("match.added", later)]
    # Who works for the employer by now is hidden, and taken back once.
    history = [{"employer": "Lindqvist & Marrow LLP", "title": "Counsel", "startDate": "2020-01"}]
    a_profile(api, people, later, specializations=["Licensing"], workHistory=history)
    a_profile(api, people, own_staff, specializations=["Licensing"], workHistory=history)
    for _ in range(2):
        run_again(api, people, cloud, job)
    assert about(webhook, *kinds) == [("match.added", later), ("match.removed", later)]
    # Who was never told of and is not to be seen leaves without a word; the other does not.
    change(Profile, own_staff, status="rejected")
    a_profile(api, people, seen, specializations=["Litigation"])
    run_again(api, people, cloud, job)
    assert about(webhook, *kinds)[2:] == [("match.removed", seen)]
    # Shown again, they are added again.
    a_profile(api, people, later, specializations=["Licensing"])
    run_again(api, people, cloud, job)
    assert about(webhook, *kinds)[3:] == [("match.added", later)]


def run_again(api: Api, people: People, cloud: Cloud, job: str) -> None:
    asked = api.post(f"/jobs/{job}/matching-runs", by=people.employer)
    assert asked.status == 202, asked.text
    work(cloud)


def test_matches_that_a_new_requirement_deletes_are_not_added_twice(
    api: Api, people: People, cloud: Cloud
) -> None:
    webhook, _ = a_webhook(api, people.employer, URL, "match.added", "match.removed")
    both = a_profile(api, people, specializations=["Licensing", "Copyright"])
    one = a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    work(cloud)
    assert {profile for _, profile in about(webhook, "match.added")} == {both, one}
    new = {"requiredSpecializations": ["Copyright"]}
    assert api.patch(f"/jobs/{job}", new, by=people.employer).status == 200
    work(cloud)
    assert about(webhook, "match.added", "match.removed")[2:] == [("match.removed", one)]


def test_a_deleted_candidate_is_told_to_be_gone_and_nothing_more_is_said_of_them(
    api: Api, people: People, cloud: Cloud
) -> None:
    webhook, _ = a_webhook(
        api, people.employer, URL, "match.added", "match.removed", "match.decided"
    )
    profile = a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    work(cloud)
    decided = {"decision": "declined", "reason": "No."}
    assert (
        api.put(f"/jobs/{job}/matches/{profile}/decision", decided, by=people.employer).status
        == 200
    )
    cloud.webhooks.take()
    assert api.delete(f"/admin/profiles/{profile}", by=people.admin).status == 204
    events = told(webhook)
    assert [kind for kind, _ in events] == ["match.added", "match.decided", "match.removed"]
    for _, data in events:
        assert data["profileId"] == profile
        assert not data.keys() & {"overallScore", "decision", "before"}
    with connect() as connection:
        assert set(connection.scalars(select(WebhookEvent.profile_id))) == {None}
    assert [str(each) for each in cloud.webhooks.take()] == [webhook], "told at once"


def test_no_event_says_who_anybody_is(api: Api, people: People, cloud: Cloud) -> None:
    webhook, _ = a_webhook(api, people.admin, URL, *ALL)
    secret = "zqhidden"
    a_profile(
        api,
        people,
        name=f"Ada {secret}",
        email=f"ada@{secret}.example",
        location=f"{secret} Town",
        specializations=["Licensing"],
        workHistory=[{"employer": secret, "title": secret, "startDate": "2020-01"}],
    )
    job = an_open_job(api, people.employer, title=secret, description=secret)
    work(cloud)
    (match,) = matches_of(api, job, people.employer)
    decided = {"decision": "declined", "reason": secret}
    path = f"/jobs/{job}/matches/{match['profileId']}/decision"
    assert api.put(path, decided, by=people.employer).status == 200
    assert api.patch(f"/jobs/{job}", {"title": f"{secret} 2"}, by=people.employer).status == 200
    assert api.patch(f"/jobs/{job}", {"status": "closed"}, by=people.employer).status == 200
    assert {kind for kind, _ in told(webhook)} == {*ALL} - {"match.removed"}
    with connect() as connection:
        assert secret not in str(connection.execute(select(WebhookEvent)).all())


def test_sequences_have_no_gap_and_follow_what_came_before(
    api: Api, people: People, rivals: Any
) -> None:
    """A transaction that ends late gets a later number, whatever it wrote first."""
    webhook, _ = a_webhook(api, people.employer, URL, "job.updated")
    first, second = (UUID(a_draft(api, people.employer)) for _ in "ab")

    def claimed() -> list[tuple[int, str]]:
        with transaction() as connection:
            claim = claim_events(connection, UUID(webhook), limit=100, this_month=this_month())
        bodies = [json.loads(event.body) for event in claim.events] if claim else []
        return [(body["sequence"], body["data"]["jobId"]) for body in bodies]

    with transaction() as connection:
        record_event(connection, EventType.JOB_UPDATED, first)
        # Others go on meanwhile: no change of a job waits for another's webhook.
        with transaction() as other:
            record_event(other, EventType.JOB_UPDATED, second)
        assert claimed() == [(1, str(second))]
    assert claimed() == [(2, str(first))]
    # Who dispatches at the same time waits, and numbers what is left.
    with transaction() as connection:
        record_event(connection, EventType.JOB_UPDATED, first)
    with transaction() as connection:
        claim = claim_events(connection, UUID(webhook), limit=100, this_month=this_month())
        rival = rivals.blocked(claim_events, UUID(webhook), limit=100, this_month=this_month())
    assert claim is not None
    assert rival.result() is None
    with connect() as connection:
        numbers = connection.scalars(select(WebhookEvent.sequence).order_by(WebhookEvent.number))
        assert sorted(filter(None, numbers)) == [1, 2, 3]
        assert connection.scalar(select(Webhook.last_sequence)) == 3


def test_a_webhook_that_is_deleted_meanwhile_stops_no_change(
    api: Api, people: People, rivals: Any
) -> None:
    a_webhook(api, people.employer, URL, "job.updated")
    job = a_draft(api, people.employer)
    with transaction() as connection:
        connection.execute(select(Webhook.id).with_for_update())
        changed = rivals.blocked(record_event, EventType.JOB_UPDATED, UUID(job))
        connection.execute(Webhook.__table__.delete())  # type: ignore[attr-defined]
    assert changed.result() is None
    assert count(WebhookEvent) == 0


def test_old_events_are_purged(api: Api, people: People, cloud: Cloud) -> None:
    webhook, _ = a_webhook(api, people.employer, URL, "job.created")
    a_draft(api, people.employer)
    a_draft(api, people.employer)
    with transaction() as connection:
        assert claim_events(connection, UUID(webhook), limit=1, this_month=this_month()) is not None
    old = func.now() - func.make_interval(0, 0, 0, 91)
    write(WebhookEvent.__table__.update().values(created_at=old))  # type: ignore[attr-defined]
    assert invoke("purge_history", event_of("purge_history"))["webhookEvents"] == 1
    with connect() as connection:
        assert connection.scalars(select(WebhookEvent.state)).all() == ["claimed"]


def test_a_run_of_a_job_without_matches_is_told(api: Api, people: People, cloud: Cloud) -> None:
    webhook, _ = a_webhook(api, people.employer, URL, "matching.completed")
    job = an_open_job(api, people.employer)
    run_matching(job)
    ((kind, data),) = told(webhook)
    assert (kind, data["jobId"], data["kept"]) == ("matching.completed", job, 0)
