"""The whole system on one machine, in its own process, as `make run` starts it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine

from local.running import Running
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 90


def environment() -> dict[str, str]:
    """The variables of this process, without those of the database that other tests share."""
    others = {n: value for n, value in os.environ.items() if not n.startswith("DATABASE_")}
    return {**others, "PYTHONPATH": f"layers/common{os.pathsep}."}


def start(state: Path, port: int, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "local", "run", "--state", str(state), "--port", str(port)],
        cwd=ROOT,
        env=environment() | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def guide_of(process: subprocess.Popen[str]) -> str:
    """The output of the runtime up to the end of its guide."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            return "".join(lines)
    pytest.fail(f"the runtime ended:\n{''.join(lines)}")


def follow(process: subprocess.Popen[str]) -> list[str]:
    """The lines that the runtime prints after its guide, as they come."""
    lines: list[str] = []

    def read() -> None:
        assert process.stdout is not None
        with contextlib.suppress(ValueError), process.stdout:  # closed at the end
            for line in process.stdout:
                lines.append(line)  # noqa: PERF402 - `extend` would give them up at the error

    threading.Thread(target=read, daemon=True).start()
    return lines


def stop(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGINT)
    try:
        return process.wait(PATIENCE)
    finally:
        process.kill()
        assert process.stdout is not None
        process.stdout.close()


def run_command(module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command line, that of `cli` or of `local`."""
    return subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment() | variables,
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )


@dataclass(frozen=True)
class System:
    """A running system."""

    port: int
    state: Path
    guide: str
    pid: int = 0
    printed: list[str] = field(default_factory=list)
    """The lines after the guide, as they come."""

    def token(self, *arguments: str) -> str:
        done = run_command("local", "token", "--state", str(self.state), *arguments)
        assert done.returncode == 0, done.stderr
        assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", done.stdout)
        return done.stdout.strip()

    def call(
        self, method: str, path: str, token: str | None = None, body: object = None
    ) -> tuple[int, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {}),
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
                text = response.read()
                return response.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def execute(self, *statements: str) -> Any:
        """Execute statements in its database; the first value of the last one, if there is any."""
        url = Running.find(self.state).database_url
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            results = [connection.exec_driver_sql(statement) for statement in statements]
            value = results[-1].scalar() if results[-1].returns_rows else None
        engine.dispose()
        return value


@contextmanager
def running(state: Path) -> Iterator[System]:
    """A system with the sample data, which ends after the block."""
    process = start(state, 0)
    try:
        guide = guide_of(process)
        port = Running.find(state).port
        yield System(port, state, guide, process.pid, follow(process))
    finally:
        assert stop(process) == 0
