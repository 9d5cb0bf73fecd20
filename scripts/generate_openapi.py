"""Write docs/openapi.json: Powertools' merge of all functions, completed.

What is true of one route stands at its declaration (`jobmatch.web.routes` has the means). Added
here is what follows for every route: the errors, and links between operations.

`--check` writes nothing and fails when the file on disk differs.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from http import HTTPStatus
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge
from pydantic import TypeAdapter

from jobmatch.boards.board_jobs import ASHBY, GREENHOUSE
from jobmatch.postings.posting_names import MEDIA_TYPE as POSTING_MEDIA_TYPE
from jobmatch.web.problems import InvalidInput, Problem
from scripts.generate_events import BODIES, DOCUMENTS, IDS, OWN_IDS, QUERIES, served_routes
from scripts.openapi_errors import errors

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "openapi.json"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DESCRIPTION = """\
Employers post jobs; a schedule compares every open job with every candidate and explains the
best matches. Errors of the service are problem details (RFC 9457); errors of the gateway itself
(no such route, a bad token, a body that is too large, too many requests) are `{"message"}`."""
TITLE = {"type": "string", "minLength": 1, "maxLength": 255}
BOARD_SCHEMAS = {
    f"{board}Job": {
        "type": "object",
        "description": f"A job of {board}'s public job board; docs/api.md has the mapping.",
        "properties": {"title": TITLE},
        "required": ["title"],
        "additionalProperties": True,
    }
    for board in ("Ashby", "Greenhouse")
}
JOB_POSTING = {
    "type": "object",
    "description": "A JobPosting of schema.org as JSON-LD; docs/api.md has the mapping.",
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": "JobPosting"},
        "title": TITLE,
    },
    "required": ["@context", "@type", "title"],
    "additionalProperties": True,
}
_MESSAGE_ID = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}
AGENT_SCHEMAS = {
    "AgentMessage": {
        "type": "object",
        "description": "A request or, without `id`, a notification of JSON-RPC 2.0.",
        "properties": {
            "jsonrpc": {"const": "2.0"},
            "id": {"anyOf": _MESSAGE_ID["anyOf"][:2]},
            "method": {"type": "string"},
            "params": {"type": "object", "additionalProperties": True},
        },
        "required": ["jsonrpc", "method"],
    },
    "AgentAnswer": {
        "type": "object",
        "description": "A response of JSON-RPC 2.0: it has `result`, or `error`.",
        "properties": {
            "jsonrpc": {"const": "2.0"},
            "id": _MESSAGE_ID,
            "result": {"type": "object", "additionalProperties": True},
            "error": {"type": "object", "additionalProperties": True},
        },
        "required": ["jsonrpc", "id"],
    },
}
POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Trademark counsel",
    "description": "<p>You file and defend trademarks.</p>",
    "skills": ["Trademark Prosecution"],
}
RESUME = {
    "basics": {"name": "Ada Sample", "email": "ada@sample.example"},
    "work": [{"name": "Sample & Partner", "position": "Associate", "startDate": "2016-09"}],
}
BOARD_JOBS = {
    GREENHOUSE: {
        "id": 4012907008,
        "title": "Patent counsel, optics",
        "location": {"name": "Munich, Germany"},
        "absolute_url": "https://job-boards.greenhouse.example/firm/jobs/4012907008",
        "content": "&lt;p&gt;You must have experience in patent prosecution.&lt;/p&gt;",
    },
    ASHBY: {
        "id": "5f0c9f9e-41a4-4f2e-9d0d-6a9a0f4f7c11",
        "title": "Licensing counsel",
        "location": "London",
        "workplaceType": "Hybrid",
        "descriptionHtml": "<p>You must have four years of experience in licensing.</p>",
    },
}
TAGS = {
    "jobs": "What employers post.",
    "matches": "Whom a job's matching has found, best first, without names.",
    "matching": "When and how jobs are matched, and what they would find.",
    "profiles": "The candidates; for admins.",
    "notifications": "When an employer gets mail.",
    "webhooks": "Events that are posted to a server of yours, signed.",
    "vocabulary": "The operator's own names for known terms; for admins.",
    "queues": "Messages that wait, and those that were given up; for admins.",
    "audit": "What was decided, and the counts of a bias audit; for admins.",
    "agents": "The API as tools, by the Model Context Protocol.",
    "platform": "Health, who the caller is, and the known values for input forms.",
}
UNUSED_SCHEMAS = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
"""The error bodies of Powertools, which our functions never send."""
RESPONSE_MEMBERS = ("description", "content", "headers", "links")


def generate() -> dict[str, Any]:
    """The document, made from the routes of all functions."""
    merge = OpenAPIMerge(
        title="jobmatch",
        version=PROJECT["version"],
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
    schemas |= BOARD_SCHEMAS | AGENT_SCHEMAS | {"JobPosting": JOB_POSTING}
    for schema in [*schemas.values()]:
        _name_forms(schema, schemas)
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
    for route in served_routes():
        operation = document["paths"][route.path][route.method.lower()]
        operation["description"] = _description(route.function.folder / "app.py")
        _exemplify(route.function.operation, operation)
    document["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    _link(document["paths"])
    document["paths"] = dict(sorted(document["paths"].items()))
    info = document.pop("info") | {"license": {"name": "MIT", "identifier": "MIT"}}
    return {"openapi": document.pop("openapi"), "info": info, **_without_titles(document)}


def _name_forms(schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Make the forms of a schema, and what their lists hold, schemas with the names in `title`.

    A generator of clients has no good name for a part of a schema.
    """
    for form in schema.get("oneOf", ()):
        for member in form.get("properties", {}).values():
            if "title" in member.get("items", {}):
                member["items"] = _named(member["items"], schemas)
    if "oneOf" in schema:
        schema["oneOf"] = [_named(form, schemas) for form in schema["oneOf"]]


