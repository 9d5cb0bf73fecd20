"""Small servers that behave badly, for clients that should cope."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def answering(*answers: tuple[int, Any]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """An HTTP server that gives these answers, one a request and the last one ever after.

    Returns:
        Its address, and the headers of the requests it got.
    """
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            seen.append({name.lower(): value for name, value in self.headers.items()})
            status, body = answers[min(len(seen), len(answers)) - 1]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        do_POST = do_GET  # noqa: N815 - the name is http.server's

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()


class Relay:
    """A port that is at first closed, then hangs up on callers, then leads to a server.

    Args:
        port: of the server; None accepts callers and stays silent.
        closed: seconds in which nobody listens.
        rude: connections that are closed at once after that.
    """

    def __init__(self, port: int | None, *, closed: float = 0, rude: int = 0) -> None:
        self._target = port
        self._closed = closed
        self._rude = rude
        self._ends: list[socket.socket] = []
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        if not self._closed:
            self._socket.listen()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for end in (self._socket, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self) -> None:
        if self._closed:
            time.sleep(self._closed)
            self._socket.listen()
        with contextlib.suppress(OSError):
            while True:
                caller = self._socket.accept()[0]
                if self._rude:
                    self._rude -= 1
                    caller.close()
                    continue
                self._ends.append(caller)
                if self._target:
                    server = socket.create_connection(("127.0.0.1", self._target))
                    self._ends.append(server)
                    for one, other in ((caller, server), (server, caller)):
                        threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
