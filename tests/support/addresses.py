"""Small servers that misbehave, for tests of clients."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import ssl
import threading
from contextlib import contextmanager
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"
_WORDS = b"SFATAL\0VFATAL\0C28000\0Mno pg_hba.conf entry for host, no encryption\0\0"
NOT_ENCRYPTED = b"E" + (len(_WORDS) + 4).to_bytes(4, "big") + _WORDS
"""PostgreSQL's answer when pg_hba.conf allows only encrypted connections."""


@contextmanager
def answering(*answers: tuple[int, Any]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """An HTTP server that gives these answers, one for each request, and then repeats the last.

    Returns:
        Its address, and the headers of each request that it received.
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


class Side(Enum):
    """The two ends of a relayed connection."""

    CALLER = "caller"
    SERVER = "server"


class Relay:
    """A port that first is closed, then closes connections, then relays to a PostgreSQL server.

    A relayed connection can be cut in the middle of a message, or left without an answer.

    Args:
        port: of the server; with None, connections are accepted and never answered.
        closed: seconds in which the port does not listen.
        rude: connections that are closed at once after that.
        tls: require encryption from callers and end it here: the embedded server has none.
    """

    def __init__(
        self,
        port: int | None,
        *,
        closed: float = 0,
        rude: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.versions: list[str | None] = []
        """The TLS version of each relayed connection."""
        self.passed = {Side.CALLER: 0, Side.SERVER: 0}
        """Bytes that each side has sent through the relay."""
        self._cut: tuple[Side, int] | None = None
        self._mute: set[socket.socket] = set()
        self._target = port
        self._closed = closed
        self._rude = rude
        self._tls = tls
        self._left = threading.Event()
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])

    def __enter__(self) -> Self:
        if not self._closed:
            self._socket.listen()
        self._start(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        for end in (self._socket, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for end in (self._socket, *self._ends):
            end.close()

    def cut(self, side: Side, after: int) -> None:
        """Cut the connection once that side has sent so many more bytes; then relay again."""
        self._cut = (side, self.passed[side] + after)

    @property
    def armed(self) -> bool:
        """Whether the cut is still to come."""
        return self._cut is not None

    def spare(self) -> None:
        """Cancel the cut."""
        self._cut = None

    def mute(self) -> None:
        """Relay nothing more on the present connections, but leave them open."""
        self._mute.update(self._ends)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        if self._closed:
            if self._left.wait(self._closed):
                return
            self._socket.listen()
        with contextlib.suppress(OSError):
            while True:
                caller = self._socket.accept()[0]
                self._ends.append(caller)
                if self._rude:
                    self._rude -= 1
                    caller.close()
                elif self._target:
                    self._start(self._serve, caller)

    def _serve(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._tls:
                if caller.recv(8) != SSL_REQUEST:
                    caller.sendall(NOT_ENCRYPTED)
                    caller.close()
                    return
                caller.sendall(b"S")
                caller = self._tls.wrap_socket(caller, server_side=True)
                self._ends.append(caller)
                self.versions.append(caller.version())
            server = socket.create_connection(("127.0.0.1", self._target or 0))
            self._ends.append(server)
            with caller, server:
                self._pass_on({caller: (server, Side.CALLER), server: (caller, Side.SERVER)})

    def _pass_on(self, others: dict[socket.socket, tuple[socket.socket, Side]]) -> None:
        while True:
            full = [end for end in others if isinstance(end, ssl.SSLSocket) and end.pending()]
            for end in full or select.select(list(others), [], [])[0]:
                data = end.recv(65536)
                if not data:
                    return
                if end in self._mute:
                    continue
                other, side = others[end]
                before = self.passed[side]
                if self._cut and self._cut[0] is side and before + len(data) >= self._cut[1]:
                    data = data[: self._cut[1] - before]
                    self._cut = None
                    other.sendall(data)
                    return
                self.passed[side] += len(data)
                other.sendall(data)