def _named(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema["title"]
    if schemas.setdefault(name, schema) != schema:
        raise ValueError(f"Two schemas have the name {name}.")
    return {"$ref": f"#/components/schemas/{name}"}


def _without_titles(value: Any) -> Any:
    # pydantic gives every field a title made from its name ("Employeruserid"): useless to readers.
    # In an example a title is a job's or a position's.
    if isinstance(value, list):
        return [_without_titles(item) for item in value]
    if isinstance(value, dict):
        return {
            key: item if key == "example" else _without_titles(item)
            for key, item in value.items()
            if key != "title" or not isinstance(item, str)
        }
    return value


def _complete(path: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for media_type, schema in operation.pop("x-reads", {}).items():
        # A route that reads its body itself declares no model of it.
        body = operation.setdefault("requestBody", {"required": True, "content": {}})
        body["content"][media_type] = {"schema": schema}
    written = operation.pop("x-writes", {})
    for status in _successes(operation):
        response = responses[status]
        response["description"] = HTTPStatus(int(status)).phrase
        response["content"] |= {name: {"schema": schema} for name, schema in written.items()}
        if status == str(HTTPStatus.NO_CONTENT.value) or (
            operation["operationId"] == "useTools" and status == str(HTTPStatus.ACCEPTED.value)
        ):
            del response["content"]
        responses[status] = {
            name: response[name] for name in RESPONSE_MEMBERS if response.get(name)
        }
    responses |= errors(path, operation)
    operation["responses"] = dict(sorted(responses.items()))


def _description(handler: Path) -> str:
    """The handler's docstring without the route that it begins with."""
    text = ast.get_docstring(ast.parse(handler.read_text(encoding="utf-8"))) or ""
    said = text.partition(": ")[2]
    return said[:1].upper() + said[1:]


def _exemplify(name: str, operation: dict[str, Any]) -> None:
    """Put the ids, the query and the body of the sample event into the operation."""
    values = {**IDS, **OWN_IDS.get(name, {}), **dict(parse_qsl(QUERIES.get(name, "")))}
    for parameter in operation.get("parameters", ()):
        if parameter.get("required"):
            parameter["example"] = values[parameter["name"]]
    content = operation.get("requestBody", {}).get("content", {})
    if name in BODIES:
        content["application/json"]["example"] = BODIES[name]
    if name in DOCUMENTS:
        lines = DOCUMENTS[name].splitlines()
        content["text/plain"]["example"] = DOCUMENTS[name]
        content["text/html"]["example"] = "".join(f"<p>{line}</p>\n" for line in lines if line)
        if "application/json" in content:
            content["application/json"]["example"] = RESUME
    for media_type, example in {POSTING_MEDIA_TYPE: POSTING, **BOARD_JOBS}.items():
        if media_type in content:
            content[media_type]["example"] = example


def _successes(operation: dict[str, Any]) -> list[str]:
    return [status for status in operation["responses"] if int(status) < HTTPStatus.BAD_REQUEST]


def _link(paths: dict[str, Any]) -> None:
    """Link each operation that provides ids to all operations that need no others."""
    operations = [
        (operation["operationId"], set(re.findall(r"\{(\w+)\}", path)), operation)
        for path, methods in paths.items()
        for operation in methods.values()
    ]
    for name, _, operation in operations:
        ids = operation.pop("x-ids", {})
        links = {
            follower: {
                "operationId": follower,
                "parameters": {parameter: ids[parameter] for parameter in sorted(needed)},
            }
            for follower, needed, _ in sorted(operations, key=itemgetter(0))
            if needed and needed <= ids.keys() and follower != name
        }
        if links:
            for status in _successes(operation):
                operation["responses"][status]["links"] = links


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
