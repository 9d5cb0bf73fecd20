"""How long every built function takes to start, with byte-code and without.

Under Lambda's emulator, on artefacts that `make bench-cold-start` builds first. A start is the time
from the process's beginning until the handler is imported, which is what Lambda reports as init.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.template import Template
from tests.support.emulator import ARCHITECTURE, Emulator, merge
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

RESULTS = Path(__file__).with_name("results.json")
ROUNDS = 1 if os.environ.get("QUICK") else 3
TARGET = 0.6
"""With byte-code a start takes a third; much more, and something in the build has broken."""
CASE = "cold start"


def start_milliseconds(
    task: Path, opt: Path, *, rounds: int = ROUNDS, environment: Mapping[str, str] | None = None
) -> float:
    """The median start of the handler `app.lambda_handler` in any folder, with any layers.

    Args:
        task: the folder that holds app.py.
        opt: what /opt would hold, `python/` included.
        rounds: starts that count; one before them fills the machine's file cache.
        environment: variables that the handler's import reads; ours reads none.
    """
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds + 1):
            with Emulator(task, opt, environment or {}, Path(folder, "log")) as emulator:
                emulator.invoke({})  # it starts with the first call; what that answers is no matter
                times.append(emulator.init_milliseconds())
    return statistics.median(times[1:])


def records() -> list[dict[str, Any]]:
    """Each function's start beside that of the same artefact without byte-code."""
    functions = Template(ROOT / ".aws-sam" / ARCHITECTURE / "template.yaml").functions
    names = {f.logical_id: f.operation for f in Template(ROOT / "template.yaml").functions.values()}
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, (name, function) in enumerate(functions.items()):
            folder = Path(scratch, str(number))
            opt = merge(function.layers, folder / "opt")
            bare_opt = merge(function.layers, folder / "bare_opt", byte_code=False)
            bare_task = merge([function.folder], folder / "bare_task", byte_code=False)
            ours = start_milliseconds(function.folder, opt)
            found.append(record(names[name], ours, start_milliseconds(bare_task, bare_opt)))
            print(f"{names[name]:<32} {ours:>7.0f} ms {found[-1]['ratio']:>6.2f} x no byte-code")
    return found


def record(operation: str, ours: float, reference: float) -> dict[str, Any]:
    """A case as results.json keeps it."""
    ratio = ours / reference
    case = {"case": f"{CASE} of {operation}", "ours": ours, "reference": reference}
    verdict = {"ratio": ratio, "target": TARGET, "met": ratio <= TARGET}
    return {**case, "referenceName": "without byte-code", **verdict}


def main() -> None:
    """Measure, and put the cases into results.json instead of those of the last time."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    others = [case for case in results["cases"] if not case["case"].startswith(CASE)]
    results["cases"] = [*others, *records()]
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
