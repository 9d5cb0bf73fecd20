"""Write docs/openapi.json: Powertools' merge of all functions, and the errors that we answer.

`--check` writes nothing and fails when the file on disk differs.
"""

from __future__ import annotations

import json
import re
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge
from pydantic import TypeAdapter

from jobmatch.audit.service import MEDIA_TYPE as CSV
from jobmatch.jobs.job_posting import MEDIA_TYPE as JSON_LD
from jobmatch.web.problems import MEDIA_TYPE, InvalidInput, Problem

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "openapi.json"
VERSION = "1.0.0"
DESCRIPTION = """\
Employers post jobs; a schedule compares every open job with every candidate and explains the
best matches. Errors of the service are problem details (RFC 9457); errors of the gateway itself
(no such route, a bad token, a body that is too large, too many requests) are `{"message"}`."""
_OF_REQUEST = {name: f"$request.path.{name}" for name in ("jobId", "profileId")}
_FIRST = "$response.body#/items/0/{}"
FOLLOWED: dict[str, dict[str, str]] = {
    "getJobsForAdmin": {"jobId": _FIRST.format("id")},
    "getJobsByEmployer": {"jobId": _FIRST.format("id")},
    "getMatchesForJob": {**_OF_REQUEST, "profileId": _FIRST.format("profileId")},
    "createJob": {
        "jobId": "$response.body#/id",
        "employerUserId": "$response.body#/employerUserId",
    },
    "updateJob": {"jobId": _OF_REQUEST["jobId"]},
    "requestMatching": {"jobId": _OF_REQUEST["jobId"]},
    "putProfile": {"profileId": _OF_REQUEST["profileId"]},
    "insertMatch": _OF_REQUEST,
}
"""Operations whose ids others can go on with, and where these stand."""

OPEN_OPERATIONS = {"getHealth"}
STATE_ERRORS = {
    "createJob": [HTTPStatus.CONFLICT],
    "requestMatching": [HTTPStatus.CONFLICT],
    "updateJob": [HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED],
}
"""Operations that the state of a resource can stand in the way of."""
HEADERS = {
    "createJob": {"Location": "Path of the new job."},
    "getJobById": {
        "ETag": "Version of the job, for `If-Match`.",
        "Vary": "That `Accept` decides on the form.",
    },
    "updateJob": {"ETag": "Version of the job, for `If-Match`."},
}
JOB_POSTING = {
    "type": "object",
    "description": "A JobPosting of schema.org as JSON-LD; docs/documents.md has the mapping.",
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": "JobPosting"},
        "title": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "required": ["@context", "@type", "title"],
}
CREATES_OR_REPLACES = {"putProfile", "insertMatch"}
"""Operations that answer 201 for something new, and 200 for something replaced."""
ERROR_BODIES = {
    HTTPStatus.UNAUTHORIZED: ("application/json", "GatewayMessage"),
    HTTPStatus.UNPROCESSABLE_ENTITY: (MEDIA_TYPE, "InvalidInput"),
}
UNUSED_SCHEMAS = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
"""Powertools describes its own error bodies, which we never send."""


def generate() -> dict[str, Any]:
    """The document, made from the routes of all functions."""
    merge = OpenAPIMerge(
        title="jobmatch",
        version=VERSION,
        openapi_version="3.1.0",
        description=DESCRIPTION,
        on_conflict="error",
        security=[{"bearer": []}],
    )
    merge.discover(ROOT / "functions", pattern="app.py", recursive=True)
    document: dict[str, Any] = json.loads(merge.get_openapi_json_schema())
    schemas = document["components"]["schemas"]
    for name in UNUSED_SCHEMAS:
        schemas.pop(name, None)
    for problem in (Problem, InvalidInput):
        schema = TypeAdapter(problem).json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {}) | {problem.__name__: schema}
    schemas["GatewayMessage"] = {
        "type": "object",
        "description": "An error of the API gateway itself.",
        "properties": {"message": {"type": "string"}},
        "required": ["message"],
    }
    document["components"]["schemas"] = dict(sorted({**schemas, "JobPosting": JOB_POSTING}.items()))
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
    jobs = document["paths"]["/jobs"]["post"], document["paths"]["/jobs/{jobId}"]["get"]
    for part in (jobs[0]["requestBody"], jobs[1]["responses"]["200"]):
        part["content"][JSON_LD] = {"schema": {"$ref": "#/components/schemas/JobPosting"}}
    for operation in document["paths"]["/admin/matching-audit"].values():
        operation["responses"]["200"]["content"][CSV] = {"schema": {"type": "string"}}
    _link(document["paths"])
    document["paths"] = dict(sorted(document["paths"].items()))
    info = document.pop("info")
    return {"openapi": document.pop("openapi"), "info": info, **_without_titles(document)}


