"""Every built function, started from its artefact alone, answers its sample event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.artefacts import OPERATIONS, check
from tests.support.samples import event_of, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.emulator import Emulator

MODULES = """
import json, sys, sysconfig
before = set(sys.modules)
import app
new = {name: sys.modules[name] for name in set(sys.modules) - before}
files = {name: module.__file__ for name, module in new.items() if getattr(module, "__file__", None)}
standard = sysconfig.get_path("stdlib")
print(json.dumps({name: file for name, file in files.items() if not file.startswith(standard)}))
"""


@pytest.mark.parametrize("logical_id", OPERATIONS)
def test_a_built_function_answers_its_event(
    logical_id: str, emulate: Callable[[str], Emulator], database: str
) -> None:
    lay_out()
    operation = OPERATIONS[logical_id]
    with emulate(logical_id) as emulator:
        answer = emulator.invoke(event_of(operation))
        log = emulator.log()
    check(operation, answer, log)


@pytest.mark.parametrize("logical_id", OPERATIONS)
def test_a_built_function_imports_from_its_artefact_and_its_layers_alone(
    logical_id: str, emulate: Callable[[str], Emulator]
) -> None:
    emulator = emulate(logical_id)
    task, layer = emulator.roots
    modules: dict[str, str] = json.loads(emulator.run(MODULES))
    assert modules["app"] == f"{task}/app.py"
    ours = [file for name, file in modules.items() if name.startswith("jobmatch.")]
    assert ours
    assert all(file.startswith(f"{layer}/jobmatch/") for file in ours)
    elsewhere = {name for name, file in modules.items() if not file.startswith((task, layer))}
    # Powertools puts its name into the SDK's user agent; the SDK is the runtime's own.
    assert elsewhere <= {"botocore"}
