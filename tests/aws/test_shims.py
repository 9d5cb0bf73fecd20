"""Each shim is needed: the emulator as it comes does not do what it repairs."""

from __future__ import annotations

import json
import os
import subprocess

from tests.aws.emulator import PROGRAM
from tests.aws.report import PAGE, REPORT
from tests.support.paths import ROOT


def test_the_emulator_has_learnt_nothing_that_a_shim_repairs() -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, "-m", "tests.aws.engine.shims"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "GATEWAY_PORT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found
    assert [name for name, shim in found.items() if not shim["isNeeded"]] == []
    REPORT.empty |= {name for name, shim in found.items() if shim["isEmpty"]}


def test_the_page_names_each_type_that_is_not_emulated() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [kind for kind in REPORT.not_emulated() if f"| {kind} |" not in page] == []