def _without_titles(value: Any) -> Any:
    # pydantic titles every field after its name ("Employeruserid"), which helps nobody.
    if isinstance(value, list):
        return [_without_titles(each) for each in value]
    if isinstance(value, dict):
        return {
            key: _without_titles(each)
            for key, each in value.items()
            if key != "title" or not isinstance(each, str)
        }
    return value


def _complete(path: str, operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    responses = operation["responses"]
    (success,) = responses
    if name in CREATES_OR_REPLACES:
        responses["201"] = responses["200"] | {"description": "Created"}
    if success == str(HTTPStatus.NO_CONTENT.value):
        del responses[success]["content"]
    responses[success]["description"] = HTTPStatus(int(success)).phrase
    for header, description in HEADERS.get(name, {}).items():
        headers = responses[success].setdefault("headers", {})
        headers[header] = {"description": description, "schema": {"type": "string"}}
    for status in _errors(path, operation):
        media_type, schema = ERROR_BODIES.get(status, (MEDIA_TYPE, "Problem"))
        responses[str(status.value)] = {
            # Python's own phrase for 422 has changed between versions.
            "description": "Invalid Input" if status.value == 422 else status.phrase,  # noqa: PLR2004
            "content": {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
        }
    operation["responses"] = dict(sorted(responses.items()))
    if name in OPEN_OPERATIONS:
        operation["security"] = []


def _link(paths: dict[str, Any]) -> None:
    """Say of what was made, changed or listed which operations can follow with its ids."""
    operations = {
        operation["operationId"]: (set(re.findall(r"\{(\w+)\}", path)), operation)
        for path, methods in paths.items()
        for operation in methods.values()
    }
    for name, ids in FOLLOWED.items():
        responses = operations[name][1]["responses"]
        links = {
            follower: {
                "operationId": follower,
                "parameters": {each: ids[each] for each in sorted(needed)},
            }
            for follower, (needed, _) in sorted(operations.items())
            if needed and needed <= ids.keys() and follower != name
        }
        for status in responses.keys() & {"200", "201", "202"}:
            responses[status]["links"] = links


def _errors(path: str, operation: dict[str, Any]) -> list[HTTPStatus]:
    name = operation["operationId"]
    inputs = [each["in"] for each in operation.get("parameters", ())]
    errors = [HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE]
    if name not in OPEN_OPERATIONS:
        errors += [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN]
    if "{" in path:
        errors.append(HTTPStatus.NOT_FOUND)
    if "requestBody" in operation:
        errors += [HTTPStatus.BAD_REQUEST, HTTPStatus.UNSUPPORTED_MEDIA_TYPE]
    if "requestBody" in operation or "query" in inputs:
        errors.append(HTTPStatus.UNPROCESSABLE_ENTITY)
    return errors + STATE_ERRORS.get(name, [])


def main() -> int:
    """Write the document, or compare it with the file on disk."""
    text = json.dumps(generate(), indent=2, ensure_ascii=False) + "\n"
    if "--check" not in sys.argv:
        DOCUMENT.write_text(text, encoding="utf-8")
        return 0
    if DOCUMENT.read_text(encoding="utf-8") == text:
        return 0
    print("docs/openapi.json differs from the routes: run scripts/generate_openapi.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
