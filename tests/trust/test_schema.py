"""schemathesis over the whole API document, against the running system."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.support.paths import ROOT
from tests.support.system import running
from tests.support.trust import FULL, Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.system import System

SECONDS = {"admin": 540, "employer": 150}
LEAST = scaled(50, 20_000)
SLOWEST = 5.0
"""Seconds that an answer may take, where nothing runs beside it."""
LEAST_LINKS = scaled(0, 10)
"""Of those from the answer of one operation to another that were followed; two examples may not."""
MOOT = {
    "unsupported_method": "API Gateway answers 404 to a method that a path has not, and no 405",
    "allow_header_conformance": "which belongs to the 405",
    "positive_data_acceptance": "acceptance_within_the_contract is it, and knows the contract",
}
"""Checks that are off, and why; all others are on."""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with running(tmp_path_factory.mktemp("state")) as system:
        yield system


def effort(role: str) -> list[str]:
    if FULL:
        return ["--max-time", str(SECONDS[role])]
    # Two examples of each operation, and no systematic part.
    return ["--phases", "fuzzing,stateful", "--max-examples", "2"]


class Fuzzed(NamedTuple):
    """How many cases were tried as a role, along how many links, what was answered, how slowly."""

    cases: int
    links: int
    answers: dict[str, int]
    slowest: float


def fuzzed(system: System, folder: Path, role: str, *token: str) -> Fuzzed:
    answers = folder / f"{role}.json"
    done = subprocess.run(  # noqa: S603 - of our own environment
        [
            str(Path(sys.executable).with_name("st")),
            *("run", f"http://127.0.0.1:{system.port}/openapi.json", "--workers", "2"),
            *("--header", f"Authorization: Bearer {system.token('--role', role, *token)}"),
            *("--checks", "all", "--exclude-checks", ",".join(MOOT)),
            *("--seed", "1", "--no-shrink", *effort(role)),
            *("--continue-on-failure", "--warnings", "off", "--no-color"),
            *("--suppress-health-check", "all"),
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.support.schemathesis_hooks",
            "ANSWERS": str(answers),
            "ROLE": role,
        },
        capture_output=True,
        check=False,
        text=True,
        timeout=SECONDS[role] + 240,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    counted = re.search(r"([\d,]+) generated", done.stdout)
    followed = re.search(r"API Links: +(\d+) covered", done.stdout)
    assert counted, done.stdout[-2000:]
    assert followed, done.stdout[-2000:]
    cases = int(counted[1].replace(",", ""))
    return Fuzzed(cases, int(followed[1]), **json.loads(answers.read_text(encoding="utf-8")))


def test_nothing_breaks_the_documents_promise(system: System, tmp_path: Path) -> None:
    company = ("--company", "Fuzz Devices", "--email", "fuzz@devices.example")
    runs = [
        fuzzed(system, tmp_path, "admin"),
        fuzzed(system, tmp_path, "employer", *company),
    ]
    cases = sum(each.cases for each in runs)
    assert cases >= LEAST
    assert min(each.links for each in runs) >= LEAST_LINKS
    classes = sum((Counter(each.answers) for each in runs), Counter[str]())
    assert "5xx" not in classes
    slowest = max(each.slowest for each in runs)
    assert slowest < SLOWEST or not FULL
    told = ", ".join(f"{count:,} {name}" for name, count in sorted(classes.items()))
    links = " and ".join(str(each.links) for each in runs)
    found(
        Section.INPUT,
        "schemathesis over the whole API document, links and negative data included, as an admin"
        f" and as an employer; all checks but {', '.join(sorted(MOOT))} (reasons in the test)",
        cases,
        f"No failure; answers: {told}, the slowest after {slowest:.1f} s; followed links of {links}"
        " kinds.",
    )
