"""Outages of a PostgreSQL server: it is stopped, killed, frozen, full or read-only."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pg8000
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from jobmatch.errors import sqlstate
from jobmatch.operations.migrations import upgrade
from jobmatch.postgres import connect, engine
from local.locks import FolderLock
from tests.support.paths import ROOT
from tests.support.rivals import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.postgres import EmbeddedPostgres


IMPATIENT = {
    "DATABASE_POOL_SIZE": "1",
    "DATABASE_CONNECT_SECONDS": "2",
    "DATABASE_ANSWER_SECONDS": "1",
}
"""Settings as on Lambda, but with shorter time-outs."""
DISK_FULL = "53100"


@contextmanager
def used(url: str) -> Iterator[None]:
    """Let all code of this process use that database, with shorter time-outs."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in IMPATIENT.items():
            patch.setenv(name, value)
        patch.setenv("DATABASE_URL", url)
        yield
        engine().dispose()


def migrate(url: str) -> None:
    """Create our tables in a database."""
    with used(url):
        upgrade(ROOT / "migrations", contract=True)


def stop_and_start(server: EmbeddedPostgres, seconds: float = 0) -> None:
    """A fast shutdown, and a start some seconds later."""
    server.stop()
    # If it was killed, processes that it was just starting end by themselves a moment later.
    until(lambda: not FolderLock(server.folder).held())
    time.sleep(seconds)
    server.start()


def recovered_or_ended(server: EmbeddedPostgres) -> None:
    """Wait until a server that crashed is back, or has ended because it can't recover.

    A PostgreSQL 18 that is told to stop while it recovers may never stop. It is back as well if it
    refuses sessions because its disk is full: after a recovery the first one must write a file.
    """
    held = server.folder / "data" / "postmaster.pid"
    until(lambda: _is_back() or not held.exists())


def _is_back() -> bool:
    try:
        with connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        return sqlstate(error) == DISK_FULL
    return True


def kill_and_start(server: EmbeddedPostgres, seconds: float = 0) -> None:
    """Kill all its processes at once; the next start recovers what was committed."""
    for pid in _processes(server):
        os.kill(pid, signal.SIGKILL)
    stop_and_start(server, seconds)


def freeze(server: EmbeddedPostgres, seconds: float) -> None:
    """Stop all its processes for some seconds: connections stay open, and get no answer."""
    frozen: list[int] = []
    try:
        # Processes that were forked meanwhile are found the next time.
        while new := [pid for pid in _processes(server) if pid not in frozen]:
            for pid in new:
                os.kill(pid, signal.SIGSTOP)
            frozen += new
        time.sleep(seconds)
    finally:
        for pid in reversed(frozen):
            os.kill(pid, signal.SIGCONT)


@contextmanager
def without_connections(server: EmbeddedPostgres) -> Iterator[None]:
    """Let other clients take all connections during this block."""
    url = make_url(server.url())
    login = {"user": url.username, "password": url.password, "database": url.database}
    with ExitStack() as others:
        taken = 0
        while True:
            try:
                other = pg8000.connect(host="127.0.0.1", port=url.port, **login)
            except pg8000.DatabaseError as error:
                assert error.args[0]["C"] == "53300"  # noqa: PT017 - the loop ends by it
                break
            others.callback(other.close)
            taken += 1
            assert taken < 100, "The server does not limit its connections."
        yield
    until(lambda: server.query("SELECT 1") == "1")


@contextmanager
def read_only(server: EmbeddedPostgres) -> Iterator[None]:
    """Let nothing be written during this block, as on a standby."""
    _set(server, "default_transaction_read_only = on")
    try:
        yield
    finally:
        _set(server, "default_transaction_read_only = off")


def _set(server: EmbeddedPostgres, setting: str) -> None:
    name, _, value = setting.partition(" = ")
    server.query(f"ALTER SYSTEM SET {setting}")
    server.query("SELECT pg_reload_conf()")
    until(lambda: server.query(f"SHOW {name}") == value)


@contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[threading.Thread]:
    """Do something to a server while the block runs, and wait for its end after the block."""
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(60)
    if failures:
        raise failures[0]
    if thread.is_alive():
        pytest.fail("The outage did not end.")


def _processes(server: EmbeddedPostgres) -> list[int]:
    """The server's processes: the first one, then those that it has started."""
    first = int((server.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    command = ["ps", "-A", "-o", "pid=,ppid=,stat="]
    listed = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - ours
    rows = [line.split() for line in listed.stdout.splitlines()]
    children = [
        int(pid) for pid, parent, state in rows if int(parent) == first and "Z" not in state
    ]
    return [first, *children]
