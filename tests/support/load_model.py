"""A model of one employer's jobs, candidates and matches, by which answers are checked.

No other employer has the same specialization, so no one else changes the results. A change takes
effect on matches when a run has seen it; until then any of a few rankings is a right answer.
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
"""How long a job may not know of a changed candidate, while another transaction takes it up."""
PINNED = ("createdAt", "updatedAt")
"""Times that only a change of the job may change."""


@dataclass
class JobModel:
    """The state that a job must have."""

    body: dict[str, Any]
    version: int = 1
    pinned: dict[str, str] = field(default_factory=dict)
    rankings: list[list[Ranked]] = field(default_factory=lambda: [[]])
    """The rankings that may be stored; a run that starts now finds the last one."""
    due_at: float = 0
    """When it was last made due, for whatever reason."""
    candidate_at: float = 0
    """When a candidate last changed: the job may not know of it yet."""
    due_since: bool = True
    """Whether it was made due after that."""
    settled: bool = False
    """Whether it was completed after that, and so stays completed."""
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
        return [
            [line for line in ranking if self._is_shown(line.profile_id)]
            for ranking in job.rankings
        ]

    def posted(self, job_id: str, body: Mapping[str, Any]) -> None:
        """A job was created."""
        self.jobs[job_id] = JobModel(dict(body))
        self.made_due(job_id)

    def made_due(self, job_id: str) -> None:
        """A job was made due, if it is open."""
        job = self.jobs[job_id]
        job.due_since = True
        job.settled = False
        if job.is_open:
            job.rankings.append(self._ranked(job))
            job.due_at = time.monotonic()

    def changed(self, job_id: str, changes: Mapping[str, Any], *, requirements: bool) -> None:
        """A job was changed."""
        job = self.jobs[job_id]
        was = job.is_open
        job.body |= changes
        job.version += 1
        job.pinned.pop("updatedAt", None)
        if requirements:
            job.rankings = [[]]
        if requirements or was != job.is_open:
            self.made_due(job_id)

    def put(self, profile_id: str, body: Mapping[str, Any]) -> None:
        """A candidate was created or replaced."""
        self.profiles[profile_id] = dict(body)
        for job in self.jobs.values():
            if job.is_open:
                job.rankings.append(self._ranked(job))
                job.due_at = job.candidate_at = time.monotonic()
                job.due_since = job.settled = False

    def check_job(self, job_id: str, answer: Mapping[str, Any], etag: str | None = None) -> None:
        """Check a job, or its item in a list, by the model."""
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
            if job.settled or job.due_since:
                job.rankings = job.rankings[-1:]
        else:
            if job.settled:
                # A candidate of another client changed while it ran: it is matched again, with the
                # same result.
                job.settled = False
                job.due_at = now
            assert now < job.due_at + SECONDS_TO_COMPLETE, "matching takes too long"

    def check_matches(self, job_id: str, items: list[dict[str, Any]]) -> None:
        """Check a job's matches by the rubric."""
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
        assert job.told & present <= notified, "a match that was notified stays so"
        job.told |= notified
