"""Nobody is told twice about a candidate for a job, whatever happens while a mail is being sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from jobmatch.aws import send_mail
from jobmatch.notifications import service as notifications
from jobmatch.notifications.queries import confirm_notification
from tests.support.given import a_profile, an_open_job, imported
from tests.support.running import run_matching, work
from tests.support.workers import TOLD, stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage
    from uuid import UUID

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

GOOD = {"specializations": ["Licensing"]}


@pytest.fixture(autouse=True)
def stamped(monkeypatch: pytest.MonkeyPatch) -> None:
    stamp(monkeypatch)


@pytest.fixture
def job(api: Api, people: People, cloud: Cloud) -> str:
    """An open job with 40 good matches, matched, its mail waiting in the queue."""
    imported(api, people, 40)
    job = an_open_job(api, people.employer)
    run_matching(*cloud.matching.take())
    return job


def told(cloud: Cloud) -> list[list[str]]:
    """Whom each mail was about, oldest mail first."""
    return [mail[TOLD].split() for mail in cloud.mails()]


def while_sending(patch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen while the first mail is being sent."""
    waiting = [happens]

    def slowly(message: EmailMessage) -> None:
        send_mail(message)
        while waiting:
            waiting.pop()()

    patch.setattr(notifications, "send_mail", slowly)


def request(api: Api, people: People, cloud: Cloud, job: str) -> None:
    """Ask for another run; other workers handle it, and every mail that is due."""
    assert api.post(f"/jobs/{job}/matching-runs", by=people.employer).status == 202
    work(cloud)


def test_a_job_that_is_requested_again_while_its_mail_is_being_sent(
    api: Api, people: People, cloud: Cloud, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_sending(monkeypatch, lambda: request(api, people, cloud, job))
    work(cloud)
    everybody = [profile for mail in told(cloud) for profile in mail]
    assert (len(told(cloud)), len(everybody), len(set(everybody))) == (1, 40, 40)


def test_whom_a_mail_names_is_unnotified_until_it_is_sent(
    api: Api, people: People, cloud: Cloud, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be refused; no other mail names them meanwhile, as the tests around show."""

    def unnotified() -> int:
        path = f"/admin/jobs/{job}/unnotified-matches"
        return len(api.get(path, by=people.admin).json["items"])

    listed = []
    while_sending(monkeypatch, lambda: listed.append(unnotified()))
    work(cloud)
    assert (listed, unnotified()) == ([40], 0)


def test_a_candidate_who_is_found_while_a_mail_is_being_sent_is_in_the_next(
    api: Api, people: People, cloud: Cloud, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = []

    def found() -> None:
        late.append(a_profile(api, people, **GOOD))
        request(api, people, cloud, job)
        assert len(told(cloud)) == 1

    while_sending(monkeypatch, found)
    work(cloud)  # no schedule is needed
    first, second = told(cloud)
    assert len(first) == 40
    assert second == late


def test_a_mail_whose_confirmation_fails_at_first_is_noted(
    api: Api, people: People, cloud: Cloud, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OperationalError("", {}, Exception())] * 2

    def stumbling(*arguments: Any) -> UUID | None:
        if failures:
            raise failures.pop()
        return confirm_notification(*arguments)

    monkeypatch.setattr(notifications, "confirm_notification", stumbling)
    work(cloud)
    request(api, people, cloud, job)
    assert len(told(cloud)) == 1


def test_a_confirmation_whose_answer_was_lost_is_repeated_without_a_trace(
    api: Api, people: People, cloud: Cloud, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = [OperationalError("", {}, Exception())]

    def losing(connection: Any, mail: Any) -> UUID | None:
        waiting = confirm_notification(connection, mail)
        if lost:
            connection.get_transaction().commit()
            raise lost.pop()
        return waiting

    monkeypatch.setattr(notifications, "confirm_notification", losing)
    work(cloud)
    logged = api.get("/admin/decisions", by=people.admin).json["items"]
    assert [entry["kind"] for entry in logged] == ["ranked", "told"]
