"""The messages on connections to PostgreSQL, counted so that tests need no clock."""

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
    """What a block of code sent and received on all sockets of the process."""

    writes: list[tuple[int, bytes]] = field(default_factory=list)
    """The port and the bytes of each write, as they were handed to the system."""
    received: int = 0
    """Bytes."""

    @property
    def sent(self) -> list[bytes]:
        """The writes to all ports; each is one message to the database."""
        return [data for _, data in self.writes]

    @property
    def kinds(self) -> list[str]:
        """For each write, the types of its protocol messages: `BES` means bind, execute, sync."""
        return ["".join(_kinds(data)) for data in self.sent]

    def kinds_to(self, port: int) -> list[str]:
        """`kinds` of the writes to one port."""
        return ["".join(_kinds(data)) for to, data in self.writes if to == port]


def _kinds(written: bytes) -> Iterator[str]:
    at = 0
    while at < len(written):
        kind, length = _header.unpack_from(written, at)
        yield kind.decode()
        at += 1 + length


@contextmanager
def tapped() -> Iterator[Wire]:
    """Count messages during this block. Connect before it, and use no other sockets in it."""
    wire = Wire()

    class Tapped(socket.socket):
        def send(self, data: Any, *flags: int) -> int:
            wire.writes.append((self.getpeername()[1], bytes(data)))
            return super(socket.socket, self).send(data, *flags)

        def sendall(self, data: Any, *flags: int) -> None:
            wire.writes.append((self.getpeername()[1], bytes(data)))
            super(socket.socket, self).sendall(data, *flags)

        def recv_into(self, *arguments: Any) -> int:
            size = super(socket.socket, self).recv_into(*arguments)
            wire.received += size
            return size

    with pytest.MonkeyPatch.context() as patch:
        for name in ("send", "sendall", "recv_into"):
            patch.setattr(socket.socket, name, getattr(Tapped, name), raising=False)
        yield wire
