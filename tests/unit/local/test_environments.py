import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local.environments import Environments, Result
from local.resources import Function
from local.template import Template


@pytest.fixture
def work(template: Template) -> Function:
    return template.functions["WorkFunction"]


def pid(environments: Environments, work: Function) -> int:
    return int(environments.invoke(work, {"do": "pid"}).payload["pid"])


def gone(process: int) -> bool:
    """Whether a process ends soon; one that nobody has waited for has ended."""
    folder = Path(f"/proc/{process}")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
            threads = [(task / "stat").read_text() for task in (folder / "task").iterdir()]
        except (ProcessLookupError, FileNotFoundError):
            threads = [") Z "] if not folder.exists() else [""]
        if all(") Z " in thread for thread in threads):
            return True
        time.sleep(0.02)
    return False


def test_a_function_sees_its_event_its_layer_and_its_variables(
    environments: Environments, template: Template
) -> None:
    result = environments.invoke(template.functions["EchoFunction"], {"a": [1]})
    assert result == Result(
        {
            "event": {"a": [1]},
            "shared": "from the layer",
            "OWN": "echo",
            "SERVICE": "tiny",
            "QUEUE_URL": "http://127.0.0.1:4566/123456789012/local-work",
            "AWS_LAMBDA_FUNCTION_NAME": "EchoFunction",
        }
    )


def test_a_process_is_used_again_and_for_one_event_at_a_time(
    environments: Environments, work: Function
) -> None:
    assert pid(environments, work) == pid(environments, work)
    assert environments.invoke(work, {"do": "pid"}).payload["left"] <= 1000
    with ThreadPoolExecutor() as pool:
        sleepers = [pool.submit(environments.invoke, work, {"do": "sleep"}) for _ in range(3)]
        assert pid(environments, work)
        assert not any(sleeper.done() for sleeper in sleepers)
        assert all(sleeper.result().timed_out for sleeper in sleepers)


def test_a_function_that_takes_too_long_is_killed_and_replaced(
    environments: Environments, work: Function
) -> None:
    before = pid(environments, work)
    result = environments.invoke(work, {"do": "sleep"})
    assert result.failed
    assert result.timed_out
    assert result.payload["errorType"] == "Sandbox.Timedout"
    assert gone(before)
    assert pid(environments, work) != before


def test_a_process_that_dies_is_replaced(environments: Environments, work: Function) -> None:
    result = environments.invoke(work, {"do": "die"})
    assert result.payload["errorType"] == "Runtime.ExitError"
    assert not result.timed_out
    idle = pid(environments, work)
    os.kill(idle, signal.SIGKILL)
    assert gone(idle)
    assert pid(environments, work) != idle


@pytest.mark.parametrize(
    ("event", "kind"), [({"do": "raise"}, "LookupError"), ({"do": "odd"}, "TypeError")]
)
def test_an_error_is_reported_as_lambda_does(
    environments: Environments, work: Function, event: dict[str, str], kind: str
) -> None:
    result = environments.invoke(work, event)
    assert result.failed
    assert result.payload["errorType"] == kind
    assert result.payload["errorMessage"]


def test_a_function_that_cannot_be_imported_fails_alone(
    environments: Environments, template: Template
) -> None:
    result = environments.invoke(template.functions["BrokenFunction"], {})
    assert result.payload["errorType"] == "ModuleNotFoundError"


def test_all_processes_end_with_a_runtime_that_was_killed(project: Path, tmp_path: Path) -> None:
    program = f"""
import os, pathlib, signal, threading, time
from local.environments import Environments
from local.template import Template
template = Template(pathlib.Path({str(project / "template.yaml")!r}))
work = template.functions["WorkFunction"]
environments = Environments([work], {{}}, pathlib.Path({str(tmp_path / "log")!r}))
environments.start()
environments.ready()
print(environments._source.pid, environments.invoke(work, {{"do": "pid"}}).payload["pid"])
threading.Thread(target=environments.invoke, args=(work, {{"do": "sleep"}}), daemon=True).start()
time.sleep(0.1)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    processes = [int(number) for number in done.stdout.split()]
    assert len(processes) == 2
    assert all(gone(process) for process in processes)


def test_idle_processes_are_kept_up_to_a_number(template: Template, tmp_path: Path) -> None:
    functions: Any = template.functions
    environments = Environments(functions.values(), {}, tmp_path / "log", idle=1)
    environments.start()
    try:
        first = pid(environments, functions["WorkFunction"])
        environments.invoke(functions["EchoFunction"], {})
        assert gone(first)
    finally:
        environments.stop()


NOISE = {
    "raise": "LookupError",
    "odd": "TypeError",
    "trace": "ZeroDivisionError",
    "log": "said by a library",
    "warn": "mind the gap",
    "thread": "in a thread",
    "ignored": "while deleted",
    "print": "to standard error",
    "half": "without an end",
}


@pytest.mark.parametrize(("what", "said"), NOISE.items())
def test_every_line_of_the_log_is_json(
    environments: Environments, work: Function, what: str, said: str
) -> None:
    environments.invoke(work, {"do": what})
    environments.invoke(work, {"do": "print"})
    text = (environments.log).read_text()
    entries = [json.loads(line) for line in text.splitlines()]
    assert all("level" in entry for entry in entries)
    assert any(said in json.dumps(entry) for entry in entries)


def test_a_function_that_cannot_be_imported_is_reported_in_json(environments: Environments) -> None:
    entries = [json.loads(line) for line in environments.log.read_text().splitlines()]
    assert "ModuleNotFoundError" in {entry.get("errorType") for entry in entries}
