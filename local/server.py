"""HTTP/1.1 on a port of this machine: bytes to requests, responses to bytes."""

import json
import socketserver
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from local.framing import read_chunks, read_head, read_parts

BODY_LIMIT = 10 * 1024 * 1024
DRAIN_LIMIT = 8 * BODY_LIMIT


@dataclass(slots=True)
class Request:
    """A request; the path is decoded, header names are lower-case, repeated ones are joined.

    `peer` is the address that it came from; empty for one that did not come by the network.
    """

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    peer: str = ""


@dataclass(slots=True)
class Response:
    """A response; its length is added when it is sent."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


Respond = Callable[[Request], Response]


def json_response(value: Any, status: int = 200) -> Response:
    """A response with a JSON body."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status, body, [("content-type", "application/json")])


def message(status: int, text: str) -> Response:
    """An error in the format of API Gateway's own errors."""
    return json_response({"message": text}, status)


class Server(ThreadingHTTPServer):
    """Takes the port when it is created; answers once `serve_forever` runs.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, respond: Respond | None = None) -> None:
        self.respond = respond or (lambda _request: message(503, "Service Unavailable"))
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking the network for this machine's name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Show an error, unless a client has closed its connection."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version, sys_version = "local", ""
    timeout = 75
    server: Server

    def __getattr__(self, name: str) -> Any:
        """The base class looks for `do_GET` and so on; every method goes the same way here."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def parse_request(self) -> bool:
        """Read the head of a request; answer one that is malformed, and close its connection."""
        source = self.rfile
        try:
            self.rfile = BytesIO(read_head(self.raw_requestline, source))
            return super().parse_request()
        except ValueError:
            self.command, self.request_version, self.requestline = "", "HTTP/1.1", ""
            self._refuse()
            return False
        finally:
            self.rfile = source

    def answer(self) -> None:
        """Answer one request of the connection."""
        try:
            body = self._body()
        except ValueError:
            self._refuse()
            return
        if body is None:
            response = message(413, "Request Entity Too Large")
        else:
            path, _, query = self.path.partition("?")
            headers: dict[str, str] = {}
            for name, value in self.headers.items():
                key = name.lower()
                headers[key] = f"{headers[key]},{value}" if key in headers else value
            peer = self.client_address[0]
            request = Request(self.command, unquote(path), query, headers, body, peer)
            response = self.server.respond(request)
        self._send(response)

    def log_message(self, *_arguments: object) -> None:
        """No access log: the functions write one line for each request already."""

    def _body(self) -> bytes | None:
        """The body, read to its end so that the next request can follow; None if too long."""
        parts: list[bytes] = []
        size = 0
        for part in self._parts():
            size += len(part)
            if size <= BODY_LIMIT:
                parts.append(part)
            elif size > DRAIN_LIMIT:
                self.close_connection = True
                break
        return b"".join(parts) if size <= BODY_LIMIT else None

    def _parts(self) -> Iterator[bytes]:
        if "transfer-encoding" in self.headers:
            return read_chunks(self.rfile)
        return read_parts(self.rfile, int(self.headers.get("content-length", 0)))

    def _refuse(self) -> None:
        """Where the next request begins is unknown: none is read."""
        response = message(400, "Bad Request")
        response.headers.append(("connection", "close"))
        self._send(response)

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        bodiless = response.status < 200 or response.status in {204, 304}  # noqa: PLR2004
        if not bodiless:
            self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        if not bodiless and self.command != "HEAD":
            self.wfile.write(response.body)
