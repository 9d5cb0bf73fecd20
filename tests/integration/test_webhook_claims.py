"""Which events are sent now: few of a webhook at a time, and none about who is hidden by now."""

from __future__ import annotations

import json
import socket
from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

import boto3
import pytest
from sqlalchemy import delete, func, select

from jobmatch.deliveries import sender
from jobmatch.deliveries.outbox import MOST_ATTEMPTS
from jobmatch.deliveries.service import MOST_CLAIMED
from jobmatch.errors import ConflictError
from jobmatch.models import Profile, User, Webhook, WebhookEvent
from jobmatch.postgres import connect, transaction
from jobmatch.webhooks.announcing import announcing
from jobmatch.webhooks.recording import record_event
from jobmatch.webhooks.schemas import EventType
from local.events import sqs_event
from tests.support.functions import invoke
from tests.support.given import a_draft, a_profile, an_open_job
from tests.support.receivers import a_webhook, bring_forward, deliver, events_of, receiving
from tests.support.rows import change, write
from tests.support.running import NO_FAILURES, dispatch, work
from tests.support.samples import event_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People
    from tests.support.receivers import Receiver

MATCHES = ("match.added", "match.removed", "match.decided")


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    with receiving() as receiver:
        yield receiver


def run_again(api: Api, people: People, cloud: Cloud, job: str) -> None:
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    work(cloud)


