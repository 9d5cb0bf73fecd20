"""Webhooks are made, changed, listed and ended by their owners, and by nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete

from jobmatch.errors import ConflictError
from jobmatch.models import User, WebhookEvent
from jobmatch.postgres import transaction
from jobmatch.webhooks.schemas import WebhookCreate
from jobmatch.webhooks.service import MOST_WEBHOOKS, create_webhook
from tests.support.given import a_draft
from tests.support.receivers import a_webhook
from tests.support.rows import change, count, nothing_written, write

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.support.api import Api
    from tests.support.people import People, Person
    from tests.support.rivals import Rivals

URL = "https://hooks.marlow.example/jobmatch?of=us"


def listed(api: Api, by: Person, query: str = "") -> list[str]:
    answer = api.get(f"/webhooks{query}", by=by)
    assert answer.status == 200, answer.text
    return [each["id"] for each in answer.json["items"]]


def test_a_webhook_is_made_and_its_secret_shown_once(api: Api, people: People) -> None:
    body = {"url": URL, "events": ["match.added", "job.closed"]}
    made = api.post("/webhooks", body, by=people.employer)
    assert made.status == 201, made.text
    webhook = made.json["webhook"]
    assert made.json["secret"].startswith("whsec_")
    assert webhook == {
        "id": webhook["id"],
        "employerUserId": str(people.employer.id),
        "url": URL,
        "events": ["match.added", "job.closed"],
        "enabled": True,
        "disabledBecause": None,
        "lastSequence": 0,
        "previousSecretUntil": None,
        "createdAt": webhook["createdAt"],
    }
    pages = [api.get("/webhooks", by=by) for by in (people.employer, people.admin)]
    assert [page.json["items"] for page in pages] == [[webhook], [webhook]]
    assert not any(made.json["secret"] in page.text for page in pages)


def test_a_webhook_is_changed_field_by_field(api: Api, people: People) -> None:
    webhook, _ = a_webhook(api, people.employer, URL, "match.added")
    path = f"/webhooks/{webhook}"
    for body in (
        {"events": ["job.created"]},
        {"url": "https://other.marlow.example/"},
        {"enabled": False},
        {},
    ):
        changed = api.patch(path, body, by=people.employer)
        assert changed.status == 200, changed.text
    (shown,) = api.get("/webhooks", by=people.employer).json["items"]
    assert shown == changed.json
    assert (shown["url"], shown["events"], shown["enabled"], shown["disabledBecause"]) == (
        "https://other.marlow.example/",
        ["job.created"],
        False,
        None,
    )


def test_a_webhook_is_its_owners_and_the_admins(api: Api, people: People) -> None:
    own, _ = a_webhook(api, people.employer, URL, "job.created")
    of_all, _ = a_webhook(api, people.admin, URL, "job.created")
    for_rival, _ = a_webhook(
        api, people.admin, URL, "job.created", employerUserId=str(people.rival.id)
    )
    assert listed(api, people.employer) == [own]
    assert listed(api, people.rival) == [for_rival]
    assert listed(api, people.admin) == [for_rival, of_all, own]
    assert listed(api, people.admin, f"?employerUserId={people.rival.id}") == [for_rival]
    assert listed(api, people.employer, f"?employerUserId={people.rival.id}") == []
    with nothing_written():
        for path, by in (
            (own, people.rival),
            (of_all, people.employer),
            (for_rival, people.employer),
        ):
            requests: list[tuple[str, str, Any]] = [
                ("PATCH", "", {"enabled": False}),
                ("DELETE", "", None),
                ("POST", "/secret", None),
                ("POST", "/test", None),
                ("POST", "/replay", {"fromSequence": 1}),
                ("GET", "/events", None),
            ]
            for method, rest, body in requests:
                refused = api.request(method, f"/webhooks/{path}{rest}", by=by, body=body)
                assert refused.status == 404, (method, rest)
    assert api.delete(f"/webhooks/{own}", by=people.employer).status == 204
    assert api.delete(f"/webhooks/{own}", by=people.employer).status == 404


def test_nobody_subscribes_for_another_employer(api: Api, people: People) -> None:
    body = {"url": URL, "events": ["job.created"]}
    with nothing_written():
        for_rival = body | {"employerUserId": str(people.rival.id)}
        assert api.post("/webhooks", for_rival, by=people.employer).status == 403
        for nobody in (people.admin.id, "00000000-0000-4000-8000-0000000000ff"):
            refused = api.post("/webhooks", body | {"employerUserId": str(nobody)}, by=people.admin)
            assert refused.status == 422
            assert refused.json["errors"][0]["pointer"] == "/employerUserId"
    change(User, people.employer.id, is_active=False)
    assert api.post("/webhooks", body, by=people.employer).status == 403
    assert api.get("/webhooks", by=people.employer).status == 403


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"url": "http://hooks.marlow.example/"}, "/url"),
        ({"url": "https://127.0.0.1/"}, "/url"),
        ({"url": "https://10.0.0.8:8443/"}, "/url"),
        ({"url": ""}, "/url"),
        ({"events": []}, "/events"),
        ({"events": ["job.deleted"]}, "/events/0"),
        ({"events": ["job.created", "job.created"]}, "/events"),
        ({"secret": "mine"}, "/secret"),
    ],
    ids=["http", "loopback", "private", "no-url", "no-event", "unknown", "twice", "secret"],
)
def test_what_can_not_be_subscribed_to_is_refused(
    api: Api, people: People, fields: dict[str, Any], pointer: str
) -> None:
    body = {"url": URL, "events": ["job.created"], **fields}
    webhook, _ = a_webhook(api, people.employer, URL, "job.created")
    with nothing_written():
        made = api.post("/webhooks", body, by=people.employer)
        changed = api.patch(f"/webhooks/{webhook}", fields, by=people.employer)
    for refused in (made, changed):
        assert refused.status == 422, refused.text
        assert refused.json["errors"][0]["pointer"] == pointer


def test_an_employer_has_ten_webhooks_however_many_are_made_at_once(
    api: Api, people: People, rivals: Rivals
) -> None:
    for _ in range(MOST_WEBHOOKS - 1):
        a_webhook(api, people.employer, URL, "job.created")
    data = WebhookCreate.model_validate({"url": URL, "events": ["job.created"]})

    def make(connection: Connection) -> None:
        create_webhook(connection, data, caller=people.employer.caller, anywhere=False)

    with transaction() as connection:
        make(connection)
        rival = rivals.blocked(make)
    with pytest.raises(ConflictError):
        rival.result()
    assert len(listed(api, people.employer)) == MOST_WEBHOOKS
    body = {"url": URL, "events": ["job.created"]}
    assert api.post("/webhooks", body, by=people.employer).status == 409
    assert api.post("/webhooks", body, by=people.rival).status == 201, "each has their own"


def test_a_deleted_employer_takes_their_webhooks_along(api: Api, people: People) -> None:
    webhook, _ = a_webhook(api, people.employer, URL, "job.created")
    a_draft(api, people.employer)
    assert count(WebhookEvent) == 1
    write(delete(User).where(User.id == people.employer.id))
    assert count(WebhookEvent) == 0
    assert webhook not in listed(api, people.admin)
