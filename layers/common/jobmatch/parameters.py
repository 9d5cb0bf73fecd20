"""The parameters that routes share, as they stand in paths, queries and headers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query

from jobmatch.models import JobStatus

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
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Makes the request safe to repeat for 24 hours.",
    ),
]
