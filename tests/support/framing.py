"""Requests that two readers may take for one or for two, and a server that reads them."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from local.server import Request, Response, Server, json_response

if TYPE_CHECKING:
    from collections.abc import Iterator

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


class Send(Protocol):
    """Send parts on a new connection; what is answered until it ends, and the paths called."""

    def __call__(self, *parts: bytes) -> tuple[bytes, list[str]]: ...


@contextmanager
def listening() -> Iterator[Send]:
    """A server that answers every request it reads."""
    called: list[str] = []

    def respond(request: Request) -> Response:
        called.append(request.path)
        return json_response({"body": request.body.decode("latin-1")})

    server = Server(0, respond)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def sent(*parts: bytes) -> tuple[bytes, list[str]]:
        called.clear()
        answered = []
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as raw:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                for part in parts:
                    raw.sendall(part)
                # No more follows; a connection that is kept is closed for this alone.
                raw.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # the server has answered and closed before the last part
            try:
                while part := raw.recv(1 << 16):
                    answered.append(part)
            except ConnectionResetError:
                pass
        return b"".join(answered), [*called]

    yield sent
    server.shutdown()
    server.server_close()


def post(*fields: bytes, body: bytes = b"", line: bytes = b"POST /first HTTP/1.1") -> bytes:
    return b"\r\n".join([line, b"Host: x", *fields, b"", body])


CHUNKED = b"Transfer-Encoding: chunked"
LAST = b"0\r\n\r\n"
LENGTHS = [
    b"+5",
    b"-5",
    b"0x5",
    b"5_0",
    b"5.0",
    b"5 5",
    b"5,5",
    b"five",
    b"",
    b"\xd9\xa5",
    b"9" * 30,
]
SIZES = [b"-1", b"+1", b"0x1", b"1_0", b" 1", b"1 ", b"", b"g", b"\xd9\xa1", b"f" * 30, b"1\t"]
NO_FIELDS = {
    "space before the colon": b"Content-Length : 5",
    "tab before the colon": b"Transfer-Encoding\t: chunked",
    "folded": b"X: y\r\n Content-Length: 5",
    "folded by a tab": b"Content-Length:\r\n\t5",
    "folded first": b" Content-Length: 5",
    "without a colon": b"Content-Length 5",
    "without a name": b": 5",
    "NUL in the name": b"Content\0-Length: 5",
    "NUL in the value": b"X: a\0b",
    "bare CR in the value": b"X: a\rContent-Length: 5",
    "bare LF": b"X: a\nContent-Length: 5",
    "not ASCII in the name": b"Content-L\xc3\xa9ngth: 5",
}
MALFORMED = {
    "both": post(b"Content-Length: 5", CHUNKED, body=LAST),
    "both, the other way round": post(CHUNKED, b"Content-Length: 5", body=LAST),
    "both, with length 0": post(CHUNKED, b"Content-Length: 0", body=LAST),
    "both, in capitals": post(b"CONTENT-LENGTH: 5", b"TRANSFER-ENCODING: CHUNKED", body=LAST),
    "two lengths": post(b"Content-Length: 5", b"Content-Length: 6", body=b"abcde"),
    "one length twice": post(b"Content-Length: 5", b"content-length: 5", body=b"abcde"),
    "two codings": post(CHUNKED, CHUNKED, body=LAST),
    "chunked and another": post(CHUNKED, b"Transfer-Encoding: identity", body=LAST),
    "two hosts": post(b"Host: y"),
    "chunked in HTTP/1.0": post(CHUNKED, body=LAST, line=b"POST /first HTTP/1.0"),
    "too many fields": post(*[b"X: y"] * 200),
    **{
        f"the coding {coding!r}": post(b"Transfer-Encoding: " + coding, body=LAST)
        for coding in (b"xchunked", b"chunked, identity", b"gzip, chunked", b'"chunked"', b"")
    },
    **{
        f"the length {length!r}": post(b"Content-Length: " + length, body=b"abcde")
        for length in LENGTHS
    },
    **{
        f"a chunk of size {size!r}": post(CHUNKED, body=size + b"\r\na\r\n" + LAST)
        for size in SIZES
    },
    "a chunk that is longer than it says": post(CHUNKED, body=b"1\r\nab\r\n" + LAST),
    "a chunk that ends with LF": post(CHUNKED, body=b"1\r\na\n" + LAST),
    "a size that ends with LF": post(CHUNKED, body=b"1\na\r\n" + LAST),
    "a last chunk that ends with LF": post(CHUNKED, body=b"0\n\r\n"),
    "a size with a bare CR": post(CHUNKED, body=b"1;x\ry\r\na\r\n" + LAST),
    "a trailer that is none": post(CHUNKED, body=b"0\r\nX : y\r\n\r\n"),
    "a folded trailer": post(CHUNKED, body=b"0\r\nX: y\r\n z\r\n\r\n"),
    **{f"a field {name}": post(field, body=b"abcde") for name, field in NO_FIELDS.items()},
    **{
        f"the line {line!r}": post(line=line)
        for line in (
            b"POST  /first HTTP/1.1",
            b"POST /first  HTTP/1.1",
            b" POST /first HTTP/1.1",
            b"POST /first HTTP/1.1 ",
            b"POST\t/first\tHTTP/1.1",
            b"POST /fi rst HTTP/1.1",
            b"POST /fi\0rst HTTP/1.1",
            b"POST /first",
            b"GET /first",
            b"P@ST /first HTTP/1.1",
            b"POST /first http/1.1",
            b"POST /first HTTP/1.1\n",
        )
    },
    "LF alone": post(b"Content-Length: 0").replace(b"\r\n", b"\n"),
    "LF after the line": post(b"Content-Length: 0").replace(b"\r\n", b"\n", 1),
}

WELL_FORMED = {
    "without a body": post(),
    "with a length": post(b"Content-Length: 5", body=b"abcde"),
    "with white space around the length": post(b"Content-Length: \t5 ", body=b"abcde"),
    "of length 0": post(b"Content-Length: 0"),
    "in chunks": post(CHUNKED, body=b"3\r\nabc\r\n02;x=y\r\nde\r\n" + LAST),
    "in chunks, in capitals": post(
        b"transfer-encoding: CHUNKED", body=b"A\r\n0123456789\r\n" + LAST
    ),
    "with a trailer": post(CHUNKED, body=b"0\r\nX: y\r\n\r\n"),
    "with an empty field and letters of Latin-1": post(b"X:", b"Y: \xe9"),
}


def is_refused(answered: bytes, called: list[str]) -> bool:
    """Whether the only answer is a 400 that ends the connection, and nobody was called."""
    return (
        answered.startswith(b"HTTP/1.1 400 ")
        and answered.count(b"HTTP/1.1 ") == 1
        and b"\r\nconnection: close\r\n" in answered.lower()
        and called == []
    )


def are_both_answered(answered: bytes, called: list[str]) -> bool:
    """Whether a well-formed request is answered, and what follows it."""
    return answered.count(b"HTTP/1.1 200 ") == 2 and called == ["/first", "/smuggled"]
