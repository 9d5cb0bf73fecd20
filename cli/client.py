"""A client of the HTTP API, on this machine or deployed."""

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

from cli.errors import NOT_REACHED, CommandError, NotReachedError, WrongOptionError

JSON = "application/json"
ATTEMPTS = 5
LONGEST_WAIT = 10.0
"""Most seconds between two attempts, even if the server asks for more."""
_TEMPORARY = {http.client.TOO_MANY_REQUESTS, http.client.SERVICE_UNAVAILABLE}


class RefusedError(CommandError):
    """The API answered with an error.

    Args:
        request: its method and path.
        status: the HTTP status.
        body: the response's body, usually problem details.
        request_id: by which the log has it.
    """

    def __init__(self, request: str, status: int, body: str, request_id: str | None = None) -> None:
        try:
            self.problem: dict[str, Any] = dict(json.loads(body))
        except (TypeError, ValueError):
            self.problem = {}
        self.status = status
        self.request_id = request_id
        if status in _TEMPORARY:
            self.exit_code = NOT_REACHED
        super().__init__(f"{request} answered {status}: {self.problem.get('detail') or body}")

    @property
    def is_our_fault(self) -> bool:
        """Whether the system failed, rather than the request."""
        return self.status >= http.client.INTERNAL_SERVER_ERROR


class Api:
    """A connection to the API.

    Args:
        url: its address, with `http://` or `https://`; it may have a path.
        patience: seconds to wait for an answer.
    """

    def __init__(self, url: str, *, patience: float = 60) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise WrongOptionError(f"{url!r} is not an http or https address")
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=patience)
        self._prefix = parts.path.rstrip("/")
        self._address = f"{parts.scheme}://{parts.netloc}"

    def call(
        self,
        method: str,
        path: str,
        token: str,
        body: Any = None,
        key: str | None = None,
        *,
        accept: str = JSON,
        media_type: str = JSON,
    ) -> Any:
        """The JSON of a response, or its text when `accept` names another type.

        The body goes out as JSON, under the name of `media_type`.

        A request that the server is too busy for is sent again after the time that it names, so
        its effect must be the same when it is done twice.

        Raises:
            RefusedError: the response is an error.
            NotReachedError: there is no response.
        """
        headers = {"authorization": f"Bearer {token}", "content-type": media_type, "accept": accept}
        if key:
            headers["idempotency-key"] = key
        data = None if body is None else json.dumps(body)
        for attempt in range(1, ATTEMPTS + 1):
            response, text = self._send(method, path, data, headers)
            if response.status not in _TEMPORARY or attempt == ATTEMPTS:
                break
            after = response.headers.get("retry-after", "")
            time.sleep(min(float(after) if after.isdecimal() else attempt, LONGEST_WAIT))
        if response.status >= http.client.BAD_REQUEST:
            request_id = response.headers.get("apigw-requestid")
            raise RefusedError(f"{method} {path}", response.status, text, request_id)
        return json.loads(text or "null") if accept == JSON else text

    def _send(
        self, method: str, path: str, data: str | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        try:
            self._connection.request(method, self._prefix + path, data, headers)
            response = self._connection.getresponse()
            return response, response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            reason = str(error) or type(error).__name__
            raise NotReachedError(f"{self._address} does not answer: {reason}") from None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
