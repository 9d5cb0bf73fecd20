"""What a receiver may answer, and how long the sender listens."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.deliveries import sender
from jobmatch.deliveries.sender import UnsentError, post
from tests.support.encryption import Authority
from tests.support.receivers import a_delivery

if TYPE_CHECKING:
    from pathlib import Path


class Answering:
    """A server that answers each connection with these bytes, with pauses between them."""

    def __init__(self, *parts: bytes, pause: float = 0.0, context: Any = None) -> None:
        self._parts, self._pause, self._context = parts, pause, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        try:
            connection, _ = self._listener.accept()
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                connection.recv(65536)
                for part in self._parts:
                    connection.sendall(part)
                    time.sleep(self._pause)
        except OSError:
            pass
        finally:
            self._listener.close()

    @property
    def url(self) -> str:
        return f"http{'s' if self._context else ''}://localhost:{self.port}/"


OK = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ((OK,), 200),
        ((b"HTTP/1.1 20", b"4 No Content\r\n"), 204),
        ((b"HTTP/1.1 100 Continue\r\n\r\n", OK), 200),
        ((b"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n" + OK,), 200),
        ((b"HTTP/1.0 500\r\n",), 500),
        ((b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\n\r\n",), 302),
    ],
    ids=["ok", "parts", "continue", "hints", "old", "redirect"],
)
def test_the_status_is_read_and_a_redirect_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, parts: tuple[bytes, ...], status: int
) -> None:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    assert post(a_delivery(Answering(*parts, pause=0.01).url)) == status


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ((), "no-answer"),
        ((b"SSH-2.0-OpenSSH\r\n",), "no-answer"),
        ((b"HTTP/1.1 999 What\r\n",), "no-answer"),
        ((b"HTTP/1.1 \xff\r\n",), "no-answer"),
        ((b"A" * 65536,), "no-answer"),
        ((b"HTTP/1.1 100 Continue\r\n\r\n" * 2000,), "no-answer"),
    ],
    ids=["nothing", "ssh", "status", "bytes", "endless", "continue for ever"],
)
def test_what_is_no_answer_is_not_read_for_long(
    monkeypatch: pytest.MonkeyPatch, parts: tuple[bytes, ...], error: str
) -> None:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    with pytest.raises(UnsentError, match=error):
        post(a_delivery(Answering(*parts).url))


def test_a_receiver_that_drips_is_left_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    monkeypatch.setattr(sender, "SECONDS", 0.3)
    dripping = Answering(*[b"H"] * 1000, pause=0.05)
    begun = time.monotonic()
    with pytest.raises(UnsentError, match="timeout"):
        post(a_delivery(dripping.url))
    assert time.monotonic() - begun < 5


def test_the_handshake_has_what_is_left_of_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    left = iter([15.0, 3.0])
    monkeypatch.setattr(sender, "_left", lambda _: next(left))
    given: list[float | None] = []

    class Context:
        def wrap_socket(self, connection: socket.socket, **_: object) -> socket.socket:
            given.append(connection.gettimeout())
            raise TimeoutError

    monkeypatch.setattr("ssl.create_default_context", Context)
    server = Answering(OK)
    with pytest.raises(UnsentError, match="timeout"):
        post(a_delivery(f"https://127.0.0.1:{server.port}/"))
    assert given == [3.0]


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    with pytest.raises(UnsentError, match="unreachable"):
        post(a_delivery("http://127.0.0.1:9/"))
    with pytest.raises(UnsentError, match="unknown-host"):
        post(a_delivery("http://no-such-host.invalid/"))


def test_a_receiver_must_prove_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    authority = Authority.create(tmp_path / "ours.pem")
    for name, trusted, answer in (
        ("localhost", True, 200),
        ("other.example", True, None),
        ("localhost", False, None),
    ):
        server = Answering(OK, context=authority.vouch_for(name))
        with monkeypatch.context() as patch:
            if trusted:
                patch.setenv("SSL_CERT_FILE", str(authority.path))
            if answer:
                assert post(a_delivery(server.url)) == answer
            else:
                with pytest.raises(UnsentError, match="certificate"):
                    post(a_delivery(server.url))
