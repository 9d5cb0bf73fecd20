"""The parameters that routes share, as they stand in paths, queries and headers."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from pydantic import Field

from jobmatch.models import JobStatus
from jobmatch.wire import WithoutNul

DEFAULT_LIMIT = 50
JobId = Annotated[UUID, Path(alias="jobId")]
ProfileId = Annotated[UUID, Path(alias="profileId")]
EmployerUserId = Annotated[UUID, Path(alias="employerUserId")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page holds at most.")]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="`nextCursor` of the page before; leave out for the first."),
]
Status = Annotated[JobStatus | None, Query(description="Only jobs in this status.")]
MinScore = Annotated[
    int | None,
    Query(alias="minScore", ge=0, le=100, description="Only matches of at least this score."),
]
OfJob = Annotated[UUID | None, Query(alias="jobId", description="Only what is about this job.")]
_Day = Annotated[
    str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"})
]
FirstDay = Annotated[
    _Day | None, Query(alias="from", description="First day, in UTC; by default a year before.")
]
LastDay = Annotated[
    _Day | None, Query(alias="to", description="Last day, in UTC; by default today.")
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description=(
            "Change the job only if it still has this ETag: of two who read the same job, the"
            " second to write gets 412. Without it every change is made, and touches the fields"
            " that it names and no others."
        ),
    ),
]
IdempotencyKey = Annotated[
    Annotated[str, WithoutNul] | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Makes the request safe to repeat for 24 hours.",
    ),
]
_STRONG_TAG = re.compile(r'(?:^|,)\s*"([1-9]\d{0,8})(?:-ld)?"\s*(?=,|$)', re.ASCII)


def etag(version: int, form: str = "") -> str:
    """The strong entity tag of a version, in one of its forms: `-ld` is JSON-LD."""
    return f'"{version}{form}"'


def versions_in(if_match: str | None) -> frozenset[int] | None:
    """The versions that an If-Match header admits, or none for any.

    Weak tags and tags that are not ours name no version, so that they never match.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(int(version) for version in _STRONG_TAG.findall(if_match))
