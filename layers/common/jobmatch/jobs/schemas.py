"""The wire models of jobs, which the queries return too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from jobmatch.models import JobStatus, MatchingStatus
from jobmatch.text import canonical_text
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import distinct_labels
from jobmatch.web.pages import Page
from jobmatch.wire import Input, Optional, Text255, Value, WithoutNul, wire
from jobmatch.wording.schemas import AsSent, InputWarning, Omitted, Told, with_warnings


def _values(kind: Kind) -> AfterValidator:
    def labelled(values: list[str] | None) -> list[str] | None:
        if values is None:
            return None
        by_form: dict[str, str] = {}
        for value in values:
            form = canonical_text(value)
            if not form:
                raise ValueError("must not contain a blank entry")
            if form in by_form:
                first = by_form[form]
                raise ValueError(f"must not name the same value twice: {first!r} and {value!r}")
            by_form[form] = value
        return distinct_labels(kind, values)

    return AfterValidator(labelled)


_List = Annotated[list[Value], Field(max_length=50)] | None
Specializations = Annotated[_List, _values(Kind.SPECIALIZATION)]
TechnicalDomains = Annotated[_List, _values(Kind.TECHNICAL_DOMAIN)]
Bars = Annotated[_List, _values(Kind.BAR)]


class JobFields(AsSent):
    """The fields that a creation and a change of a job share."""

    description: Optional[Annotated[str, Field(max_length=20_000), WithoutNul]] = None
    required_specializations: Specializations = None
    preferred_specializations: Specializations = None
    minimum_experience: Annotated[int | None, Field(ge=0, le=60, description="Years.")] = None
    preferred_location: Optional[Annotated[str, Field(max_length=255), WithoutNul]] = None
    required_bar: Bars = None
    required_technical_domains: TechnicalDomains = None


class JobCreate(JobFields):
    """Body of POST /jobs."""

    title: Text255
    status: Literal[JobStatus.DRAFT, JobStatus.OPEN] = JobStatus.DRAFT
    employer_user_id: Annotated[UUID | None, Field(strict=False)] = None


class JobUpdate(JobFields):
    """Body of PATCH /jobs/{jobId}: absent keeps, null clears, a value replaces."""

    # `model_fields_set` tells what is absent. Factories keep the defaults out of openapi.json.
    title: Text255 = Field(default_factory=str)
    status: Annotated[JobStatus, Field(strict=False)] = Field(
        default_factory=lambda: JobStatus.DRAFT
    )


REQUIREMENTS = (
    "required_specializations",
    "preferred_specializations",
    "minimum_experience",
    "preferred_location",
    "required_bar",
    "required_technical_domains",
)
"""The fields of a job that matching reads."""


class MatchingStatusUpdate(Input):
    """Body of PUT /admin/jobs/{jobId}/matching-status."""

    matching_status: Annotated[MatchingStatus, Field(strict=False)]


@wire
class Created:
    """What was made, and what of the input was not understood or is of little use."""

    id: UUID
    warnings: list[InputWarning]
    warnings_omitted: Omitted = 0


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
class ChangedJob(JobDetail):
    """A job after a change, and what of the change was not understood or is of little use."""

    warnings: list[InputWarning]
    warnings_omitted: Omitted = 0


@wire
class AdminChangedJob(AdminJobDetail):
    """A changed job as an admin sees it."""

    warnings: list[InputWarning]
    warnings_omitted: Omitted = 0


def changed(job: JobDetail | AdminJobDetail, told: Told) -> ChangedJob | AdminChangedJob:
    """A job with the warnings of a change."""
    if isinstance(job, AdminJobDetail):
        return with_warnings(AdminChangedJob, job, told)
    return with_warnings(ChangedJob, job, told)


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
