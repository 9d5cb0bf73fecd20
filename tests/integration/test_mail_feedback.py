"""A bounce or a complaint turns mails off for an address, and nothing else does."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from jobmatch import aws
from jobmatch.models import User
from jobmatch.notifications import service
from jobmatch.notifications.preferences import put_notification_settings, turn_mails_off
from jobmatch.notifications.schemas import NotificationPreferences
from jobmatch.postgres import connect, transaction
from local.events import sqs_event
from local.feedback import mail_event
from tests.support.functions import invoke
from tests.support.given import a_profile, an_open_job
from tests.support.rows import change
from tests.support.running import NO_FAILURES, run_matching, send_mail, work

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import StringIO

    from sqlalchemy import Connection

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People, Person
    from tests.support.rivals import Rivals

ON = {"enabled": True, "threshold": 75, "offBecause": None, "offSince": None}
GOOD = {"specializations": ["Licensing"]}


def now(**ago: int) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).isoformat(timespec="milliseconds")


def address(person: Person) -> str:
    with connect() as connection:
        found = connection.scalar(text("SELECT email FROM users WHERE id = :id"), {"id": person.id})
    return str(found)


def deliver(*events: object) -> list[int]:
    """Hand events to the function in one batch; the positions of those that stay in the queue."""
    bodies = [each if isinstance(each, str) else json.dumps(each) for each in events]
    batch = sqs_event(bodies)
    failed = invoke("turn_mails_off", batch)["batchItemFailures"]
    ids = [record["messageId"] for record in batch["Records"]]
    return [ids.index(each["itemIdentifier"]) for each in failed]


def bounce(person: Person, at: str = "", **changed: Any) -> dict[str, Any]:
    return mail_event("bounce", [address(person)], at or now(), **changed)


def complaint(person: Person, at: str = "", **changed: Any) -> dict[str, Any]:
    return mail_event("complaint", [address(person)], at or now(), **changed)


def path(person: Person) -> str:
    return f"/employers/{person.id}/notification-settings"


def why(api: Api, person: Person) -> tuple[bool, str | None]:
    """Whether an employer gets mails, and why not."""
    said = api.get(path(person), by=person).json
    assert (said["offSince"] is None) == (said["offBecause"] is None)
    return said["enabled"], said["offBecause"]


def a_job_with_a_mail(api: Api, people: People, cloud: Cloud) -> str:
    """An open job, whose mail about a match waits in the queue."""
    job = an_open_job(api, people.employer)
    run_matching(*cloud.matching.take())
    return job


@pytest.mark.parametrize("kind", ["bounce", "complaint"])
def test_mails_end_the_employer_sees_why_and_turns_them_on_again(
    api: Api, people: People, cloud: Cloud, kind: Any
) -> None:
    a_profile(api, people, **GOOD)
    a_job_with_a_mail(api, people, cloud)
    assert api.get(path(people.employer), by=people.employer).json == ON
    assert deliver(mail_event(kind, [address(people.employer)], now())) == []
    assert why(api, people.employer) == (False, kind)
    assert why(api, people.rival) == (True, None), "it is about one address"
    work(cloud)
    an_open_job(api, people.employer)
    work(cloud)
    assert cloud.mails() == []
    said = api.get(path(people.employer), by=people.employer).json
    # What was read can be sent back: it changes nothing.
    assert api.put(path(people.employer), said, by=people.employer).json == said
    said["enabled"] = True
    assert api.put(path(people.employer), said, by=people.employer).json == ON
    an_open_job(api, people.employer)
    work(cloud)
    assert len(cloud.mails()) == 1


def test_only_who_complained_turns_mails_on_again(api: Api, people: People) -> None:
    deliver(bounce(people.employer))
    on = {"enabled": True}
    assert api.put(path(people.employer), on, by=people.admin).status == 200
    deliver(complaint(people.employer))
    refused = api.put(path(people.employer), on, by=people.admin)
    assert (refused.status, refused.json["status"]) == (409, 409)
    assert why(api, people.employer) == (False, "complaint")
    # What leaves mails off is an admin's to change, and nobody else's.
    off = {"enabled": False, "threshold": 80}
    assert api.put(path(people.employer), off, by=people.admin).status == 200
    assert api.put(path(people.employer), on, by=people.rival).status == 404
    assert why(api, people.employer) == (False, "complaint")
    assert api.put(path(people.employer), on, by=people.employer).json == ON


@pytest.mark.parametrize(
    "event",
    [
        ("bounce", {"bounceType": "Transient", "bounceSubType": "MailboxFull"}),
        ("bounce", {"bounceType": "Undetermined", "bounceSubType": "Undetermined"}),
        # Whoever sorts mails takes back that it was spam.
        ("complaint", {"complaintFeedbackType": "not-spam"}),
    ],
    ids=["transient", "undetermined", "not spam"],
)
def test_what_says_nothing_about_the_address_changes_nothing(
    api: Api, people: People, event: Any
) -> None:
    kind, changed = event
    assert deliver(mail_event(kind, [address(people.employer)], now(), **changed)) == []
    assert api.get(path(people.employer), by=people.employer).json == ON


@pytest.mark.parametrize(
    "changed",
    [
        {"bounceSubType": "NoEmail"},
        {"bounceSubType": "Suppressed"},
        {"bounceSubType": "OnAccountSuppressionList"},
        # The server behind an address that forwards.
        {"bouncedRecipients": [{"emailAddress": "somebody@elsewhere.example"}]},
        {"somethingNew": {"of": "SES"}},
    ],
    ids=["no mailbox", "suppressed", "on the account's list", "forwarded", "unknown member"],
)
def test_every_permanent_bounce_counts(api: Api, people: People, changed: Any) -> None:
    assert deliver(bounce(people.employer, **changed)) == []
    assert why(api, people.employer) == (False, "bounce")


def test_who_a_mail_was_forwarded_to_still_gets_theirs(api: Api, people: People) -> None:
    named = [{"emailAddress": address(people.rival)}]
    assert deliver(bounce(people.employer, bouncedRecipients=named)) == []
    assert why(api, people.employer) == (False, "bounce")
    assert why(api, people.rival) == (True, None)


def test_an_answer_that_is_sent_back_leaves_the_wish_for_mails(api: Api, people: People) -> None:
    assert deliver(bounce(people.employer)) == []
    answer = api.get(path(people.employer), by=people.employer).json
    sent_back = api.put(path(people.employer), answer | {"threshold": 80}, by=people.employer).json
    assert sent_back == answer | {"threshold": 80}
    change(User, people.employer.id, email="new@site.example")
    assert why(api, people.employer) == (True, None), "another address has mails on by itself"


def test_of_a_mail_to_several_only_those_who_are_named_get_no_more(
    api: Api, people: People
) -> None:
    both = [address(people.employer), address(people.rival), "nobody@site.example"]
    named = [{"emailAddress": f"Somebody <{both[1]}>"}, {"emailAddress": both[2]}]
    assert deliver(mail_event("bounce", both, now(), bouncedRecipients=named)) == []
    assert why(api, people.employer) == (True, None)
    assert why(api, people.rival) == (False, "bounce")
    assert deliver(mail_event("complaint", both, now())) == []
    assert why(api, people.employer) == (False, "complaint")
    assert why(api, people.rival) == (False, "complaint"), "it counts for more"
    assert deliver(mail_event("bounce", both, now())) == []
    assert why(api, people.rival) == (False, "complaint")


GOOD_EVENT = mail_event("bounce", ["nobody@site.example"], now())


def without(*keys: str) -> dict[str, Any]:
    """The event without one of its members."""
    event: dict[str, Any] = json.loads(json.dumps(GOOD_EVENT))
    part = event
    for key in keys[:-1]:
        part = part[key]
    del part[keys[-1]]
    return event


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "[]",
        "{}",
        without("detail"),
        without("detail", "eventType"),
        without("detail", "bounce"),
        without("detail", "bounce", "bounceType"),
        without("detail", "bounce", "bouncedRecipients"),
        without("detail", "mail"),
        without("detail", "mail", "timestamp"),
        without("detail", "mail", "destination"),
        {"detail": {**GOOD_EVENT["detail"], "eventType": "Delivery"}},
        mail_event("bounce", ["nobody@site.example"], now(), bounceType="Elastic"),
        mail_event("bounce", [], now()),
        mail_event("bounce", ["nobody@site.example"], "yesterday"),
    ],
    ids=range(16),
)
def test_what_can_not_be_read_stays_for_an_operator_and_holds_up_no_other(
    api: Api, people: People, body: object, log: StringIO
) -> None:
    assert deliver(body, bounce(people.employer)) == [0]
    assert why(api, people.employer) == (False, "bounce")
    assert "The message could not be handled." in log.getvalue()


def test_no_address_is_logged(api: Api, people: People, log: StringIO) -> None:
    to = address(people.employer)
    deliver(
        bounce(people.employer),
        complaint(people.employer),
        bounce(people.employer, bounceType="Transient"),
        bounce(people.employer, bounceType="Elastic"),
        without("detail", "bounce"),
    )
    lines = log.getvalue()
    assert to not in lines
    assert "nobody@" not in lines
    said = [json.loads(line) for line in lines.splitlines() if line.startswith("{")]
    told = [each for each in said if each["message"] == "Mails are turned off."]
    assert [(each["because"], each["employers"]) for each in told] == [
        ("bounce", 1),
        ("complaint", 1),
    ]


def test_a_report_that_comes_twice_or_late_does_not_undo_what_was_turned_on(
    api: Api, people: People
) -> None:
    first = bounce(people.employer, now(minutes=5))
    assert deliver(first) == []
    since = api.get(path(people.employer), by=people.employer).json["offSince"]
    assert deliver(first, first) == []
    assert api.get(path(people.employer), by=people.employer).json["offSince"] == since
    api.put(path(people.employer), {}, by=people.employer)
    assert deliver(first, complaint(people.employer, now(minutes=1))) == []
    assert why(api, people.employer) == (True, None)
    # Mails were on: turning them on once more forgets nothing.
    api.put(path(people.employer), {"threshold": 60}, by=people.employer)
    assert deliver(first) == []
    assert why(api, people.employer) == (True, None)
    in_a_minute = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    assert deliver(bounce(people.employer, in_a_minute)) == []
    assert why(api, people.employer) == (False, "bounce")


def test_another_address_gets_mails_again(api: Api, people: People, cloud: Cloud) -> None:
    a_profile(api, people, **GOOD)
    deliver(complaint(people.employer))
    with connect() as connection:
        change = text("UPDATE users SET email = 'new@site.example' WHERE id = :id")
        connection.execute(change, {"id": people.employer.id})
    assert api.get(path(people.employer), by=people.employer).json == ON
    an_open_job(api, people.employer)
    work(cloud)
    assert [mail["To"] for mail in cloud.mails()] == ["new@site.example"]
    assert deliver(bounce(people.employer)) == []
    assert why(api, people.employer) == (False, "bounce")


def test_who_wants_none_learns_why_they_would_get_none(api: Api, people: People) -> None:
    api.put(path(people.employer), {"enabled": False, "threshold": 90}, by=people.employer)
    deliver(bounce(people.employer))
    said = api.get(path(people.employer), by=people.employer).json
    assert (said["enabled"], said["threshold"], said["offBecause"]) == (False, 90, "bounce")


@pytest.mark.parametrize("when", ["before it is claimed", "while it is sent", "after it is sent"])
def test_a_report_in_the_middle_of_a_mail_ends_the_next_one(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    a_profile(api, people, **GOOD)
    a_job_with_a_mail(api, people, cloud)
    a_job_with_a_mail(api, people, cloud)
    one, other = cloud.notifications.take()
    send = aws.send_mail

    def send_and_hear(message: Any) -> None:
        assert deliver(bounce(people.employer)) == []
        send(message)

    if when == "before it is claimed":
        deliver(bounce(people.employer))
    if when == "while it is sent":
        monkeypatch.setattr(service, "send_mail", send_and_hear)
    assert send_mail(one) == NO_FAILURES
    if when == "after it is sent":
        deliver(bounce(people.employer))
    assert send_mail(other) == NO_FAILURES
    assert len(cloud.mails()) == (0 if when == "before it is claimed" else 1)
    assert why(api, people.employer) == (False, "bounce")


@pytest.mark.parametrize("first", ["the report", "the employer"])
def test_of_a_report_and_who_turns_mails_on_meanwhile_the_employer_wins(
    api: Api, people: People, rivals: Rivals, first: str
) -> None:
    """The mail was sent before: whichever of the two is stored first, mails are on."""
    deliver(bounce(people.employer, now(minutes=9)))
    to, sent_at = [address(people.employer)], datetime.now(UTC) - timedelta(minutes=1)
    who, on = people.employer, NotificationPreferences()
    viewer = who.caller
    works: list[Callable[[Connection], object]] = [
        lambda connection: turn_mails_off(connection, to, "complaint", sent_at),
        lambda connection: put_notification_settings(connection, who.id, on, viewer=viewer),
    ]
    one, other = works if first == "the report" else works[::-1]
    with transaction() as connection:
        one(connection)
        rival = rivals.blocked(other)
    rival.result()
    assert why(api, people.employer) == (True, None)


def test_a_mail_names_the_set_whose_reports_we_hear(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, Any]] = []

    class Ses:
        def send_email(self, **arguments: Any) -> None:
            given.append(arguments)

    real = aws._client
    monkeypatch.setattr(
        aws,
        "_client",
        lambda service, *rest, **more: (
            Ses() if service == "sesv2" else real(service, *rest, **more)
        ),
    )
    a_profile(api, people, **GOOD)
    for name in ("", "reported"):
        monkeypatch.setenv("MAIL_CONFIGURATION_SET", name)
        a_job_with_a_mail(api, people, cloud)
        assert send_mail(*cloud.notifications.take()) == NO_FAILURES
    assert [each.get("ConfigurationSetName") for each in given] == [None, "reported"]
