"""Execution environments: processes that each serve one function, one event at a time.

As on Lambda a process belongs to one function as long as it lives. So functions with different
variables can't disturb each other, whatever their modules cache, and what a library stores per
process (Powertools stores the current event) belongs to one event. Processes are forked, on demand,
from one that has imported all handlers already, so a new one costs milliseconds.

That process is started with the variables that all functions share, because some are read at
import (the log level, the service's name). A function's own variables are set after the fork.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from local.errors import LocalError
from local.resources import Function

ROOT = Path(__file__).resolve().parent.parent
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a call; a failed one has `{"errorMessage", "errorType"}` as on Lambda."""

    payload: Any
    failed: bool = False
    timed_out: bool = False


class Environments:
    """All functions, ready to be called from any thread.

    Args:
        functions: all that can be called.
        environment: variables that every function has besides those of the template.
        log: the file to which functions print.
        tell: gets each line that a function logs, with the error behind it in full.
        concurrency: events that one function handles at once; more of them wait.
        idle: most idle processes of all functions together; the oldest one above that ends.
    """

    def __init__(
        self,
        functions: Collection[Function],
        environment: Mapping[str, str],
        log: Path,
        *,
        tell: Callable[[Function, dict[str, Any]], None] = lambda *_: None,
        concurrency: int = 4,
        idle: int = 32,
    ) -> None:
        self._functions = functions
        own = [set(function.environment.items()) for function in functions]
        shared = dict(set.intersection(*own)) if own else {}
        layers = dict.fromkeys(str(layer) for function in functions for layer in function.layers)
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        path = {"PYTHONPATH": os.pathsep.join([*layers, str(ROOT)])}
        self._environment = {**inherited, **environment, **shared, **path}
        self.log = log
        self._tell = tell
        self._most_idle = idle
        self._slots = {
            function.logical_id: threading.BoundedSemaphore(concurrency) for function in functions
        }
        self._idle: defaultdict[str, deque[_Environment]] = defaultdict(deque)
        self._all: set[_Environment] = set()
        self._lock = threading.Lock()
        self._source: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._stopped = False

    def start(self) -> None:
        """Start importing the handlers; `ready` waits for it."""
        if self._control:  # of a process that has died
            self._control.close()
        self._control, theirs = socket.socketpair()
        handlers = {
            function.logical_id: (str(function.folder), function.handler)
            for function in self._functions
        }
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with theirs, self.log.open("ab") as log:
            self._source = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "local.worker", json.dumps(handlers)],
                env=self._environment,
                stdin=theirs.fileno(),
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is not for the functions
            )

    def ready(self) -> None:
        """Wait until the handlers are imported."""
        if self._control is None or not self._control.recv(1):
            raise LocalError(f"The functions could not be started; see {self.log}")

    def stop(self) -> None:
        """End all processes, busy ones too; does nothing when there are none."""
        with self._lock:
            self._stopped = True
            environments, self._all = self._all, set()
        for environment in environments:
            environment.kill()
        if self._control and self._source:
            self._control.close()
            self._source.kill()
            self._source.wait()

    def invoke(self, function: Function, event: Any) -> Result:
        """Call a function and wait for its result, at most until its time-out."""
        with self._slots[function.logical_id]:
            environment = self._take(function)
            if environment is None:
                return _failed("Runtime.Stopped", "The system is stopping")
            answer = environment.call(
                event, function.timeout, lambda told: self._tell(function, told)
            )
            if not answer:
                self._drop(environment)
                if answer == b"":
                    return _failed("Runtime.ExitError", "The function's process ended")
                message = f"Task timed out after {function.timeout:.2f} seconds"
                return _failed("Sandbox.Timedout", message, timed_out=True)
            self._give_back(function, environment)
        return Result(json.loads(answer[1:]), failed=answer[:1] == b"-")

    def _take(self, function: Function) -> "_Environment | None":
        with self._lock:
            if self._stopped:
                return None
            idle = self._idle[function.logical_id]
            while idle:
                environment = idle.pop()
                if environment.alive():
                    return environment
                self._all.discard(environment)
                environment.kill()
            environment = self._fork(function)
            self._all.add(environment)
            return environment

    def _fork(self, function: Function) -> "_Environment":
        if self._source is None or self._control is None or self._source.poll() is not None:
            self.start()
            self.ready()
        assert self._control is not None  # noqa: S101 - for the type checker: just started
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [b"+"], [theirs.fileno()])
        start = {
            "function": function.logical_id,
            "memory": function.memory,
            "timeout": function.timeout,
            "environment": {
                **function.environment,
                "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "LAMBDA_TASK_ROOT": str(function.folder),
            },
        }
        return _Environment(Connection(ours.detach()), start)

    def _give_back(self, function: Function, environment: "_Environment") -> None:
        surplus: list[_Environment] = []
        with self._lock:
            self._idle[function.logical_id].append(environment)
            if sum(map(len, self._idle.values())) > self._most_idle:
                fullest = max(self._idle.values(), key=len)
                surplus.append(fullest.popleft())
                self._all.discard(surplus[0])
        for process in surplus:
            process.kill()

    def _drop(self, environment: "_Environment") -> None:
        with self._lock:
            self._all.discard(environment)
        environment.kill()


class _Environment:
    """One process, seen from the runtime."""

    def __init__(self, connection: Connection, start: dict[str, Any]) -> None:
        self._connection = connection
        self._pid = int(connection.recv_bytes())
        connection.send_bytes(json.dumps(start).encode())

    def alive(self) -> bool:
        """Whether an idle process still runs: only its end makes the connection readable."""
        return not self._connection.poll(0)

    def call(
        self, event: Any, timeout: float, tell: Callable[[dict[str, Any]], None]
    ) -> bytes | None:
        """The answer; None when it took longer than `timeout`, empty when the process died."""
        deadline = time.monotonic() + timeout
        try:
            self._connection.send_bytes(json.dumps({"event": event}).encode())
            while self._connection.poll(max(0.0, deadline - time.monotonic())):
                answer = self._connection.recv_bytes()
                if answer[:1] != b"!":
                    return answer
                tell(json.loads(answer[1:]))
        except (EOFError, OSError):
            return b""
        return None

    def kill(self) -> None:
        """Kill the process; a call that waits for its answer gets an empty one."""
        pid, self._pid = self._pid, 0
        if pid:  # killed before: the number may be another process's by now
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _failed(kind: str, message: str, *, timed_out: bool = False) -> Result:
    report = {"errorMessage": message, "errorType": kind}
    return Result(report, failed=True, timed_out=timed_out)
