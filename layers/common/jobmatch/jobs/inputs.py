"""What clients send of jobs, and the answers that say what of it was not understood."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from jobmatch.jobs.schemas import AdminJobDetail, JobDetail
from jobmatch.models import JobStatus, MatchingStatus
from jobmatch.text import canonical_text
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import distinct_labels
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
