"""What an employer who works alone must be answered: their jobs, candidates and matches.

Nobody else has the employer's specialization, so that others change nothing of it. A change
takes effect on matches when a run has seen it; until then any of a few rankings may be answered.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.generated import this_month
from tests.support.oracle import Ranked, ranked, works_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.oracle import Company

SECONDS_TO_COMPLETE = 180
SECONDS_OF_NOTES = 15
"""So long another's transaction may hold back what it took up of a changed candidate."""
PINNED = ("createdAt", "updatedAt")
"""Times that only a change of the job may move."""


@dataclass
class JobModel:
    """A job as it must be."""

    body: dict[str, Any]
    version: int = 1
    pinned: dict[str, str] = field(default_factory=dict)
    rankings: list[list[Ranked]] = field(default_factory=lambda: [[]])
    """What may be stored: the last one is what a run that starts now would find."""
    cause_at: float = 0
    """When its matching was last asked for, by whatever."""
    candidate_at: float = 0
    """When a candidate changed: the job may not know of it yet."""
    asked_since: bool = True
    """Whether it was asked for after that."""
    settled: bool = False
    """Whether it was completed since, so that it stays so."""
    told: set[str] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        return bool(self.body["status"] == "open")


class World:
    """An employer's jobs and candidates."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.jobs: dict[str, JobModel] = {}
        self.profiles: dict[str, Any] = {}

    def _ranked(self, job: JobModel) -> list[Ranked]:
        return ranked(job.body, self.profiles, today=this_month(), company=self.company)

    def _is_shown(self, profile_id: str) -> bool:
        profile = self.profiles[profile_id]
        active = profile["status"] == "active"
        return active and not works_for(self.company, profile, this_month())

    def _shown(self, job: JobModel) -> list[list[Ranked]]:
        return [[line for line in each if self._is_shown(line.profile_id)] for each in job.rankings]

    def posted(self, job_id: str, body: Mapping[str, Any]) -> None:
        """A job is there."""
        self.jobs[job_id] = JobModel(dict(body))
        self.asked(job_id)

    def asked(self, job_id: str) -> None:
        """A job is to be matched, if it is open."""
        job = self.jobs[job_id]
        job.asked_since = True
        job.settled = False
        if job.is_open:
            job.rankings.append(self._ranked(job))
            job.cause_at = time.monotonic()

    def changed(self, job_id: str, changes: Mapping[str, Any], *, requirements: bool) -> None:
        """A job has other values than before."""
        job = self.jobs[job_id]
        was = job.is_open
        job.body |= changes
        job.version += 1
        job.pinned.pop("updatedAt", None)
        if requirements:
            job.rankings = [[]]
        if requirements or was != job.is_open:
            self.asked(job_id)

    def put(self, profile_id: str, body: Mapping[str, Any]) -> None:
        """A candidate is as this."""
        self.profiles[profile_id] = dict(body)
        for job in self.jobs.values():
            if job.is_open:
                job.rankings.append(self._ranked(job))
                job.cause_at = job.candidate_at = time.monotonic()
                job.asked_since = job.settled = False

    def check_job(self, job_id: str, answer: Mapping[str, Any], etag: str | None = None) -> None:
        """Hold a job, or its item of a list, against the model."""
        job = self.jobs[job_id]
        for name in answer.keys() & job.body.keys():
            assert answer[name] == job.body[name], name
        for name in PINNED:
            if name in answer:
                assert answer[name] == job.pinned.setdefault(name, answer[name]), name
        if etag is not None:
            assert etag == f'"{job.version}"'
        self._check_status(job, answer["matchingStatus"])
        if "matchCount" in answer:
            assert answer["matchCount"] in map(len, self._shown(job))

    def _check_status(self, job: JobModel, status: str) -> None:
        now = time.monotonic()
        if not job.is_open:
            assert status == "pending", "not open"
            return
        assert status in ("pending", "running", "completed")
        if status == "completed":
            job.settled = now > job.candidate_at + SECONDS_OF_NOTES
            if job.settled or job.asked_since:
                job.rankings = job.rankings[-1:]
        else:
            if job.settled:
                # Somebody else's candidate changed while it ran: it is matched once more, and finds
                # the same.
                job.settled = False
                job.cause_at = now
            assert now < job.cause_at + SECONDS_TO_COMPLETE, "it takes too long"

    def check_matches(self, job_id: str, items: list[dict[str, Any]]) -> None:
        """Hold a job's matches against the rubric."""
        job = self.jobs[job_id]
        answered = [
            Ranked(
                item["profileId"],
                item["overallScore"],
                {name: value["score"] for name, value in item["subscores"].items()},
                item["recommendation"],
            )
            for item in items
        ]
        assert answered in self._shown(job), f"{answered} is none of {self._shown(job)}"
        notified = {item["profileId"] for item in items if item["notifiedAt"]}
        present = {item["profileId"] for item in items}
        assert job.told & present <= notified, "who was told once is told"
        job.told |= notified
