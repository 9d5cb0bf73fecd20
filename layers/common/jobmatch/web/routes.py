"""All that the handler of a route needs and that does not depend on its subject.

A handler imports this module and names what it takes from it: `routes.JobId`, `routes.allow`. A
function without a route does not import it, because it loads Powertools' event handler.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar
from uuid import UUID

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi import params
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BeforeValidator, Field

from jobmatch.careers.dates import this_month
from jobmatch.config import settings
from jobmatch.models import JobStatus, MatchingStatus, ProfileStatus, UserRole
from jobmatch.telemetry import logger
from jobmatch.vocabulary.kinds import Kind
from jobmatch.web.pages import (
    BestFirst,
    BestJobFirst,
    ByJob,
    LatestFirst,
    Listing,
    NewestFirst,
    OldestFirst,
    Time,
)
from jobmatch.web.problems import router as problems
from jobmatch.web.requests import (
    JSON,
    RESOLVER_OPTIONS,
    allow,
    caller_of,
    json_or,
    prefers,
    written,
)
from jobmatch.wire import DecisionFilter, WithoutNul

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.event_handler.openapi.types import (
        OpenAPIResponse,
        OpenAPIResponseHeader,
    )

__all__ = [
    "ADMIN",
    "API_GATEWAY_HTTP",
    "CANDIDATE",
    "DEFAULT_LIMIT",
    "EMPLOYER",
    "JSON",
    "OPEN",
    "RESOLVER_OPTIONS",
    "APIGatewayHttpResolver",
    "AliasId",
    "BestFirst",
    "BestJobFirst",
    "Body",
    "ByJob",
    "Cursor",
    "Decided",
    "EmployerUserId",
    "Event",
    "FirstDay",
    "IdempotencyKey",
    "IfMatch",
    "Include",
    "IncludeMatching",
    "JobId",
    "LambdaContext",
    "LastDay",
    "LatestFirst",
    "Limit",
    "Listing",
    "MatchingStatuses",
    "MinScore",
    "MostSuggestions",
    "NewSince",
    "NewestFirst",
    "OfEmail",
    "OfJob",
    "OfList",
    "OfName",
    "OfProfileStatus",
    "OldestFirst",
    "ProfileId",
    "Response",
    "Result",
    "RunId",
    "SinceRun",
    "Status",
    "Typed",
    "VocabularyList",
    "allow",
    "answers",
    "caller_of",
    "etag",
    "extensions",
    "json_or",
    "logger",
    "prefers",
    "problems",
    "settings",
    "this_month",
    "versions_in",
    "written",
]

CANDIDATE, EMPLOYER, ADMIN = UserRole.CANDIDATE, UserRole.EMPLOYER, UserRole.ADMIN
"""Roles, for `allow`."""
Event = dict[str, Any]
"""What an HTTP API sends to a function, in payload format 2.0."""
Result = dict[str, Any]
"""What a function returns to an HTTP API: status, headers and body."""

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


NewSince = Annotated[
    Annotated[Time, BeforeValidator(_iso)] | None,
    params.Query(
        alias="newSince",
        description=(
            "A time in ISO 8601: what was found for the first time after it. A match that is scored"
            " anew, or comes back, is not new."
        ),
    ),
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
_STRONG_TAG = re.compile(r'(?:^|,)\s*"([1-9]\d{0,8})(?:-ld)?"\s*(?=,|$)', re.ASCII)


def etag(version: int, suffix: str = "") -> str:
    """The strong entity tag of a version; the suffix `-ld` marks its representation as JSON-LD."""
    return f'"{version}{suffix}"'


def versions_in(if_match: str | None) -> frozenset[int] | None:
    """The versions that an If-Match header admits, or None if it admits any.

    Weak tags and tags of other systems name no version, so they never match.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(int(version) for version in _STRONG_TAG.findall(if_match))


OPEN: dict[str, Any] = {"security": []}
"""`openapi_extensions` of a route that needs no token."""


def answers(*statuses: int, **headers: str) -> dict[int, OpenAPIResponse]:
    """`responses` of a route that has more of them than one success and the usual errors.

    Args:
        statuses: every success, and every error that depends on the state of the resource. The
            script that writes the API document adds the errors that follow from the path, the
            parameters and the body, and the bodies of all errors.
        headers: descriptions of the headers of a success, by name.
    """
    described: dict[str, OpenAPIResponseHeader] = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()
    }
    made: dict[int, OpenAPIResponse] = {}
    for status in map(HTTPStatus, statuses):
        made[status] = {"description": status.phrase}
        if status < HTTPStatus.BAD_REQUEST:
            made[status]["headers"] = described
        else:
            made[status]["content"] = {}
    return made


def extensions(
    *,
    ids: Mapping[str, str] | None = None,
    reads: Mapping[str, Any] | None = None,
    writes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """`openapi_extensions` of a route: facts that Powertools has no argument for.

    The script that writes the API document replaces them with links and media types.

    Args:
        ids: path parameters of other operations that this one provides, with the runtime
            expressions that say where they stand. The document links to every operation that
            needs no others.
        reads: media types of the request besides JSON, with their schemas.
        writes: media types of the answer besides JSON, with their schemas.
    """
    given = {"x-ids": ids, "x-reads": reads, "x-writes": writes}
    return {name: value for name, value in given.items() if value}
