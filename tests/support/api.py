"""Clients of the API; the one here goes by template.yaml to the handlers, without HTTP."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from local.events import http_event
from local.template import Template
from tests.support.functions import invoke
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.resources import Route
    from tests.support.people import Person


@dataclass(frozen=True)
class Answer:
    """What a function answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Request:
    """What a client sends; the path has the query behind it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str | bytes | None


@cache
def routes() -> list[tuple[re.Pattern[str], Route]]:
    """The template's routes, literal ones before those with variables."""
    ordered = sorted(Template(ROOT / "template.yaml").routes, key=lambda route: "{" in route.path)
    return [
        (re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path)), route) for route in ordered
    ]


class Api(ABC):
    """A client of the API; subclasses say how a request gets there."""

    def request(
        self,
        method: str,
        path: str,
        *,
        by: Person | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        claims: Mapping[str, object] | None = None,
    ) -> Answer:
        """Send a request as a person, or with a token of these claims.

        `body` is sent as JSON, or as it is if it is text or bytes.
        """
        if body is not None and not isinstance(body, str | bytes):
            body = json.dumps(body)
        sent = {"content-type": "application/json", **(headers or {})}
        request = Request(method, path, sent, body)
        return self._send(request, claims or (by.claims if by else None))

    @abstractmethod
    def _send(self, request: Request, claims: Mapping[str, object] | None) -> Answer:
        """The answer to a request; without claims it has no token."""

    def get(self, path: str, **options: Any) -> Answer:
        return self.request("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> Answer:
        return self.request("POST", path, body=body, **options)

    def put(self, path: str, body: object, **options: Any) -> Answer:
        return self.request("PUT", path, body=body, **options)

    def patch(self, path: str, body: object, **options: Any) -> Answer:
        return self.request("PATCH", path, body=body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.request("DELETE", path, **options)


class InProcess(Api):
    """A client whose requests are answered by the handlers in this process."""

    def _send(self, request: Request, claims: Mapping[str, object] | None) -> Answer:
        path, _, query = request.path.partition("?")
        route, parameters = next(
            (route, match.groupdict())
            for pattern, route in routes()
            if route.method == request.method and (match := pattern.fullmatch(path))
        )
        event = http_event(
            request.method,
            path,
            route=route.path,
            path_parameters=parameters,
            query=query,
            headers=request.headers,
            body=request.body,
            claims=claims,
        )
        answer = invoke(route.function.operation, event)
        lowered = {name.lower(): value for name, value in answer["headers"].items()}
        return Answer(answer["statusCode"], lowered, answer["body"] or "")
