"""The error answers in docs/openapi.json: which an operation has, when, and in which form."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from jobmatch.web.problems import MEDIA_TYPE

GATEWAY = ("application/json", "GatewayMessage")
PROBLEM = (MEDIA_TYPE, "Problem")
FORMS = {
    401: (GATEWAY,),
    413: (GATEWAY,),
    422: ((MEDIA_TYPE, "InvalidInput"),),
    429: (GATEWAY,),
    500: (PROBLEM, GATEWAY),
    503: (PROBLEM, GATEWAY),
}
"""By status, where it is not a problem of ours alone."""
WHEN = {
    400: "The body can't be read: it is not UTF-8, or not JSON.",
    401: "The bearer token is missing, expired, or not of the issuer; from the gateway.",
    404: "Nothing that the caller may see has this id.",
    413: "The request is larger than 6 MB; from the gateway.",
    415: "The body is of none of these media types.",
    422: "The input breaks a rule: `errors` points to each fault.",
    429: "There are more requests a second than the gateway lets through.",
    500: "A defect of ours; the log has it.",
    503: "The database or another service is away, or the answer took too long: send it again.",
}
FORBIDDEN = {
    "admin": "The caller is not an active admin.",
    "user": "The caller is not an active user.",
    "": "The caller is neither an active employer nor an active admin.",
}
WHEN_OF = {
    "createAlias": {409: "The value is known already, or has an alias."},
    "createJob": {
        403: "The caller is neither an active employer nor an active admin, or posts for another.",
        409: (
            "An open job without a required specialization; or a posting with the `identifier` of"
            " a job that is not archived."
        ),
    },
    "createWebhook": {
        403: (
            "The caller is neither an active employer nor an active admin, or subscribes for"
            " another."
        ),
        409: "There are ten webhooks already: of this employer, or of all employers.",
    },
    "replayWebhook": {409: "The webhook is disabled."},
    "testWebhook": {409: "The webhook is disabled."},
    "previewMatches": {
        403: "The caller is neither an active employer nor an active admin, or asks for another.",
        429: (
            "The employer has had 500 previews in an hour: the problem says when to go on."
            " Or there are more requests a second than the gateway lets through."
        ),
    },
    "requestMatching": {409: "The job is not open."},
    "useTools": {
        400: "The message is not one of JSON-RPC, or contradicts itself.",
        403: "The request comes from a page of an origin that may not call the API.",
        404: "There is no such method, to a client of a protocol without a handshake.",
    },
    "updateJob": {
        409: (
            "The job can't go from its status to that one, is archived, or would be open without a"
            " required specialization."
        ),
        412: "The job has been changed since it had the ETag of `If-Match`.",
    },
}
"""What depends on the operation."""
ANSWER = ("application/json", "AgentAnswer")
FORMS_OF: dict[str, dict[int, tuple[tuple[str, str], ...]]] = {
    "previewMatches": {429: (PROBLEM, GATEWAY)},
    "useTools": {400: (PROBLEM, ANSWER), 404: (ANSWER,)},
}
NEVER_OF = {"useTools": {422}}
"""Statuses that follow from the form of an operation, and which it never has."""
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds to wait; only with a problem.",
        "schema": {"type": "integer", "minimum": 0},
    }
}


def errors(path: str, operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The error answers of an operation, by status."""
    name = operation["operationId"]
    answers = {}
    for status in sorted(_statuses(path, operation)):
        own = WHEN_OF.get(name, {})
        forms = FORMS_OF.get(name, {}).get(status, FORMS.get(status, (PROBLEM,)))
        when = _forbidden(path, name) if status == HTTPStatus.FORBIDDEN else WHEN.get(status)
        answer: dict[str, Any] = {
            "description": own.get(status, when),
            "content": {
                media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}
                for media_type, schema in forms
            },
        }
        if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE} and (
            PROBLEM in forms
        ):
            answer["headers"] = RETRY_AFTER
        answers[str(status)] = answer
    return answers


def _forbidden(path: str, name: str) -> str:
    return FORBIDDEN["admin" if path.startswith("/admin/") else "user" if name == "getMe" else ""]


def _statuses(path: str, operation: dict[str, Any]) -> set[int]:
    inputs = [parameter["in"] for parameter in operation.get("parameters", ())]
    statuses = {429, 500, 503}
    if operation.get("security") != []:
        statuses |= {401, 403}
    if "{" in path:
        statuses.add(404)
    if "requestBody" in operation:
        statuses |= {400, 413, 415}
    if "requestBody" in operation or "query" in inputs or "header" in inputs:
        statuses.add(422)
    declared = {int(status) for status in operation["responses"]}
    statuses |= {status for status in declared if status >= HTTPStatus.BAD_REQUEST}
    return statuses - NEVER_OF.get(operation["operationId"], set())
