"""A relay that adds the time of a round trip, as between Lambda and a database.

It is a program of its own, so that it takes no time from the process that is measured:
`python -m tests.support.delay PORT MILLISECONDS` relays to that local port and prints its own.
"""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUND_TRIP = 1.0


@contextmanager
def delayed(url: str, milliseconds: float = ROUND_TRIP) -> Iterator[str]:
    """The address of the same database behind the relay."""
    address = make_url(url)
    command = [sys.executable, "-m", "tests.support.delay", str(address.port), str(milliseconds)]
    relay = subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(os.environ))  # noqa: S603 - our own text
    try:
        assert relay.stdout is not None
        port = int(relay.stdout.readline())
        yield address.set(port=port).render_as_string(hide_password=False)
    finally:
        relay.kill()  # not terminate: where the caller ignores SIGTERM, so does its child
        relay.communicate()


def _pump(source: socket.socket, target: socket.socket, delay: float) -> None:
    # Each piece is sent its own delay after it came, however many are on the way.
    on_the_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

    def deliver() -> None:
        while True:
            due, data = on_the_way.get()
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(data)
            except OSError:
                return

    threading.Thread(target=deliver, daemon=True).start()
    data = b"more"
    while data:
        try:
            data = source.recv(1 << 20)
        except OSError:
            data = b""
        on_the_way.put((time.perf_counter() + delay, data))


def serve(port: int, milliseconds: float) -> None:
    """Relay connections to a local port, half of the delay on each way."""
    half = milliseconds / 2000
    with socket.create_server(("127.0.0.1", 0)) as server:
        sys.stdout.write(f"{server.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            client, _ = server.accept()
            upstream = socket.create_connection(("127.0.0.1", port))
            for end in (client, upstream):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for pair in ((client, upstream), (upstream, client)):
                threading.Thread(target=_pump, args=(*pair, half), daemon=True).start()


if __name__ == "__main__":
    serve(int(sys.argv[1]), float(sys.argv[2]))
