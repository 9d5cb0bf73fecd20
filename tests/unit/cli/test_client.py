"""The client asks again when the server is busy, and no other time."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from cli.client import ATTEMPTS, Api, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Busy(HTTPServer):
    """Answers with each of `statuses`, then with the last for ever."""

    statuses: tuple[int, ...] = ()
    asked = 0


class Handler(BaseHTTPRequestHandler):
    """Counts the requests."""

    server: Busy

    def do_GET(self) -> None:
        statuses = self.server.statuses
        status = statuses[min(self.server.asked, len(statuses) - 1)]
        self.server.asked += 1
        body = b'{"detail": "Because."}'
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Busy]:
    with Busy(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("statuses", "asked"),
    [((200,), 1), ((503, 429, 200), 3), ((503,), ATTEMPTS), ((404, 200), 1), ((500, 200), 1)],
)
def test_what_passes_is_waited_for(server: Busy, statuses: tuple[int, ...], asked: int) -> None:
    server.statuses = statuses
    api = Api(f"http://127.0.0.1:{server.server_port}")
    last = statuses[min(asked, len(statuses)) - 1]
    try:
        if last == 200:
            assert api.call("GET", "/", "token") == {"detail": "Because."}
        else:
            with pytest.raises(RefusedError, match=f"GET / answered {last}: Because."):
                api.call("GET", "/", "token")
    finally:
        api.close()
    assert server.asked == asked
