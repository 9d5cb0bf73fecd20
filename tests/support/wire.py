"""What goes over the connections to PostgreSQL: counted, so that no test needs a clock."""

from __future__ import annotations

import socket
import struct
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_header = struct.Struct("!ci")


@dataclass
class Wire:
    """What a block of code sent and received, on all sockets of the process."""

    sent: list[bytes] = field(default_factory=list)
    """Each write as it was handed to the system: one of them is one message to the database."""
    received: int = 0
    """Bytes."""

    @property
    def kinds(self) -> list[str]:
        """For each write, the types of its protocol messages: `BES` is bind, execute, sync."""
        return ["".join(_kinds(each)) for each in self.sent]


def _kinds(written: bytes) -> Iterator[str]:
    at = 0
    while at < len(written):
        kind, length = _header.unpack_from(written, at)
        yield kind.decode()
        at += 1 + length


@contextmanager
def tapped() -> Iterator[Wire]:
    """Count what is said in this block; connect before it, and don't let others speak in it."""
    wire = Wire()

    class Tapped(socket.socket):
        def send(self, data: Any, *flags: int) -> int:
            wire.sent.append(bytes(data))
            return super(socket.socket, self).send(data, *flags)

        def sendall(self, data: Any, *flags: int) -> None:
            wire.sent.append(bytes(data))
            super(socket.socket, self).sendall(data, *flags)

        def recv_into(self, *arguments: Any) -> int:
            size = super(socket.socket, self).recv_into(*arguments)
            wire.received += size
            return size

    with pytest.MonkeyPatch.context() as patch:
        for name in ("send", "sendall", "recv_into"):
            patch.setattr(socket.socket, name, getattr(Tapped, name), raising=False)
        yield wire
