"""Employers with everything that may be stored for them, drawn from a seed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from jobmatch.audit.queries import NewEntry, add_entries, log_decision, make_keys
from jobmatch.careers.dates import this_month
from jobmatch.models import (
    Decision,
    DecisionKind,
    EmployerProfile,
    ExpiredDecision,
    FoundMatch,
    Job,
    JobMatch,
    JobStatus,
    MatchDecision,
    MatchingRun,
    MatchingStatus,
    Notification,
    NotificationSettings,
    Profile,
    ToldMatch,
    User,
)
from jobmatch.operations.users import index_employers
from jobmatch.permissions.locks import ids
from jobmatch.postgres import transaction
from jobmatch.profiles.service import index_profiles
from jobmatch.rules.rubric import recommendation
from tests.support.due import AGE
from tests.support.employer_files import DIMENSIONS, a_ranking, old_entries

COMPANY = "Lindqvist & Marrow LLP"
TEXTS = ("Licensing", "Büro für Lizenzen", "line\nbreak", 'quote " \\ back', "\u2028🂡", " x ")


class Employers:
    """Makes employers and candidates whose data are drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.hidden: set[UUID] = set()
        self.chains = 0
        self.told: list[datetime] = []

    def id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def time(self) -> datetime:
        seconds = self.random.randrange(60, 300 * 24 * 3600)
        micros = self.random.choice((0, 1, 120_000))
        return datetime.now(UTC).replace(microsecond=micros) - timedelta(seconds=seconds)

    def maybe(self, value: Any, odds: float = 0.6) -> Any:
        return value if self.random.random() < odds else None

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def score(self) -> int:
        return self.random.choice((0, 24, 25, 49, 50, 74, 75, 100))

    def candidates(self, number: int) -> list[UUID]:
        """Store candidates: some shown, some not active, some who work for the employer."""
        made: list[dict[str, Any]] = []
        for place in range(number):
            kind = ("shown", "rejected", "works there", "shown")[place % 4]
            profile = self.id()
            history = [{"employer": COMPANY, "title": "Counsel", "startDate": "2020-01"}]
            made.append(
                {
                    "id": profile,
                    "name": "Ada Quill",
                    "status": "rejected" if kind == "rejected" else "active",
                    "specializations": ["Licensing"],
                    "work_history": history if kind == "works there" else [],
                }
            )
            if kind != "shown":
                self.hidden.add(profile)
        found = [row["id"] for row in made]
        with transaction() as connection:
            connection.execute(insert(Profile), made)
        with transaction() as connection:
            index_profiles(
                connection, this_month=this_month(), after=None, limit=number, every=True
            )
        return found

    def employer(self, candidates: list[UUID], jobs: int | None = None) -> UUID:
        """Store an employer with jobs, and all that is kept about these; their id."""
        user, company = self.id(), self.id()
        email = f"{user}@lindqvist.example"
        with transaction() as connection:
            connection.execute(
                insert(User).values(
                    id=user, email=email, role="employer", is_active=True, created_at=self.time()
                )
            )
            connection.execute(
                insert(EmployerProfile).values(
                    id=company,
                    user_id=user,
                    company_name=COMPANY,
                    corporate_domains=self.maybe(["lindqvist.example"]),
                    created_at=self.time(),
                )
            )
            index_employers(connection, user, maximum_age=AGE)
            if self.maybe(True):
                off = self.maybe(True)
                connection.execute(
                    insert(NotificationSettings).values(
                        user_id=user,
                        enabled=bool(self.maybe(True)),
                        threshold=self.score(),
                        off_address=off and email,
                        off_because=off and self.random.choice(("bounce", "complaint")),
                        off_since=off and self.time(),
                        on_since=self.maybe(self.time()),
                    )
                )
            make_keys(connection, ids(candidates))
        for _ in range(self.random.randrange(4) if jobs is None else jobs):
            self.job(user, candidates)
        return user

    def job(self, user: UUID, candidates: list[UUID]) -> UUID:
        """Store a job of an employer, with all kinds of rows."""
        job = self.id()
        lists = ("required_specializations", "preferred_specializations", "required_bar")
        status = self.random.choice(list(JobStatus))
        matching = self.random.choice(list(MatchingStatus))
        values = {
            "id": job,
            "employer_user_id": user,
            "title": self.text(),
            "description": self.maybe(self.text() * 20),
            "status": status,
            "matching_status": matching,
            **{
                name: self.maybe([self.text(), "Trademarks"][: self.random.randrange(3)])
                for name in lists
            },
            "required_technical_domains": self.maybe([]),
            "minimum_experience": self.maybe(self.random.randrange(60)),
            "preferred_location": self.maybe("Köln, Germany"),
            "created_by": user,
            "created_at": self.time(),
            "updated_at": self.time(),
            "matched_at": self.maybe(self.time()),
            "version": self.random.randrange(1, 2**30),
            "matching_run_id": self.id() if matching == "running" else None,
            "matching_lease_until": self.time() if matching == "running" else None,
            "matching_failures": self.random.randrange(6),
            # For ever, if the job was given up.
            "matching_retry_at": self.random.choice([None, self.time(), "infinity"]),
            "last_error": self.maybe("ProgrammingError (53100, disk full)"),
            "matching_version": self.maybe("2-abc"),
            "matching_due_since": self.time(),
            "identifier_name": self.maybe(self.text()),
            "identifier": self.maybe(str(job)),
        }
        with transaction() as connection:
            connection.execute(insert(Job).values(values))
        self._about(job, candidates)
        self._history(job)
        self._chain(job, candidates)
        return job

    def _some(self, candidates: list[UUID]) -> list[UUID]:
        return self.random.sample(candidates, self.random.randrange(len(candidates) + 1))

    def _about(self, job: UUID, candidates: list[UUID]) -> None:
        matched = self._some(candidates)
        found = sorted({*matched, *self._some(candidates)})
        rows: dict[Any, list[dict[str, Any]]] = {
            FoundMatch: [{"profile_id": each, "found_at": self.time()} for each in found],
            ToldMatch: [
                {"profile_id": each, "notified_at": self.time()} for each in self._some(candidates)
            ],
            JobMatch: [self._match(each) for each in matched],
            MatchDecision: [
                {
                    "profile_id": each,
                    "decision": decision,
                    "reason": self.text() if decision == "declined" else self.maybe(self.text()),
                    "decided_at": self.time(),
                }
                for each in self._some(candidates)
                for decision in [self.random.choice(("shortlisted", "held", "declined"))]
            ],
        }
        self.told = [row["notified_at"] for row in rows[ToldMatch]]
        with transaction() as connection:
            for table, values in rows.items():
                if values:
                    connection.execute(insert(table), [{"job_id": job, **row} for row in values])

    def _match(self, profile: UUID) -> dict[str, Any]:
        score = self.score()
        subscores = {
            name: {"score": self.score(), "explanation": self.text()} for name in DIMENSIONS
        }
        return {
            "id": self.id(),
            "profile_id": profile,
            "overall_score": score,
            "subscores": json.dumps(subscores, ensure_ascii=bool(self.maybe(True))),
            "summary": self.text(),
            "recommendation": recommendation(score),
            "scored_at": self.time(),
            "notified_at": self.maybe(self.time()),
            "fingerprint": self.maybe("ab" * 16),
        }

    def _history(self, job: UUID) -> None:
        runs = [
            {
                "id": self.id(),
                "job_id": job,
                "started_at": self.time(),
                "finished_at": None if outcome == "running" else self.time(),
                "outcome": outcome,
                "scorer": "bedrock",
                "rubric_version": 2,
                "passed": self.maybe(7, 0.5),
                "kept": self.maybe(5, 0.5),
                "failures": self.maybe({"refused": 2}, 0.5),
                "error": self.maybe("Why it failed", 0.5),
                "model_id": "model",
                "entry_number": 1 if outcome == "completed" else None,
                "takes_up": self.random.random() < 0.5,
            }
            for outcome in ("completed", "overtaken", "failed", "abandoned", "running")
            if self.maybe(True)
        ]
        mails = [
            {
                "id": self.id(),
                "job_id": job,
                "run_id": self.id(),
                "status": status,
                "due_at": self.time(),
                "attempts": self.random.randrange(5),
                "created_at": self.time(),
                "claimed_at": self.maybe(self.time()),
                "finished_at": self.random.choice(self.told)
                if status == "sent" and self.told
                else self.maybe(self.time()),
            }
            for status in ("due", "claimed", "sent", "dropped", "refused")
            if self.maybe(True)
        ]
        with transaction() as connection:
            if runs:
                connection.execute(insert(MatchingRun), runs)
            if mails:
                connection.execute(insert(Notification), mails)

    def _chain(self, job: UUID, candidates: list[UUID]) -> None:
        """In turn a chain that has lost its beginning, nothing or all of it, and no chain."""
        shape = ("shortened", "new", "expired", "none")[self.chains % 4]
        self.chains += 1
        if shape in ("shortened", "expired"):
            old = old_entries(job, 4)
            gone = 4 if shape == "expired" else self.random.randrange(1, 4)
            last = old[gone - 1]
            names = ("job_id", "number", "recorded_at", "hash")
            with transaction() as connection:
                connection.execute(
                    insert(ExpiredDecision).values({name: last[name] for name in names})
                )
                if gone < len(old):
                    connection.execute(insert(Decision), old[gone:])
        if shape != "none":
            for kind in ("ranked", "told", "decided")[: self.random.randrange(4)]:
                scores = {each: self.score() for each in self._some(candidates)}
                facts: dict[str, Any] = {}
                if kind == "ranked":
                    facts = a_ranking(str(self.id()), passed=len(candidates))
                elif kind == "decided":
                    facts = {"text": self.text(), "list": [1, None, {"a": "b"}]}
                with transaction() as connection:
                    log_decision(connection, job, DecisionKind(kind), scores, facts)
            self._change(job)

    def _change(self, job: UUID) -> None:
        """Add what a run has changed since the last whole shortlist, if there is one."""
        whole = select(func.max(Decision.number)).where(
            Decision.job_id == job, Decision.kind == DecisionKind.RANKED
        )
        with transaction() as connection:
            base = connection.scalar(whole)
            if base is not None:
                gone: list[dict[str, Any]] = [{"pseudonym": "ab" * 8}]
                facts = {"runId": str(job), "passed": 0}
                entry = NewEntry(job, facts, gone, base=base, listed=0)
                add_entries(connection, DecisionKind.RANKED, [entry])
