"""Tools for agents: each is a request to a route of the HTTP API, made with the caller's token.

`tools.json` has them all. It is generated from docs/openapi.json by scripts/generate_tools.py, and
so a tool takes and gives what its route does: fewer fields, and pages of at most 20 items.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.client import responses
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jobmatch.agents.api_client import ApiRequest, NotAnsweredError
from jobmatch.errors import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobmatch.agents.api_client import Api, ApiAnswer

MARK = "data"
"""The only member of an object that holds a text which somebody wrote."""
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}
_MARKED = {"#/$defs/text": "string", "#/$defs/texts": "array", "#/$defs/values": "object"}


@dataclass(frozen=True, slots=True)
class Used:
    """How a tool was used: the result as MCP wants it, and the answers of the routes behind it."""

    result: dict[str, Any]
    answers: tuple[ApiAnswer, ...] = ()

    @property
    def is_unauthenticated(self) -> bool:
        """Whether a route did not accept the token."""
        return any(answer.status == HTTPStatus.UNAUTHORIZED for answer in self.answers)


@cache
def catalogue() -> dict[str, Any]:
    """The content of `tools.json`: `version`, and `tools` by name."""
    text = Path(__file__).with_name("tools.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def definitions() -> list[dict[str, Any]]:
    """The tools as MCP lists them."""
    return [{"name": name, **tool["shown"]} for name, tool in catalogue()["tools"].items()]


def use(name: str, arguments: dict[str, Any], api: Api) -> Used:
    """Use a tool of the catalogue.

    An error is a result, too, which the agent reads: what is wrong with the arguments, or the
    problem that the route answered with.
    """
    tool = catalogue()["tools"][name]
    if faults := [*_faults(tool, arguments)]:
        return Used(_failed({"title": "Invalid arguments", "errors": faults}))
    answers: list[ApiAnswer] = []
    values: list[Any] = []
    for request in _requests(tool["request"], arguments):
        try:
            answer = api.send(request)
            answers.append(answer)
            if not 200 <= answer.status < 300:  # noqa: PLR2004 - success in HTTP
                return Used(_failed(_problem(answer)), tuple(answers))
            values.append(json.loads(answer.text))
        except (NotAnsweredError, ValueError):  # or something else answered, a proxy's page
            detail = "The API did not answer."
            if request.method != "GET":
                detail += " It is unknown whether the request was carried out: look before you"
                detail += " repeat it."
            return Used(_failed({"title": "No answer", "detail": detail}), tuple(answers))
    value = {"items": values} if "each" in tool["request"] else values[0]
    shaped = _shaped(value, tool["shown"]["outputSchema"])
    content = [{"type": "text", "text": json.dumps(shaped, ensure_ascii=False)}]
    return Used({"content": content, "structuredContent": shaped}, tuple(answers))


def _failed(problem: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(problem, ensure_ascii=False)
    return {"content": [{"type": "text", "text": text}], "isError": True}


def _problem(answer: ApiAnswer) -> dict[str, Any]:
    """What an agent should know of an error: without the type, but with the id in the log."""
    try:
        body = dict(json.loads(answer.text))
    except (TypeError, ValueError):
        body = {}
    problem = {
        "status": answer.status,
        "title": body.get("title") or responses.get(answer.status, "Refused"),
        "detail": body.get("detail") or body.get("message"),
        "errors": body.get("errors"),
        "requestId": answer.request_id,
    }
    return {name: value for name, value in problem.items() if value is not None}


def _faults(tool: dict[str, Any], arguments: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What is wrong with arguments that do not go into a JSON body, which the route checks."""
    schema, places = tool["shown"]["inputSchema"], tool["request"]["places"]
    for name in sorted(arguments.keys() - places.keys()):
        yield {"pointer": f"/{shortened(name)}", "message": "is not an argument of this tool"}
    for name in schema["required"]:
        if arguments.get(name) is None and places[name] != "body":
            yield {"pointer": f"/{name}", "message": "is required"}
    for name, place in places.items():
        value = arguments.get(name)
        if value is not None and place != "body":
            message = _fault(value, schema["properties"][name])
            if message:
                yield {"pointer": f"/{name}", "message": message}


def _fault(value: object, schema: dict[str, Any]) -> str | None:
    kind = _form(value, schema)
    if kind is None:
        return "has the wrong type"
    if kind.get("format") == "uuid" and not _ID.fullmatch(str(value)):
        return "must be an id"
    if isinstance(value, int) and not kind["minimum"] <= value <= kind["maximum"]:
        return f"must be from {kind['minimum']} to {kind['maximum']}"
    if isinstance(value, list):
        if not kind["minItems"] <= len(set(map(str, value))) == len(value) <= kind["maxItems"]:
            return f"must name {kind['minItems']} to {kind['maxItems']} different ones"
        return next(filter(None, (_fault(each, kind["items"]) for each in value)), None)
    return None


def _requests(request: dict[str, Any], arguments: dict[str, Any]) -> Iterator[ApiRequest]:
    """The requests of a tool: one, or one for each entry of the argument that `each` names."""
    if each := request.get("each"):
        for value in arguments[each]:
            yield _request(request, {**arguments, request["as"]: value})
    else:
        yield _request(request, arguments)


def _request(request: dict[str, Any], arguments: dict[str, Any]) -> ApiRequest:
    given = {name: value for name, value in arguments.items() if name in request["places"]}
    parts: dict[str, dict[str, Any]] = {"query": {**request.get("defaults", {})}}
    for name, value in given.items():
        parts.setdefault(request["places"][name], {})[name] = value
    query = {name: value for name, value in parts["query"].items() if value is not None}
    path = request["path"]
    ids = {name: quote(arguments[name], safe="") for name in arguments if f"{{{name}}}" in path}
    path = path.format_map(ids) + (f"?{urlencode(query)}" if query else "")
    headers = {"accept": "application/json"}
    for name, value in parts.get("header", {}).items():
        if value is not None:
            headers[request["headers"][name]] = quote(value, safe=" !#$&'()*+,/:;=?@[]")
    if request["method"] in {"GET", "DELETE"} or "media" not in request:
        return ApiRequest(request["method"], path, headers)
    headers["content-type"] = request["media"]
    text = parts.get("text")
    body = json.dumps(parts.get("body", {})) if text is None else text["text"]
    return ApiRequest(request["method"], path, headers, body)


def _shaped(value: Any, schema: dict[str, Any]) -> Any:
    """What the schema shows of a value, with each text that somebody wrote inside a mark."""
    form = _form(value, schema)
    if form is None or "$ref" in form:  # of a form that is not known, anybody may have written it
        return {MARK: value}
    if isinstance(value, list):
        return [_shaped(each, form["items"]) for each in value]
    if isinstance(value, dict):
        others: dict[str, Any] = form.get("additionalProperties", {})
        known = form.get("properties") or dict.fromkeys(value, others)
        return {name: _shaped(value[name], known[name]) for name in known if name in value}
    return value


def _form(value: object, schema: dict[str, Any]) -> dict[str, Any] | None:
    """The form of a schema that a value has; of a mark, its content has it."""
    if forms := schema.get("anyOf"):
        return next((form for each in forms if (form := _form(value, each))), None)
    kind = _MARKED.get(schema.get("$ref", "")) or schema.get("type")
    if kind is None:
        return schema
    fits = isinstance(value, _TYPES[kind]) and isinstance(value, bool) == (kind == "boolean")
    return schema if fits else None
