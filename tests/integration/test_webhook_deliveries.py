"""Events reach their receivers: signed, repeated while they fail, and never past a safe address."""

from __future__ import annotations

import json
import socket
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from jobmatch.aws import MailRefusedError
from jobmatch.deliveries import disabled_mail, sender
from jobmatch.deliveries.outbox import BACK_OFF, LEASE, MOST_ATTEMPTS
from jobmatch.models import NotificationSettings, User, Webhook, WebhookEvent
from jobmatch.postgres import connect
from local.events import sqs_event
from local.template import Template
from tests.support.functions import invoke
from tests.support.given import a_draft
from tests.support.paths import ROOT
from tests.support.receivers import a_webhook, bring_forward, deliver, events_of, receiving
from tests.support.rows import change, write
from tests.support.running import NO_FAILURES, dispatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People
    from tests.support.receivers import Receiver


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    with receiving() as receiver:
        yield receiver


def pauses() -> list[timedelta | None]:
    """How long each event waits for its next attempt."""
    with connect() as connection:
        left = WebhookEvent.next_attempt_at - func.now()
        return list(connection.scalars(select(left).order_by(WebhookEvent.number)))


def test_the_official_verifier_accepts_what_is_sent_and_no_other_secret(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    webhook, secret = a_webhook(api, people.employer, f"{receiver.url}a?b=c", "job.created")
    job = a_draft(api, people.employer)
    deliver(cloud)
    (got,) = receiver.take()
    assert got.path == "/a?b=c"
    assert got.verified(secret)["data"]["jobId"] == job
    _, other = a_webhook(api, people.employer, receiver.url, "job.created")
    for wrong in (other, "whsec_" + "A" * 44):
        with pytest.raises(WebhookVerificationError):
            got.verified(wrong)
    changed = got.body.replace(job, str(people.employer.id))
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(changed, dict(got.headers))
    (shown,) = events_of(api, webhook, people.employer)
    assert (shown["state"], shown["lastStatus"]) == ("delivered", 204)


def test_while_a_secret_is_replaced_both_hold_and_then_the_new_one(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    webhook, first = a_webhook(api, people.employer, receiver.url, "job.created")
    rotated = api.post(f"/webhooks/{webhook}/secret", by=people.employer)
    assert rotated.status == 200, rotated.text
    second = rotated.json["secret"]
    assert rotated.json["webhook"]["previousSecretUntil"]
    a_draft(api, people.employer)
    deliver(cloud)
    (got,) = receiver.take()
    assert got.verified(first) == got.verified(second)
    change(Webhook, webhook, previous_secret_until=func.now())
    a_draft(api, people.employer)
    deliver(cloud)
    (got,) = receiver.take()
    got.verified(second)
    with pytest.raises(WebhookVerificationError):
        got.verified(first)
    third = api.post(f"/webhooks/{webhook}/secret", by=people.employer).json["secret"]
    last = api.post(f"/webhooks/{webhook}/secret", by=people.employer).json["secret"]
    a_draft(api, people.employer)
    deliver(cloud)
    (got,) = receiver.take()
    assert got.verified(third) == got.verified(last)
    with pytest.raises(WebhookVerificationError):
        got.verified(second)  # only two hold


@pytest.mark.parametrize("status", [301, 400, 404, 410, 500, 503])
def test_a_failure_is_repeated_with_growing_pauses_under_the_same_id(
    api: Api, people: People, cloud: Cloud, receiver: Receiver, status: int
) -> None:
    webhook, secret = a_webhook(api, people.employer, receiver.url, "job.created")
    a_draft(api, people.employer)
    receiver.status = status
    for attempt, pause in enumerate(BACK_OFF[:3], 1):
        deliver(cloud)
        (shown,) = events_of(api, webhook, people.employer)
        assert (shown["state"], shown["attempts"], shown["lastStatus"]) == ("due", attempt, status)
        (left,) = pauses()
        assert left is not None
        assert pause - timedelta(seconds=3) < left <= pause
        bring_forward()
        assert dispatch()["webhooks"] == 1, "the schedule finds it in any case"
    receiver.status = 200
    deliver(cloud)
    got = receiver.take()
    assert len(got) == 4
    assert len({(each.id, each.body) for each in got}) == 1
    got[-1].verified(secret)
    (shown,) = events_of(api, webhook, people.employer)
    assert (shown["state"], shown["attempts"], shown["lastStatus"]) == ("delivered", 4, 200)
    assert shown["nextAttemptAt"] is None
    assert dispatch()["webhooks"] == 0


def test_a_retry_waits_in_the_queue_for_its_time(
    api: Api, people: People, cloud: Cloud, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "jobmatch.deliveries.outbox.BACK_OFF", (timedelta(seconds=1), *BACK_OFF[1:])
    )
    a_webhook(api, people.employer, receiver.url, "job.created")
    a_draft(api, people.employer)
    receiver.status = 500
    deliver(cloud)
    assert len(receiver.take()) == 1
    receiver.status = 204
    deadline = time.monotonic() + 20
    while not receiver.got and time.monotonic() < deadline:
        deliver(cloud)
    assert len(receiver.take()) == 1


def test_the_back_off_ends_within_a_day() -> None:
    assert tuple(sorted(BACK_OFF[:-1])) + BACK_OFF[-1:] == BACK_OFF
    assert timedelta(hours=20) < sum(BACK_OFF, timedelta(0)) < timedelta(hours=24)


def fail_for_a_day(api: Api, people: People, cloud: Cloud, receiver: Receiver) -> str:
    """A webhook whose receiver refuses all attempts of an event, with another one behind it."""
    webhook, _ = a_webhook(api, people.employer, receiver.url, "job.created")
    a_draft(api, people.employer)
    receiver.status = 500
    for _ in range(MOST_ATTEMPTS):
        deliver(cloud)
        bring_forward()
        dispatch()
    return webhook


def test_after_a_day_the_webhook_is_disabled_and_its_owner_told_once(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    webhook = fail_for_a_day(api, people, cloud, receiver)
    assert len(receiver.take()) == MOST_ATTEMPTS
    (shown,) = api.get("/webhooks", by=people.employer).json["items"]
    assert (shown["enabled"], shown["disabledBecause"]) == (False, "failing")
    (event,) = events_of(api, webhook, people.employer)
    assert (event["state"], event["attempts"]) == ("given_up", MOST_ATTEMPTS)
    for _ in range(2):
        dispatch()
        deliver(cloud)
    (mail,) = cloud.mails()
    with connect() as connection:
        address = connection.scalar(select(User.email).where(User.id == people.employer.id))
    assert mail["To"] == address
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert webhook in text
    assert receiver.url not in text, "its path may be a secret"
    # Nothing is written or sent until the owner enables it again, and then all can be replayed.
    a_draft(api, people.employer)
    for path, put in (("/test", None), ("/replay", {"fromSequence": 1})):
        assert api.post(f"/webhooks/{webhook}{path}", put, by=people.employer).status == 409
    enabled = api.patch(f"/webhooks/{webhook}", {"enabled": True}, by=people.employer).json
    assert (enabled["enabled"], enabled["disabledBecause"]) == (True, None)
    receiver.status = 204
    deliver(cloud)
    assert receiver.take() == []
    replayed = api.post(f"/webhooks/{webhook}/replay", {"fromSequence": 1}, by=people.employer)
    assert (replayed.status, replayed.json) == (202, {"events": 1})
    deliver(cloud)
    assert [each.id for each in receiver.take()] == [event["id"]]


def test_a_refused_mail_is_tried_again_and_an_address_that_is_off_gets_none(
    api: Api,
    people: People,
    cloud: Cloud,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    webhook = fail_for_a_day(api, people, cloud, receiver)

    def refuse(_: object) -> None:
        raise MailRefusedError("MessageRejected")

    with monkeypatch.context() as patch:
        patch.setattr(disabled_mail, "send_mail", refuse)
        for _ in range(disabled_mail.MOST_ATTEMPTS + 1):
            dispatch()
            deliver(cloud)
            due = Webhook.mail_due_at.is_not(None)
            write(update(Webhook).where(due).values(mail_due_at=func.now()))
    with connect() as connection:
        assert connection.scalar(select(Webhook.mail_attempts)) == disabled_mail.MOST_ATTEMPTS
    write(update(Webhook).values(mail_due_at=func.now(), mail_attempts=0))
    with connect() as connection:
        address = connection.scalar(select(User.email).where(User.id == people.employer.id))
    settings = {"user_id": people.employer.id, "off_address": address, "off_because": "complaint"}
    write(NotificationSettings.__table__.insert().values(**settings))  # type: ignore[attr-defined]
    dispatch()
    deliver(cloud)
    assert cloud.mails() == []
    assert api.get("/webhooks", by=people.employer).json["items"][0]["id"] == webhook


def test_events_are_replayed_from_a_sequence_under_their_ids(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    webhook, secret = a_webhook(api, people.employer, receiver.url, "job.created")
    for _ in range(4):
        a_draft(api, people.employer)
    deliver(cloud)
    first = receiver.take()
    replayed = api.post(f"/webhooks/{webhook}/replay", {"fromSequence": 3}, by=people.employer)
    assert replayed.json == {"events": 2}
    deliver(cloud)
    again = receiver.take()
    assert [(each.id, each.body) for each in again] == [(each.id, each.body) for each in first[2:]]
    assert [each.verified(secret)["sequence"] for each in again] == [3, 4]


def test_the_test_button_sends_to_this_webhook_alone(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    webhook, secret = a_webhook(api, people.employer, receiver.url, "job.closed")
    a_webhook(api, people.employer, f"{receiver.url}other", "job.closed")
    sent = api.post(f"/webhooks/{webhook}/test", by=people.employer)
    assert sent.status == 202, sent.text
    deliver(cloud)
    (got,) = receiver.take()
    event = got.verified(secret)
    assert (event["type"], got.id) == ("webhook.test", sent.json["eventId"])
    assert event["data"] == {"webhookId": webhook}


def test_a_delivery_that_nobody_confirmed_is_sent_again_under_its_id(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    """Whoever dies on the way leaves a lease, which is longer than all that SQS repeats."""
    a_webhook(api, people.employer, receiver.url, "job.created")
    a_draft(api, people.employer)
    assert invoke("dispatch_webhooks", {"Records": cloud.webhooks.records()}) == NO_FAILURES
    lost = cloud.deliveries.records()
    assert dispatch()["webhooks"] == 0
    bring_forward()
    assert dispatch()["webhooks"] == 1
    deliver(cloud)
    assert invoke("send_webhook", {"Records": lost}) == NO_FAILURES
    deliver(cloud)
    got = receiver.take()
    assert len(got) == 2
    assert got[0].id == got[1].id
    template = Template(ROOT / "template.yaml")
    (queue,) = (each for each in template.queues if each.name == "WebhookQueue")
    repeated = queue.max_receives * int(queue.attributes["VisibilityTimeout"])
    assert timedelta(seconds=repeated) < LEASE


def test_a_late_failure_does_not_undo_what_came_after_it(
    api: Api, people: People, cloud: Cloud, receiver: Receiver
) -> None:
    webhook, _ = a_webhook(api, people.employer, receiver.url, "job.created")
    a_draft(api, people.employer)
    deliver(cloud)
    (event,) = events_of(api, webhook, people.employer)
    late = {"webhookId": webhook, "eventId": event["id"], "claim": 1, "attempt": 1, "status": 500}
    assert invoke("note_webhook_result", sqs_event([json.dumps(late)])) == NO_FAILURES
    assert events_of(api, webhook, people.employer) == [event]


def test_where_the_queue_is_away_events_are_due_at_once(
    api: Api,
    people: People,
    cloud: Cloud,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_webhook(api, people.employer, receiver.url, "job.created")
    a_draft(api, people.employer)
    records = cloud.webhooks.records()
    with monkeypatch.context() as patch:
        patch.setenv("WEBHOOK_QUEUE_URL", f"{cloud.deliveries.url}-gone")
        failed = invoke("dispatch_webhooks", {"Records": records})
        assert len(failed["batchItemFailures"]) == 1
    assert invoke("dispatch_webhooks", {"Records": records}) == NO_FAILURES
    deliver(cloud)
    assert len(receiver.take()) == 1


def test_a_signature_that_waited_too_long_is_made_anew(
    api: Api, people: People, cloud: Cloud, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, secret = a_webhook(api, people.employer, receiver.url, "job.created")
    a_draft(api, people.employer)
    assert invoke("dispatch_webhooks", {"Records": cloud.webhooks.records()}) == NO_FAILURES
    with monkeypatch.context() as patch:
        patch.setattr(sender, "FRESH_SECONDS", -1)
        assert invoke("send_webhook", {"Records": cloud.deliveries.records()}) == NO_FAILURES
    assert receiver.got == []
    deliver(cloud)
    (got,) = receiver.take()
    got.verified(secret)
    (shown,) = events_of(api, webhook, people.employer)
    assert (shown["state"], shown["attempts"]) == ("delivered", 1), "nobody failed"


def test_an_unsafe_address_gets_no_connection_whatever_its_name_says_later(
    api: Api,
    people: People,
    cloud: Cloud,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS may answer otherwise each time: the address that is checked is the one that is used."""
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "off")
    webhook, _ = a_webhook(api, people.employer, "https://rebinding.example/", "job.created")
    port = int(receiver.url.rsplit(":", 1)[1].strip("/"))
    asked: list[str] = []
    tried: list[Any] = []

    def resolve(host: str, _port: int, **_: object) -> list[Any]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 2 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connected(address: tuple[str, int], *_: object) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connected)
    a_draft(api, people.employer)
    deliver_without_dns(cloud)
    (shown,) = events_of(api, webhook, people.employer)
    assert (shown["lastStatus"], shown["lastError"], tried) == (None, "not-public", [])
    bring_forward()
    dispatch()
    deliver_without_dns(cloud)
    (shown,) = events_of(api, webhook, people.employer)
    assert shown["lastError"] == "unreachable"
    assert tried == [("93.184.216.34", 443)], "by the address, and asked once"
    assert asked == ["rebinding.example"] * 2
    assert receiver.got == []


def deliver_without_dns(cloud: Cloud) -> None:
    assert invoke("dispatch_webhooks", {"Records": cloud.webhooks.records()}) == NO_FAILURES
    assert invoke("send_webhook", {"Records": cloud.deliveries.records()}) == NO_FAILURES
    assert invoke("note_webhook_result", {"Records": cloud.results.records()}) == NO_FAILURES
