"""The wire models of jobs, which the queries return too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from jobmatch.models import JobStatus, MatchingStatus
from jobmatch.web.pages import Page
from jobmatch.wire import wire


@wire
class JobDetail:
    """A job as its employer sees it."""

    id: UUID
    employer_user_id: UUID
    title: str
    description: str | None
    status: JobStatus
    matching_status: MatchingStatus
    required_specializations: list[str] | None
    preferred_specializations: list[str] | None
    minimum_experience: int | None
    preferred_location: str | None
    required_bar: list[str] | None
    required_technical_domains: list[str] | None
    created_by: UUID
    created_at: datetime
    updated_at: datetime
    matched_at: datetime | None
    employer_email: str
    version: Annotated[int, Field(exclude=True)]
    """Sent as the ETag."""
    identifier_name: Annotated[str | None, Field(exclude=True)]
    identifier: Annotated[str | None, Field(exclude=True)]
    """What another system calls it: sent in a JobPosting alone."""

    @property
    def waits_for_matching(self) -> bool:
        """Whether a run should start now."""
        return self.status is JobStatus.OPEN and self.matching_status is MatchingStatus.PENDING


@wire
class AdminJobDetail(JobDetail):
    """A job as an admin sees it: with the reason why its last run failed."""

    last_error: str | None


@wire
class JobListItem:
    """A job in its employer's list."""

    id: UUID
    title: str
    status: JobStatus
    matching_status: MatchingStatus
    match_count: int
    created_at: datetime
    updated_at: datetime
    new_match_count: Annotated[int | None, Field(exclude_if=lambda number: number is None)] = None
    """How many of the matches are new; there with `newSince` alone."""


@wire
class AdminJobListItem:
    """A job in the list of all employers' jobs."""

    id: UUID
    title: str
    status: JobStatus
    matching_status: MatchingStatus
    employer_company_name: str | None
    match_count: int
    created_at: datetime


@wire
class DueJob:
    """A job that is due for matching, with what it requires."""

    id: UUID
    employer_user_id: UUID
    title: str
    required_specializations: list[str] | None
    preferred_specializations: list[str] | None
    minimum_experience: int | None
    preferred_location: str | None
    required_bar: list[str] | None
    required_technical_domains: list[str] | None
    matching_status: MatchingStatus
    matched_at: datetime | None


@wire
class MatchingRequested:
    """The answer of POST /jobs/{jobId}/matching-runs."""

    job_id: UUID
    matching_status: MatchingStatus


@dataclass(frozen=True, slots=True)
class JobPage(Page[JobListItem]):
    """A page of one employer's jobs."""

    items: list[JobListItem]


@dataclass(frozen=True, slots=True)
class AdminJobPage(Page[AdminJobListItem]):
    """A page of all jobs."""

    items: list[AdminJobListItem]


@dataclass(frozen=True, slots=True)
class DueJobPage(Page[DueJob]):
    """A page of the jobs that are due for matching, oldest first."""

    items: list[DueJob]
