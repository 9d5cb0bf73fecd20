"""One mail about good new matches, and nobody told twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from sqlalchemy import func, select, text, update

from jobmatch import aws
from jobmatch.careers.dates import this_month
from jobmatch.models import EmployerProfile, Notification, NotificationStatus, User
from jobmatch.notifications.queries import (
    claim_notification,
    confirm_notification,
    get_due_notifications,
)
from jobmatch.postgres import connect, transaction
from tests.support.given import a_match, a_profile, an_open_job
from tests.support.running import (
    NO_FAILURES,
    dispatch,
    matches_of,
    run_matching,
    send_mail,
    take_up,
    work,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

GOOD = {"specializations": ["Licensing"]}
REFUSED = ClientError(
    {"Error": {"Code": "MessageRejected"}, "ResponseMetadata": {"HTTPStatusCode": 400}},
    "SendEmail",
)
BROKEN = ClientError(
    {"Error": {"Code": "InternalFailure"}, "ResponseMetadata": {"HTTPStatusCode": 500}},
    "SendEmail",
)
UNREACHED = ConnectTimeoutError(endpoint_url="https://ses.example")
SILENT = ReadTimeoutError(endpoint_url="https://ses.example")


@pytest.fixture
def job(api: Api, people: People, cloud: Cloud) -> str:
    """An open job with one good match, matched, its mail waiting in the queue."""
    a_profile(api, people, **GOOD)
    job = an_open_job(api, people.employer)
    run_matching(*cloud.matching.take())
    return job


def rerun(api: Api, people: People, cloud: Cloud, job: str) -> None:
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    work(cloud)


def told(api: Api, people: People, job: str) -> list[bool]:
    return [each["notifiedAt"] is not None for each in matches_of(api, job, people.employer)]


def statuses() -> list[NotificationStatus]:
    with connect() as connection:
        return list(connection.scalars(select(Notification.status).order_by(Notification.id)))


class Ses:
    """A mail service that answers as it is told, and counts what it was asked."""

    def __init__(self, answer: Exception | None) -> None:
        self.answer = answer
        self.asked = 0

    def send_email(self, **_: Any) -> None:
        self.asked += 1
        if self.answer is not None:
            raise self.answer


@pytest.fixture
def ses(request: pytest.FixtureRequest, cloud: Cloud) -> Iterator[Ses]:
    fake, real = Ses(request.param), aws._client

    def client(service: str, attempts: int = 2) -> Any:
        return fake if service == "sesv2" else real(service, attempts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws, "_client", client)
        yield fake


def test_the_employer_gets_one_mail_and_the_matches_are_marked(
    api: Api, people: People, cloud: Cloud, job: str
) -> None:
    work(cloud)
    (mail,) = cloud.mails()
    with connect() as connection:
        address, company = connection.execute(
            select(User.email, EmployerProfile.company_name)
            .join(EmployerProfile, EmployerProfile.user_id == User.id)
            .where(User.id == people.employer.id)
        ).one()
    assert mail["To"] == address
    assert mail["Subject"] == "1 good new match for Patent counsel"
    assert "Ada" not in mail.as_string()
    (profile,) = [match["profileId"] for match in matches_of(api, job, people.employer)]
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert f"https://jobs.example/console/jobs/{job}/matches/{profile}" in text
    assert text.startswith(f"Hello {company} team,")
    assert told(api, people, job) == [True]


def test_nobody_is_told_twice_not_even_after_an_invalidation(
    api: Api, people: People, cloud: Cloud, job: str
) -> None:
    work(cloud)
    assert api.delete(f"/admin/jobs/{job}/matches", by=people.admin).json == {"deleted": 1}
    api.patch(f"/jobs/{job}", {"minimumExperience": 1}, by=people.employer)
    work(cloud)
    assert told(api, people, job) == [True]
    a_profile(api, people, **GOOD)
    dispatch()
    work(cloud)
    assert [mail["Subject"][:10] for mail in cloud.mails()] == ["1 good new"] * 2
    assert told(api, people, job) == [True, True]


@pytest.mark.parametrize(
    "silence", ["below the threshold", "switched off", "inactive", "closed", "nobody left"]
)
def test_who_wants_no_mail_gets_none(
    api: Api, people: People, cloud: Cloud, job: str, silence: str
) -> None:
    settings = f"/employers/{people.employer.id}/notification-settings"
    (profile,) = [match["profileId"] for match in matches_of(api, job, people.employer)]
    match silence:
        case "below the threshold":
            a_match(api, people, job, profile, score=80)
            api.put(settings, {"threshold": 81}, by=people.employer)
        case "switched off":
            api.put(settings, {"enabled": False}, by=people.employer)
        case "inactive":
            with connect() as connection:
                off = update(User).where(User.id == people.employer.id).values(is_active=False)
                connection.execute(off)
        case "closed":
            api.patch(f"/jobs/{job}", {"status": "closed"}, by=people.employer)
        case _:
            a_profile(api, people, profile, email="a@lindqvist.example", **GOOD)
    (waiting,) = cloud.notifications.take()
    assert send_mail(waiting) == NO_FAILURES
    assert cloud.mails() == []
    assert statuses() == [NotificationStatus.DROPPED]


def test_a_run_without_news_records_no_mail(api: Api, people: People, cloud: Cloud) -> None:
    api.put(
        f"/employers/{people.employer.id}/notification-settings",
        {"enabled": False},
        by=people.employer,
    )
    a_profile(api, people, **GOOD)
    an_open_job(api, people.employer)
    work(cloud)
    assert statuses() == []


def test_a_mail_that_was_not_queued_is_swept_up_by_the_schedule(
    api: Api, people: People, cloud: Cloud, job: str
) -> None:
    cloud.notifications.take()  # lost on the way
    assert dispatch()["mails"] == 1
    work(cloud)
    assert len(cloud.mails()) == 1


def test_a_message_that_comes_twice_sends_one_mail(cloud: Cloud, job: str) -> None:
    (waiting,) = cloud.notifications.take()
    assert send_mail(waiting) == NO_FAILURES
    assert send_mail(waiting) == NO_FAILURES
    assert len(cloud.mails()) == 1


@pytest.mark.parametrize("ses", [REFUSED, UNREACHED], indirect=True, ids=["refused", "unreached"])
def test_a_definite_refusal_is_tried_again_and_in_the_end_given_up(
    api: Api, people: People, cloud: Cloud, ses: Ses, job: str
) -> None:
    (waiting,) = cloud.notifications.take()
    delays = []
    for attempt in range(1, 6):
        assert send_mail(waiting) == NO_FAILURES
        assert ses.asked == attempt
        delays.append(seconds_until_due())
        assert not get_due_now()
        make_due()
    assert delays[:4] == [60, 120, 240, 480]
    assert statuses() == [NotificationStatus.REFUSED]
    assert cloud.dead_mails.take() == [waiting]
    assert told(api, people, job) == [False]


@pytest.mark.parametrize("ses", [BROKEN, SILENT], indirect=True, ids=["500", "time-out"])
def test_after_an_unknown_outcome_the_same_run_sends_no_second_mail(
    api: Api, people: People, cloud: Cloud, ses: Ses, job: str
) -> None:
    (waiting,) = cloud.notifications.take()
    assert send_mail(waiting)["batchItemFailures"]
    assert send_mail(waiting) == NO_FAILURES
    assert dispatch()["mails"] == 0
    assert ses.asked == 1
    assert told(api, people, job) == [False]
    # A later run may name them once more.
    ses.answer = None
    rerun(api, people, cloud, job)
    assert ses.asked == 2
    assert told(api, people, job) == [True]


def test_a_match_made_again_while_its_mail_is_on_the_way_comes_back_as_told(
    api: Api, people: People, cloud: Cloud, job: str
) -> None:
    (waiting,) = cloud.notifications.take()
    with transaction() as connection:
        mail = claim_notification(connection, waiting, this_month=this_month())
    assert mail is not None
    api.delete(f"/admin/jobs/{job}/matches", by=people.admin)
    with transaction() as connection:
        confirm_notification(connection, mail)
    dispatch()
    work(cloud)
    assert told(api, people, job) == [True]
    assert cloud.mails() == []


def test_a_mail_that_is_due_already_stands_for_the_next_run_too(
    api: Api, people: People, cloud: Cloud, job: str
) -> None:
    a_profile(api, people, **GOOD)
    take_up()
    assert statuses() == [NotificationStatus.DUE]
    work(cloud)
    (mail,) = cloud.mails()
    assert mail["Subject"].startswith("2 good new matches")


def test_settings_belong_to_the_employer_and_have_defaults(api: Api, people: People) -> None:
    path = f"/employers/{people.employer.id}/notification-settings"
    fine = {"offBecause": None, "offSince": None}
    assert api.get(path, by=people.employer).json == {"enabled": True, "threshold": 75, **fine}
    chosen = {"enabled": False, "threshold": 90, **fine}
    assert api.put(path, chosen, by=people.employer).json == chosen
    assert api.get(path, by=people.admin).json == chosen
    assert api.put(path, {}, by=people.admin).json == {"enabled": True, "threshold": 75, **fine}
    for wrong in ({"threshold": 101}, {"enabled": "no"}, {"other": 1}):
        assert api.put(path, wrong, by=people.employer).status == 422
    assert api.get(path, by=people.employer).json == {"enabled": True, "threshold": 75, **fine}
    assert api.put(path, chosen, by=people.rival).status == 404
    assert api.get(path, by=people.rival).status == 404


def seconds_until_due() -> int:
    with connect() as connection:
        delay = func.extract("epoch", Notification.due_at - func.now())
        return round(float(connection.scalar(select(delay)) or 0))


def get_due_now() -> list[UUID]:
    with connect() as connection:
        return get_due_notifications(connection)


def make_due() -> None:
    with connect() as connection:
        connection.execute(text("UPDATE notifications SET due_at = now()"))


def test_a_mail_that_can_not_be_written_is_not_sent_and_stays_due(
    api: Api, people: People, cloud: Cloud, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (waiting,) = cloud.notifications.take()
    with monkeypatch.context() as patch:
        patch.delenv("MAIL_SENDER")
        assert send_mail(waiting) == NO_FAILURES
    assert statuses() == [NotificationStatus.DUE]
    make_due()
    assert send_mail(waiting) == NO_FAILURES
    assert len(cloud.mails()) == 1
