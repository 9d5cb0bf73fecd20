"""Runs and mails of a job in any order: nobody is told twice, and nobody is forgotten."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select, true, update

from jobmatch.aws import MailRefusedError
from jobmatch.careers.dates import this_month
from jobmatch.models import Job, JobMatch, MatchingStatus, Notification, NotificationStatus
from jobmatch.notifications import service as notifications
from jobmatch.notifications.preferences import put_notification_settings
from jobmatch.notifications.schemas import NotificationPreferences
from jobmatch.permissions import SYSTEM
from jobmatch.postgres import connect, transaction
from jobmatch.profiles.service import delete_profile, put_profiles
from jobmatch.runs import service as runs
from tests.support.due import invalidate_matches_for_job, request_matching
from tests.support.postings import candidate, change_job, hire, post_job, put_candidates
from tests.support.rows import empty_tables, write
from tests.support.running import pass_the_leases
from tests.support.stepped import Stepped, step
from tests.support.trust import Section, found, scaled
from tests.support.workers import NOTIFICATION, TOLD, stamp

if TYPE_CHECKING:
    from email.message import EmailMessage

    import pytest

    from tests.support.cloud import Cloud

STEPS = 100
IS_DUE = Notification.status == NotificationStatus.DUE


class World:
    """One job, whose runs and mails are handled by workers that stop, go on and are killed.

    Whose turn it is, and what comes of it, is drawn at random.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.candidates: list[UUID] = []
        self.runs: list[Stepped] = []
        self.mails: dict[UUID, Stepped] = {}
        self.dead: set[UUID] = set()
        self.told: defaultdict[str, list[UUID]] = defaultdict(list)
        """By candidate, the mails that the service took."""
        self.unknown: set[UUID] = set()
        """Mails of whose outcome nobody knows: the documented window."""
        self.steps = {
            self.a_mail_goes_on: 6,
            self.a_message_about_a_mail_comes: 6,
            self.match: 4,
            self.somebody_comes: 3,
            self.somebody_changes: 2,
            self.a_run_begins: 2,
            self.a_run_goes_on: 2,
            self.request: 1,
            self.somebody_goes: 1,
            self.the_threshold_changes: 1,
            self.the_matches_go: 1,
            self.the_job_closes_and_opens: 1,
            self.the_leases_of_the_dead_pass: 1,
        }
        with transaction() as connection:
            self.employer = hire(connection)
            self.job = post_job(connection, self.employer, preferredSpecializations=["Trademark"])

    def go_on(self, steps: int) -> None:
        """Take so many steps; then everybody ends, and whoever should have been told was told."""
        for step_ in self.random.choices([*self.steps], [*self.steps.values()], k=steps):
            step_()
        for worker in (*self.runs, *self.mails.values()):
            while not worker.has_ended:
                worker.go_on()
        self.settle()

    def send(self, message: EmailMessage) -> None:
        """The mail service, which does as it is ordered, and by default takes the mail."""
        mail = UUID(message[NOTIFICATION])
        order = step()
        if order == "refuse":
            raise MailRefusedError("MessageRejected")
        if order != "lose":
            for profile in message[TOLD].split():
                assert set(self.told[profile]) <= self.unknown, "told twice"
                self.told[profile].append(mail)
        if order in ("lose", "take, and never answer"):
            self.unknown.add(mail)
            raise TimeoutError
        step()

    def a_body(self) -> dict[str, Any]:
        """Of a candidate who scores 100 or 80."""
        return {"specializations": ["Licensing", *["Trademark"] * self.random.randint(0, 1)]}

    def somebody_comes(self) -> None:
        with transaction() as connection:
            self.candidates += put_candidates(connection, self.a_body())

    def somebody_changes(self) -> None:
        if self.candidates:
            changed = {self.random.choice(self.candidates): candidate(**self.a_body())}
            with transaction() as connection:
                put_profiles(connection, changed, this_month=this_month(), aliases=None)

    def somebody_goes(self) -> None:
        if self.candidates:
            who = self.candidates.pop(self.random.randrange(len(self.candidates)))
            with transaction() as connection:
                delete_profile(connection, who)

    def the_threshold_changes(self) -> None:
        chosen = NotificationPreferences(threshold=self.random.choice([75, 90]))
        with connect() as connection:
            put_notification_settings(connection, self.employer, chosen, viewer=SYSTEM)

    def the_matches_go(self) -> None:
        with transaction() as connection:
            invalidate_matches_for_job(connection, self.job)

    def the_job_closes_and_opens(self) -> None:
        for status in ("closed", "open"):
            with transaction() as connection:
                change_job(connection, self.job, status=status)

    def request(self) -> None:
        with connect() as connection:
            request_matching(connection, self.job, viewer=SYSTEM)

    def match(self) -> None:
        """The job is requested, and a run goes through, unless another one has the job."""
        self.request()
        runs.match_job(self.job)

    def a_run_begins(self) -> None:
        self.runs.append(Stepped(runs.match_job, self.job))

    def a_run_goes_on(self) -> None:
        for run in self.runs:
            if not run.has_ended and self.random.random() < 0.3:
                run.kill()
                write(update(Job).values(matching_lease_until=func.now()))
            elif not run.has_ended:
                run.go_on()
        self.runs.clear()

    def a_message_about_a_mail_comes(self) -> None:
        """Mostly it is about one that is due; others are late, or come once more."""
        with connect() as connection:
            due, mails = (
                connection.scalars(select(Notification.id).where(condition)).all()
                for condition in (IS_DUE, true())
            )
        if mails:
            self.begin(self.random.choice(due if due and self.random.random() < 0.8 else mails))

    def begin(self, mail: UUID) -> None:
        worker = Stepped(notifications.notify_employer, mail)
        if not worker.has_ended:
            assert mail not in self.mails
            self.mails[mail] = worker

    def a_mail_goes_on(self) -> None:
        if not self.mails:
            return
        mail, worker = self.random.choice([*self.mails.items()])
        order = self.random.choices(
            ["take", "refuse", "lose", "take, and never answer", "die"], [6, 1, 1, 1, 1]
        )[0]
        if order == "die":
            worker.kill()
            self.unknown.add(mail)
            self.dead.add(mail)
        else:
            try:
                worker.go_on(order)
            except TimeoutError:
                assert mail in self.unknown
        if worker.has_ended:
            del self.mails[mail]

    def the_leases_of_the_dead_pass(self) -> None:
        """Those of the living do not: their function ends them before."""
        ended = update(Notification).where(Notification.id.in_(self.dead))
        write(ended.where(Notification.lease_until.is_not(None)).values(lease_until=func.now()))

    def settle(self) -> None:
        pass_the_leases()
        self.match()
        with connect() as connection:
            assert connection.scalar(select(Job.matching_status)) is MatchingStatus.COMPLETED
            for mail in connection.scalars(select(Notification.id).where(IS_DUE)).all():
                notifications.notify_employer(mail)
            is_noted = JobMatch.notified_at.is_not(None)
            is_good = JobMatch.overall_score >= 90
            assert not connection.scalar(select(func.count()).where(is_good, ~is_noted)), "not told"
            noted = connection.scalars(select(JobMatch.profile_id).where(is_noted))
            assert {str(each) for each in noted} <= self.told.keys()


def test_no_interleaving_of_runs_and_mails_tells_anybody_twice(
    database: str, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside of the documented window: an outcome of the mail service that is not known."""
    find_matches = runs.find_matches

    def find_and_stop(run: Any) -> Any:
        result = find_matches(run)
        step()
        return result

    stamp(monkeypatch)
    monkeypatch.setattr(runs, "find_matches", find_and_stop)
    for module in (runs, notifications):
        monkeypatch.setattr(module, "try_queue_notification", lambda _: None)  # as if it was lost
    times, told, unknown = scaled(8, 100), 0, 0
    for seed in range(times):
        world = World(seed)
        monkeypatch.setattr(notifications, "send_mail", world.send)
        world.go_on(STEPS)
        empty_tables()
        told += sum(map(len, world.told.values()))
        unknown += len(world.unknown)
    assert told
    assert unknown
    found(
        Section.FAULTS,
        f"{STEPS} steps of the runs and mails of a job in a random order: completed, claimed, sent,"
        " refused, killed, their outcome unknown, while candidates, thresholds and the job change",
        times,
        f"employers were told about {told} candidates, each once for a job but in the documented"
        f" window, which {unknown} mails fell into; nobody was forgotten",
    )