def test_who_is_hidden_after_an_event_was_written_is_not_told_of(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    webhook, _ = a_webhook(api, people.employer, receiver.url, *MATCHES)
    profile = a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    work(cloud)
    decided = api.put(
        f"/jobs/{job}/matches/{profile}/decision",
        {"decision": "shortlisted"},
        by=people.employer,
    )
    assert decided.status == 200, decided.text
    change(Profile, profile, status="rejected")
    deliver(cloud)
    assert receiver.take() == []
    shown = events_of(api, webhook, people.employer)
    assert [(each["type"], each["state"], each["lastError"]) for each in shown] == [
        ("match.decided", "given_up", "hidden"),
        ("match.added", "given_up", "hidden"),
    ]
    replay = f"/webhooks/{webhook}/replay"
    assert api.post(replay, {"fromSequence": 1}, by=people.employer).json == {"events": 2}
    deliver(cloud)
    assert receiver.take() == [], "not even when it is asked for"
    # Nobody is told that they are gone of whom nobody was told.
    run_again(api, people, cloud, job)
    deliver(cloud)
    assert receiver.take() == []
    # Shown again, they are added again.
    a_profile(api, people, profile, specializations=["Licensing"])
    run_again(api, people, cloud, job)
    deliver(cloud)
    assert receiver.kinds() == ["match.added"]


def test_who_is_hidden_after_they_were_told_of_is_removed_though_a_replay_hides_them(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    webhook, _ = a_webhook(api, people.employer, receiver.url, *MATCHES)
    profile = a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    deliver(cloud)
    assert receiver.kinds() == ["match.added"]
    change(Profile, profile, status="rejected")
    replay = f"/webhooks/{webhook}/replay"
    assert api.post(replay, {"fromSequence": 1}, by=people.employer).status == 202
    deliver(cloud)
    assert receiver.take() == []
    run_again(api, people, cloud, job)
    deliver(cloud)
    assert receiver.kinds() == ["match.removed"]


def test_a_deleted_candidate_is_not_told_of_any_more(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    a_webhook(api, people.employer, receiver.url, *MATCHES)
    profile = a_profile(api, people, specializations=["Licensing"])
    an_open_job(api, people.employer)
    deliver(cloud)
    assert receiver.kinds() == ["match.added"]
    # Dispatched at once, not by the next schedule.
    assert api.delete(f"/admin/profiles/{profile}", by=people.admin).status == 204
    records = cloud.webhooks.records()
    assert len(records) == 1
    assert invoke("dispatch_webhooks", {"Records": records}) == NO_FAILURES
    deliver(cloud)
    (removed,) = receiver.take()
    assert removed.event["type"] == "match.removed"
    assert removed.event["data"]["profileId"] == profile


def test_a_receiver_that_hangs_leaves_senders_to_the_others(
    api: Api, people: People, cloud: Cloud, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as hanging:
        url = f"http://127.0.0.1:{hanging.getsockname()[1]}/"
        slow, _ = a_webhook(api, people.employer, url, "job.created")
        for _ in range(3 * MOST_CLAIMED):
            a_draft(api, people.employer)
        good, _ = a_webhook(api, people.employer, receiver.url, "job.created")
        for _ in range(MOST_CLAIMED + 1):
            a_draft(api, people.employer)
        for _ in range(2):  # what is queued once more sends no more
            bring = {"Records": cloud.webhooks.records()}
            assert invoke("dispatch_webhooks", bring) == NO_FAILURES
            assert api.post(f"/webhooks/{slow}/test", by=people.employer).status == 202
        waiting = deliveries_that_wait(cloud)
        assert Counter(each["webhookId"] for each, _ in waiting) == {
            slow: MOST_CLAIMED,
            good: MOST_CLAIMED,
        }
        assert all(group == each["webhookId"] for each, group in waiting), "SQS takes turns"
        monkeypatch.setattr(sender, "SECONDS", 0.1)
        deliver(cloud)
    assert len(receiver.take()) == MOST_CLAIMED + 1, "each result has the next one sent"
    states = Counter(each["lastError"] for each in events_of(api, slow, people.employer))
    assert states == {"timeout": 4 * MOST_CLAIMED + 3}


def deliveries_that_wait(cloud: Cloud) -> list[tuple[dict[str, Any], str | None]]:
    """The deliveries in the queue with their groups; they stay there."""
    sqs, found = boto3.client("sqs"), []
    while messages := sqs.receive_message(
        QueueUrl=cloud.deliveries.url,
        MaxNumberOfMessages=10,
        MessageSystemAttributeNames=["All"],
        VisibilityTimeout=60,
    ).get("Messages"):
        found += messages
    for message in found:
        sqs.change_message_visibility(
            QueueUrl=cloud.deliveries.url,
            ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=0,
        )
    return [(json.loads(each["Body"]), each["Attributes"].get("MessageGroupId")) for each in found]


def result_of(delivery: dict[str, Any], status: int | None, error: str | None = None) -> Any:
    """Note what became of a delivery."""
    told = {name: delivery[name] for name in ("webhookId", "eventId", "claim", "attempt")}
    body = json.dumps({**told, "status": status, "error": error})
    return invoke("note_webhook_result", sqs_event([body]))


@pytest.mark.parametrize(("status", "error"), [(None, "stale"), (500, None)])
def test_what_an_earlier_claim_tells_does_not_settle_the_one_that_replaced_it(
    api: Api, people: People, cloud: Cloud, status: int | None, error: str | None
) -> None:
    webhook, _ = a_webhook(api, people.employer, "https://hooks.marlow.example/", "job.created")
    a_draft(api, people.employer)
    claimed = []
    for _ in range(2):  # the message of the first waits until its lease ends
        bring_forward()
        message = json.dumps({"webhookId": webhook})
        assert invoke("dispatch_webhooks", sqs_event([message])) == NO_FAILURES
        claimed += [json.loads(each["body"]) for each in cloud.deliveries.records()]
    assert [each["claim"] for each in claimed] == [1, 2]
    before = events_of(api, webhook, people.employer)
    assert before[0]["state"] == "claimed"
    assert result_of(claimed[0], status, error) == NO_FAILURES
    assert events_of(api, webhook, people.employer) == before
    assert result_of(claimed[1], 500) == NO_FAILURES
    (after,) = events_of(api, webhook, people.employer)
    assert (after["state"], after["attempts"]) == ("due", 1)
    # It was accepted all the same, whoever tells.
    assert result_of(claimed[0], 204) == NO_FAILURES
    assert events_of(api, webhook, people.employer)[0]["state"] == "delivered"


def test_events_without_a_number_can_be_replayed_after_their_webhook_was_disabled(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    webhook, _ = a_webhook(api, people.employer, receiver.url, "job.created")
    a_draft(api, people.employer)
    receiver.status = 500
    assert invoke("dispatch_webhooks", {"Records": cloud.webhooks.records()}) == NO_FAILURES
    write(WebhookEvent.__table__.update().values(attempts=MOST_ATTEMPTS - 1))  # type: ignore[attr-defined]
    (delivery,) = (json.loads(each["body"]) for each in cloud.deliveries.records())
    a_draft(api, people.employer)  # which nobody has dispatched yet
    assert result_of(delivery | {"attempt": MOST_ATTEMPTS}, 500) == NO_FAILURES
    shown = events_of(api, webhook, people.employer)
    assert [(each["sequence"], each["state"]) for each in shown] == [
        (2, "given_up"),
        (1, "given_up"),
    ]
    enable = {"enabled": True}
    assert api.patch(f"/webhooks/{webhook}", enable, by=people.employer).status == 200
    receiver.status = 204
    replay = f"/webhooks/{webhook}/replay"
    assert api.post(replay, {"fromSequence": 1}, by=people.employer).json == {"events": 2}
    deliver(cloud)
    assert [each.event["sequence"] for each in receiver.take()] == [1, 2]


def test_what_was_heard_in_a_transaction_that_failed_is_told_to_nobody(
    api: Api, people: People, cloud: Cloud
) -> None:
    a_webhook(api, people.employer, "https://hooks.marlow.example/", "job.updated")
    job = UUID(a_draft(api, people.employer))

    def fail() -> None:
        with announcing() as connection:
            record_event(connection, EventType.JOB_UPDATED, job)
            raise ConflictError("Not this time.")

    with pytest.raises(ConflictError):
        fail()
    # Others write events, too, and dispatch nothing.
    with transaction() as connection:
        record_event(connection, EventType.JOB_UPDATED, job)
    with announcing() as connection:
        connection.execute(select(1))
    assert cloud.webhooks.records() == []


def test_who_was_added_long_ago_is_still_told_to_be_gone(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    """The purge leaves what a receiver was told last of a candidate who is there."""
    a_webhook(api, people.employer, receiver.url, *MATCHES)
    profile = a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    deliver(cloud)
    assert receiver.kinds() == ["match.added"]
    let_events_grow_old()
    assert invoke("purge_history", event_of("purge_history"))["webhookEvents"] == 0
    change(Profile, profile, status="rejected")
    run_again(api, people, cloud, job)
    deliver(cloud)
    assert receiver.kinds() == ["match.removed"]
    let_events_grow_old()
    assert invoke("purge_history", event_of("purge_history"))["webhookEvents"] == 2


def let_events_grow_old() -> None:
    old = func.now() - func.make_interval(0, 0, 0, 91)
    write(WebhookEvent.__table__.update().values(created_at=old))  # type: ignore[attr-defined]


def test_an_old_secret_is_forgotten_when_it_signs_no_more(
    api: Api, people: People, cloud: Cloud
) -> None:
    webhook, _ = a_webhook(api, people.employer, "https://hooks.marlow.example/", "job.created")
    assert api.post(f"/webhooks/{webhook}/secret", by=people.employer).status == 200

    def previous() -> list[str | None]:
        dispatch()
        with connect() as connection:
            return list(connection.scalars(select(Webhook.previous_secret)))

    assert previous() != [None]
    change(Webhook, webhook, previous_secret_until=func.now())
    assert previous() == [None]


def test_an_employers_webhook_outlives_the_admin_who_made_it(
    api: Api, people: People, cloud: Cloud
) -> None:
    url, employer = "https://hooks.marlow.example/", str(people.employer.id)
    kept, _ = a_webhook(api, people.admin, url, "job.created", employerUserId=employer)
    a_webhook(api, people.admin, url, "job.created")
    write(delete(User).where(User.id == people.admin.id))
    dispatch()
    a_draft(api, people.employer)
    with connect() as connection:
        assert [str(each) for each in connection.scalars(select(Webhook.id))] == [kept]
        assert [str(each) for each in connection.scalars(select(WebhookEvent.webhook_id))] == [kept]


@pytest.mark.parametrize("whose", ["employer", "admin"])
def test_the_mail_about_a_disabled_webhook_says_how_to_enable_it(
    api: Api, people: People, cloud: Cloud, whose: str
) -> None:
    webhook, _ = a_webhook(api, getattr(people, whose), "https://hooks.example/", "job.created")
    change(Webhook, webhook, enabled=False, disabled_because="failing", mail_due_at=func.now())
    dispatch()
    work(cloud)
    (mail,) = cloud.mails()
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert f'PATCH /webhooks/{webhook} {{"enabled": true}}' in text
    assert f'POST /webhooks/{webhook}/replay {{"fromSequence": 1}}' in text
    assert ("/settings" in text) == (whose == "employer"), "an admin's are not in the console"
