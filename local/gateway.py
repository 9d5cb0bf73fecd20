"""An API Gateway HTTP API: finds the route, checks the token, calls the function, maps the answer.

It behaves as the real one with payload format 2.0, error responses included. It does no throttling.
"""

import base64
import json
import logging
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from local.cors import Cors
from local.environments import Result
from local.events import http_event
from local.issuer import InvalidTokenError, Issuer
from local.resources import Function, Route
from local.server import Request, Response, message

EVENT_LIMIT = 6 * 1024 * 1024
ANY = {"ANY", "*"}

logger = logging.getLogger(__name__)


class Gateway:
    """Answers requests from the template's routes.

    Args:
        routes: the template's.
        issuer: checks the tokens of routes that have an authorizer.
        invoke: calls a function.
        cors: which pages may call.
        fallback: answers a request that no route matches, or returns None.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        issuer: Issuer,
        invoke: Callable[[Function, Any], Result],
        cors: Cors,
        fallback: Callable[[Request], Response | None] = lambda _request: None,
    ) -> None:
        ordered = sorted(routes, key=_specificity)
        self._routes = [(route, *_pattern(route.path)) for route in ordered]
        self._issuer = issuer
        self._invoke = invoke
        self._cors = cors
        self._fallback = fallback

    def __call__(self, request: Request) -> Response:
        """The response to a request; never raises."""
        # In the format of the real one; the same in the function's event and in the response.
        request_id = f"{uuid.uuid4().hex[:15]}="
        try:
            response = self._cors.preflight(request) or self._answer(request, request_id)
        except Exception:
            # Quoted: a decoded path may hold line ends.
            logger.exception("%r", f"{request.method} {request.path}")
            response = message(500, "Internal Server Error")
        self._cors.add(request, response)
        response.headers.append(("apigw-requestid", request_id))
        return response

    def _answer(self, request: Request, request_id: str) -> Response:
        for route, pattern, names in self._routes:
            found = pattern.fullmatch(request.path)
            if found and (route.method in ANY or route.method == request.method):
                parameters = dict(zip(names, found.groups(), strict=True))
                return self._call(route, parameters, request, request_id)
        return self._fallback(request) or message(404, "Not Found")

    def _call(
        self, route: Route, parameters: dict[str, str], request: Request, request_id: str
    ) -> Response:
        claims = None
        if route.authorizer:
            # The prefix may be missing, says the documentation of JWT authorizers.
            token = re.sub(r"(?i)^bearer ", "", request.headers.get("authorization", "")).strip()
            if not token:
                return _unauthorized("")
            try:
                claims = self._issuer.verify(token, route.authorizer)
            except InvalidTokenError as error:
                reason = f' scope="" error="invalid_token" error_description="{error}"'
                return _unauthorized(reason)
        event = http_event(
            request.method,
            request.path,
            route=route.path,
            path_parameters=parameters,
            query=request.query,
            headers=request.headers,
            body=request.body or None,
            claims=claims,
        )
        event["requestContext"]["requestId"] = request_id
        if len(event.get("body", "")) > EVENT_LIMIT:
            return message(413, "Request Entity Too Large")
        result = self._invoke(route.function, event)
        if result.timed_out:
            return message(503, "Service Unavailable")
        if result.failed:
            return message(500, "Internal Server Error")
        return to_response(result.payload)


def to_response(payload: Any) -> Response:
    """The response that the gateway makes of a function's result."""
    if not isinstance(payload, dict) or "statusCode" not in payload:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        return Response(200, text.encode(), [("content-type", "application/json")])
    try:
        status = int(payload["statusCode"])
        body = (payload.get("body") or "").encode()
        if payload.get("isBase64Encoded"):
            body = base64.b64decode(body, validate=True)
        headers = [(name, _header(value)) for name, value in (payload.get("headers") or {}).items()]
        headers += [("set-cookie", cookie) for cookie in payload.get("cookies") or []]
    except (AttributeError, TypeError, ValueError):
        return message(500, "Internal Server Error")
    if body and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("content-type", "text/plain; charset=utf-8"))
    # The gateway counts the bytes itself; a second length would break the connection.
    sent = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return Response(status, body, sent)


def _header(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError("a header has one value")


def _unauthorized(reason: str) -> Response:
    response = message(401, "Unauthorized")
    response.headers.append(("www-authenticate", f"Bearer{reason}"))
    return response


def _specificity(route: Route) -> tuple[list[int], bool]:
    """The place of a route in the order in which routes are tried.

    Literal segments come before variables, variables before `{name+}`, and a method before ANY.
    `$default` comes last.
    """
    if route.path == "$default":
        return [3], True
    kinds = [
        2 if part.endswith("+}") else 1 if part.startswith("{") else 0
        for part in route.path.split("/")
    ]
    return kinds, route.method in ANY


def _pattern(path: str) -> tuple[re.Pattern[str], list[str]]:
    """The route's path as an expression with a group for each variable, and their names."""
    if path == "$default":
        return re.compile(".*"), []
    expression = re.escape(path)
    expression = re.sub(r"\\{[^{}]+\\\+\\}", "(.+)", expression)
    expression = re.sub(r"\\{[^{}]+\\}", "([^/]+)", expression)
    return re.compile(expression), re.findall(r"\{([^{}+]+)\+?\}", path)
