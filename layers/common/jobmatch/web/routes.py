"""All that the handler of a route needs and that does not depend on its subject.

A handler imports this module and names what it takes from it: `routes.JobId`, `routes.allow`. A
function without a route does not import it, because it loads Powertools' event handler.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_HTTP
from aws_lambda_powertools.utilities.typing import LambdaContext

from jobmatch.careers.dates import this_month
from jobmatch.config import settings
from jobmatch.models import UserRole
from jobmatch.telemetry import logger
from jobmatch.web.bodies import JSON, raw_body
from jobmatch.web.pages import (
    BestFirst,
    BestJobFirst,
    ByJob,
    BySequence,
    LatestFirst,
    Listing,
    NewestFirst,
    OldestFirst,
)
from jobmatch.web.parameters import (
    DEFAULT_LIMIT,
    AliasId,
    Body,
    Cursor,
    Decided,
    EmployerUserId,
    FirstDay,
    IdempotencyKey,
    IfMatch,
    Include,
    IncludeMatching,
    JobId,
    LastDay,
    Limit,
    MatchingStatuses,
    MinScore,
    MostSuggestions,
    NewSince,
    OfEmail,
    OfEmployer,
    OfJob,
    OfList,
    OfName,
    OfProfileStatus,
    OnlyOfEmployer,
    ProfileId,
    RunId,
    SinceRun,
    Status,
    Typed,
    VocabularyList,
    WebhookId,
)
from jobmatch.web.problems import router as problems
from jobmatch.web.requests import (
    RESOLVER_OPTIONS,
    allow,
    caller_of,
    json_or,
    prefers,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    "BySequence",
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
    "OfEmployer",
    "OfJob",
    "OfList",
    "OfName",
    "OfProfileStatus",
    "OldestFirst",
    "OnlyOfEmployer",
    "ProfileId",
    "Response",
    "Result",
    "RunId",
    "SinceRun",
    "Status",
    "Typed",
    "VocabularyList",
    "WebhookId",
    "allow",
    "answers",
    "caller_of",
    "documents",
    "etag",
    "extensions",
    "json_or",
    "logger",
    "prefers",
    "problems",
    "raw_body",
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


def documents(media_types: Iterable[str]) -> dict[str, Any]:
    """`reads` of `extensions` for bodies that are documents."""
    described: dict[str, Any] = {}
    for name in sorted(media_types):
        described[name] = {"type": "object"} if name == JSON else {"type": "string"}
        if name != JSON and not name.startswith("text/"):
            described[name]["format"] = "binary"
    return described


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
