"""The HTTP API as a caller reaches it: with their own token, and nothing else of their request."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_BYTES = 6 * 1024 * 1024
"""More than a function can answer."""


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request of a tool; the path has the query behind it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str | None = None


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What a route answered; the log has the request under `request_id`."""

    status: int
    text: str
    request_id: str | None = None


class NotAnsweredError(Exception):
    """There is no answer; whether the request was carried out is unknown."""


class Api(Protocol):
    """Who answers the requests of tools."""

    def send(self, request: ApiRequest) -> ApiAnswer:
        """The answer of the route; NotAnsweredError if there is none."""


class HttpApi:
    """The API at an address, for one caller.

    Args:
        address: with `http://` or `https://`; it may have a path.
        authorization: the caller's own header.
        patience: seconds that all requests together may take.
    """

    def __init__(self, address: str, authorization: str, patience: float) -> None:
        parts = urlsplit(address)
        secure = parts.scheme == "https"
        self._kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._host, self._port = parts.hostname or "", parts.port
        self._prefix = parts.path.rstrip("/")
        self._authorization = authorization
        self._deadline = time.monotonic() + patience

    def send(self, request: ApiRequest) -> ApiAnswer:
        """The answer of the route; a redirect is not followed, so the token goes nowhere else."""
        patience = max(0.1, self._deadline - time.monotonic())
        connection = self._kind(self._host, self._port, timeout=patience)
        headers = {**request.headers, "authorization": self._authorization}
        body = None if request.body is None else request.body.encode()
        try:
            connection.request(request.method, self._prefix + request.path, body, headers)
            response = connection.getresponse()
            text = response.read(_MOST_BYTES).decode()
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise NotAnsweredError(type(error).__name__) from None
        finally:
            connection.close()
        return ApiAnswer(response.status, text, response.headers.get("apigw-requestid"))
