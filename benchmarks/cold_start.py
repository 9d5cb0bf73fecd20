"""How long every built function takes to start, with byte-code and without, and its memory.

Under Lambda's emulator, on artefacts that `make bench-cold-start` builds first. A start is the time
from the process's beginning until the handler is imported, which is what Lambda reports as init.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import results
from benchmarks.built import calls
from benchmarks.report import Case
from benchmarks.results import COLD_START, QUICK
from local.template import Template
from tests.support.artefacts import OPERATIONS
from tests.support.emulator import ARCHITECTURE, Emulator, merge
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.resources import Function

ROUNDS = 1 if QUICK else 5
"""Starts of the functions that have peers; the other functions are started once."""
TARGETED = ("get_job_by_id",) if QUICK else ("get_job_by_id", "create_job", "get_matches_for_job")
"""The functions that are compared with both peers."""
WITHOUT, HEAVIER, LEAST = (
    "without byte-code",
    "Tracer, boto3, no byte-code",
    "its four libraries alone",
)
HEAVY = """
import boto3
from aws_lambda_powertools import Tracer
tracer = Tracer(disabled=True)
"""
BARE = """
import pg8000
import pydantic
import sqlalchemy
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver


def lambda_handler(event, context):
    return {}
"""


def start_milliseconds(*places: tuple[Path, Path], rounds: int) -> list[float]:
    """The median start of the handler `app.lambda_handler` at each place.

    Args:
        places: the folder of app.py, and a folder with the content of /opt.
        rounds: starts that count; one before them fills the machine's file cache.
    """
    times: list[list[float]] = [[] for _ in places]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            for (task, opt), taken in zip(places, times, strict=True):
                # The environment is empty: the import of a handler does not read it.
                with Emulator(task, opt, {}, Path(folder, "log")) as emulator:
                    emulator.invoke({})  # the first call starts it
                    if number:
                        taken.append(emulator.init_milliseconds())
    return [statistics.median(taken) for taken in times]


def cases(scratch: Path) -> Iterator[Case]:
    """The start of each function with and without byte-code; some also beside the peers."""
    built = Template(ROOT / ".aws-sam" / ARCHITECTURE / "template.yaml").functions
    for name, function in built.items():
        if OPERATIONS[name] in TARGETED or not QUICK:
            yield from _cases(OPERATIONS[name], function, scratch / name)


def _cases(operation: str, function: Function, scratch: Path) -> Iterator[Case]:
    opt = merge(function.layers, scratch / "opt")
    bare_opt = merge(function.layers, scratch / "bare_opt", byte_code=False)
    bare_task = merge([function.folder], scratch / "bare_task", byte_code=False)
    places = [(function.folder, opt), (bare_task, bare_opt)]
    if operation in TARGETED:
        heavy = merge([function.folder], scratch / "heavy", byte_code=False)
        app = heavy / "app.py"
        app.write_text(HEAVY + app.read_text(encoding="utf-8"), encoding="utf-8")
        for package in ("aws_xray_sdk", "wrapt"):  # which only Tracer needs
            origin = Path(str(files(package)))
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(origin, heavy / package, ignore=ignored)
        least = scratch / "least"
        least.mkdir()
        (least / "app.py").write_text(BARE, encoding="utf-8")
        places += [(heavy, bare_opt), (least, opt)]
    rounds = ROUNDS if operation in TARGETED else 1
    ours, without, *more = start_milliseconds(*places, rounds=rounds)
    case = f"{COLD_START} of {operation}"
    yield Case(case, ours, without, WITHOUT, 0.6)
    if more:
        yield Case(case, ours, more[0], HEAVIER, 0.45)
        yield Case(case, ours, more[1], LEAST, 1.5)
    shutil.rmtree(scratch)


def main() -> None:
    """Measure, print and save."""
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(Path(folder)):
            print(case.row(), flush=True)
            measured.append(case)
        warm, memory = calls(Path(folder))
    for throughput in warm:
        print(throughput.row())
    for peak in memory:
        print(f"memory of {peak['function']:<48} {peak['megabytes']:>10.0f} MB")
    results.save([*measured, *warm], emulated=True, memory=memory)


if __name__ == "__main__":
    main()
