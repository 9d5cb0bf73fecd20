"""The program that the environment has: from any folder, with its exit codes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

JOB = "51618f55-9642-4f75-a7d1-f229c9aaa73a"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project in a folder with a space, with an environment that has the program."""
    root = tmp_path / "a folder"
    for name in ("cli", "local", "layers", "Makefile", "scripts"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).symlink_to(ROOT / name)
    programs = root / ".venv" / "bin"
    programs.mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "jobmatch.sh", programs / "jobmatch")
    (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "python").chmod(0o755)
    return root


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    variables = {n: text for n, text in os.environ.items() if not n.startswith("PYTHON")}
    return subprocess.run(  # noqa: S603 - our own program
        command, cwd=cwd, env=variables, capture_output=True, check=False, text=True
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--help"], 0), (["ranking", JOB, "--limit", "0"], 2), (["due"], 3)],
)
def test_it_runs_from_any_folder_and_ends_with_the_documented_code(
    project: Path, tmp_path: Path, arguments: list[str], code: int
) -> None:
    done = run(str(project / ".venv" / "bin" / "jobmatch"), *arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert len(done.stderr.splitlines()) == bool(code)


def test_it_looks_for_the_state_in_the_project(project: Path, tmp_path: Path) -> None:
    log = project / ".local" / "logs" / "functions.log"
    log.parent.mkdir(parents=True)
    log.write_text("From the project.\n")
    done = run(str(project / ".venv" / "bin" / "jobmatch"), "logs", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "From the project.\n")


@pytest.mark.parametrize("arguments", ["--help", f"ranking {JOB} --limit 0", "due", "rank"])
def test_make_adds_no_error_of_its_own_to_a_documented_outcome(
    project: Path, arguments: str
) -> None:
    # As if the environment were made: it is not what this is about.
    done = run("make", "-o", ".venv/ready", "cli", f"ARGS={arguments}", cwd=project)
    assert done.returncode == 0
    assert "make" not in done.stderr.replace("start it first: make run", "")
