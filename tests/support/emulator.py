"""Built functions, started as on Lambda: its runtime client under its interface emulator.

The emulator comes with the SAM command line. If this process may mount folders, code is at
/var/task and layers at /opt as on Lambda, both read-only; otherwise the folders are on the path.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil

from local.postgres import free_port
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ARCHITECTURE = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
"""The architecture of this machine, by Lambda's name."""
PYTHON = ROOT / ".venv-emulator" / "bin" / "python"
PATIENCE = 30.0
MOUNT = """
mount -t tmpfs tmpfs /var && mkdir /var/task &&
mount --bind "$1" /var/task && mount -o remount,bind,ro /var/task &&
mount --bind "$2" /opt && mount -o remount,bind,ro /opt &&
cd /var/task && shift 2 && exec "$@"
"""


def _rie() -> Path:
    pattern = f".venv-sam/lib/python3*/site-packages/samcli/local/rapid/*-{ARCHITECTURE}"
    return next(ROOT.glob(pattern))


def merge(layers: Iterable[Path], opt: Path, *, byte_code: bool = True) -> Path:
    """Copy layers into one folder, in their order, as Lambda unpacks them to /opt."""
    ignore = None if byte_code else shutil.ignore_patterns("__pycache__")
    opt.mkdir(parents=True, exist_ok=True)
    for layer in layers:
        shutil.copytree(layer, opt, dirs_exist_ok=True, ignore=ignore)
    return opt


@cache
def mounting() -> tuple[str, ...]:
    """The words before a command that give it its own mounts; empty where that is forbidden."""
    for words in (("unshare", "--mount"), ("unshare", "--mount", "--user", "--map-root-user")):
        probe = [*words, "sh", "-ec", MOUNT, "sh", "/tmp", str(ROOT), str(PYTHON), "-c", ""]  # noqa: S108 - any folder that exists
        with contextlib.suppress(OSError):
            if subprocess.run(probe, check=False, capture_output=True).returncode == 0:  # noqa: S603
                return words
    return ()


class Emulator:
    """One function's execution environment.

    Args:
        task: the function's folder.
        opt: the folder with the content of its layers.
        environment: the variables that Lambda would set; of others only PATH is passed on.
        log: the file to which the emulator and the function print.
    """

    def __init__(self, task: Path, opt: Path, environment: Mapping[str, str], log: Path) -> None:
        self._folders = [str(task.resolve()), str(opt.resolve())]
        self._log = log
        mounted = bool(mounting())
        self._seen_task, self._seen_opt = ("/var/task", "/opt") if mounted else self._folders
        self._environment = {
            "PATH": os.environ["PATH"],
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": f"{self._seen_task}:{self._seen_opt}/python",
            "PYTHONDONTWRITEBYTECODE": "1",  # nothing is read-only unless it is mounted
            "LAMBDA_TASK_ROOT": self._seen_task,
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def roots(self) -> tuple[str, str]:
        """The paths at which the function sees its own code and its layers."""
        return self._seen_task, f"{self._seen_opt}/python"

    def _command(self, *words: str) -> Sequence[str]:
        before = mounting()
        return [*before, "sh", "-ec", MOUNT, "sh", *self._folders, *words] if before else words

    def run(self, program: str) -> str:
        """The output of a Python program in this environment, without the emulator."""
        done = subprocess.run(  # noqa: S603 - our own program
            self._command(str(PYTHON), "-c", program),
            cwd=self._folders[0],
            env=self._environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return done.stdout

    def __enter__(self) -> Self:
        self._port = free_port()
        address = f"127.0.0.1:{self._port}"
        runtime = f"127.0.0.1:{free_port()}"
        words = [str(_rie()), "--runtime-interface-emulator-address", address]
        words += ["--runtime-api-address", runtime]
        words += [str(PYTHON), "-m", "awslambdaric", "app.lambda_handler"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the programs named above
                self._command(*words),
                cwd=self._folders[0],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.send_signal(signal.SIGTERM)  # it ends the runtime too
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    def invoke(self, event: Any) -> Any:
        """The function's answer, or `{"errorMessage", "errorType"}` when it fails."""
        url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"
        request = Request(url, json.dumps(event).encode())
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - our own address
                    return json.loads(answer.read() or b"null")
            except URLError as error:
                refused = isinstance(error.reason, ConnectionRefusedError)
                if not refused or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def log(self) -> str:
        """The output so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def init_milliseconds(self) -> float:
        """How long the start took until the handler was imported; known after the first call."""
        found = re.search(r"INIT REPORT\(durationMs: ([\d.]+)", self.log())
        if not found:
            raise RuntimeError(f"The emulator did not report a start:\n{self.log()}")
        return float(found[1])

    def call_milliseconds(self) -> list[float]:
        """How long each call took, as Lambda would bill it."""
        return [float(found) for found in re.findall(r"\tDuration: ([\d.]+) ms", self.log())]

    def peak_megabytes(self) -> float:
        """The most memory that the function's process has used so far; on Linux only."""
        assert self._process, "It has not been started."
        (runtime,) = psutil.Process(self._process.pid).children()
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{runtime.pid}/status").read_text())
        if not found:
            raise RuntimeError("The system does not report the peak of a process's memory.")
        return int(found[1]) / 1024
