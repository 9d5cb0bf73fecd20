"""The parameters of routes: ids of paths, filters and cursors of queries, headers, bodies."""

from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi import params
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from jobmatch.models import JobStatus, MatchingStatus, ProfileStatus
from jobmatch.vocabulary.kinds import Kind
from jobmatch.web.pages import FIRST_TIME, LAST_TIME
from jobmatch.wire import DecisionFilter, WithoutNul

T = TypeVar("T")
Body = Annotated[T, params.Body()]
"""The JSON body of a request, read as T."""
JobId = Annotated[UUID, params.Path(alias="jobId")]
ProfileId = Annotated[UUID, params.Path(alias="profileId")]
EmployerUserId = Annotated[UUID, params.Path(alias="employerUserId")]
RunId = Annotated[UUID, params.Path(alias="runId")]
SinceRun = Annotated[
    UUID, params.Query(alias="since", description="The id of the run to compare with.")
]
AliasId = Annotated[UUID, params.Path(alias="aliasId")]
WebhookId = Annotated[UUID, params.Path(alias="webhookId")]
OfList = Annotated[Kind | None, params.Query(alias="list", description="Only of this list.")]
DEFAULT_LIMIT = 50
Limit = Annotated[
    int, params.Query(ge=1, le=100, description="How many items a page holds at most.")
]
Cursor = Annotated[
    str | None,
    params.Query(
        max_length=500, description="`nextCursor` of the page before; leave out for the first."
    ),
]
Status = Annotated[JobStatus | None, params.Query(description="Only jobs in this status.")]
OfName = Annotated[
    Annotated[str, WithoutNul] | None,
    params.Query(
        alias="name",
        min_length=1,
        max_length=255,
        description="Only candidates with words in their names that begin so.",
    ),
]
OfEmail = Annotated[
    Annotated[str, WithoutNul] | None,
    params.Query(
        alias="email",
        min_length=1,
        max_length=255,
        description="Only candidates whose mail addresses begin so.",
    ),
]
OfProfileStatus = Annotated[
    ProfileStatus | None, params.Query(alias="status", description="Only candidates so reviewed.")
]
MatchingStatuses = Annotated[
    list[MatchingStatus],
    params.Query(
        alias="matchingStatus", max_length=4, description="Only jobs in one of these states."
    ),
]
IncludeMatching = Annotated[
    Literal["matching"] | None,
    params.Query(
        alias="include", description="`matching`: with why it failed and the next try of each."
    ),
]
MinScore = Annotated[
    int | None,
    params.Query(
        alias="minScore", ge=0, le=100, description="Only matches of at least this score."
    ),
]
Decided = Annotated[
    DecisionFilter | None,
    params.Query(
        alias="decision",
        description="Only matches about which the employer has decided so; `none`: not yet.",
    ),
]
Include = Annotated[
    Literal["candidate"] | None,
    params.Query(
        alias="include", description="Give each match its `candidate`, without their identity."
    ),
]


def _iso(value: object) -> object:
    # Numbers would be read as seconds since 1970.
    if isinstance(value, str) and not value[:5].endswith("-"):
        raise ValueError("must be a time as in ISO 8601, with its offset")
    return value


def _within_our_time(value: datetime) -> datetime:
    # Clients send their earliest time for "all". Near its ends the calendar has no time in UTC.
    return min(max(value, FIRST_TIME), LAST_TIME).astimezone(UTC)


NewSince = Annotated[
    Annotated[AwareDatetime, BeforeValidator(_iso), AfterValidator(_within_our_time)] | None,
    params.Query(
        alias="newSince",
        description=(
            "A time in ISO 8601: what was found for the first time after it. A match that is scored"
            " anew, or comes back, is not new."
        ),
    ),
]
OfEmployer = Annotated[
    UUID | None,
    params.Query(
        alias="employerUserId", description="Whose job it is, where the body has no place for it."
    ),
]
OnlyOfEmployer = Annotated[
    UUID | None,
    params.Query(alias="employerUserId", description="Only webhooks of this employer."),
]
OfJob = Annotated[
    UUID | None, params.Query(alias="jobId", description="Only what is about this job.")
]
VocabularyList = Annotated[
    Kind, params.Query(alias="list", description="Which list of values is meant.")
]
Typed = Annotated[
    str,
    params.Query(
        alias="q", min_length=1, max_length=100, description="What has been typed so far."
    ),
]
MostSuggestions = Annotated[
    int, params.Query(alias="limit", ge=1, le=20, description="How many at most.")
]
_Day = Annotated[
    str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"})
]
FirstDay = Annotated[
    _Day | None,
    params.Query(alias="from", description="First day, in UTC; by default a year before."),
]
LastDay = Annotated[
    _Day | None, params.Query(alias="to", description="Last day, in UTC; by default today.")
]
IfMatch = Annotated[
    str | None,
    params.Header(
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
    params.Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Makes the request safe to repeat for 24 hours.",
    ),
]
