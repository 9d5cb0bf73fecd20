"""How the console is built: with which Node, and what is said where that can't be done."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

UNREACHABLE = """\
scripts/with_node.sh npm --prefix console ci
npm error code ENOTFOUND
npm error network request failed
npm error A complete log of this run can be found in: a.log
make: *** [Makefile:1: console/node_modules/ready] Error 1
"""
NO_PYTHON = """\
jobmatch needs Python 3.11 or newer, with venv; none was found.
make: *** [Makefile:1: .venv-node/ready] Error 1
"""


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def run(script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - ours
        [ROOT / "scripts" / script, *arguments],
        cwd=variables.pop("cwd", ROOT),
        env=os.environ | variables,
        capture_output=True,
        check=False,
        text=True,
    )


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (UNREACHABLE, "npm: ENOTFOUND"),
        (NO_PYTHON, "jobmatch needs Python 3.11 or newer, with venv; none was found."),
    ],
)
def test_a_build_that_fails_is_said_in_one_line_and_stops_nothing(
    tmp_path: Path, output: str, reason: str
) -> None:
    make = program(tmp_path, "make", f"cat <<'END'\n{output}END\nexit 2")
    done = run("build_console.sh", MAKE=str(make), cwd=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("There is no page, because its build failed")
    assert reason in line


def test_where_the_page_of_before_is_left_it_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "console" / "dist").mkdir(parents=True)
    (tmp_path / "console" / "dist" / "index.html").touch()
    make = program(tmp_path, "make", "exit 2")
    done = run("build_console.sh", MAKE=str(make), cwd=str(tmp_path))
    assert done.stderr.startswith("The page is an earlier build")


def test_a_build_that_succeeds_says_nothing(tmp_path: Path) -> None:
    done = run("build_console.sh", MAKE=str(program(tmp_path, "make", "echo built")))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("version", "is_used"),
    [
        ("18.20.0", False),
        ("20.18.3", False),
        ("20.19.0", True),
        ("21.7.0", False),
        ("22.11.0", False),
        ("22.12.0", True),
        ("24.0.0", True),
    ],
)
def test_the_node_on_the_path_is_used_if_it_is_recent(
    tmp_path: Path, version: str, *, is_used: bool
) -> None:
    real = run("with_node.sh", "sh", "-c", "command -v node").stdout.strip()
    code = f'Object.defineProperty(process.versions, "node", {{value: "{version}"}});'
    program(tmp_path, "node", f'exec {real} -e "$(cat {tmp_path}/code)$2"')
    (tmp_path / "code").write_text(code)
    program(tmp_path, "npm", "echo 10")
    make = program(tmp_path, "make", f'echo "$@" >> {tmp_path}/made')
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = run("with_node.sh", "sh", "-c", 'echo "$PATH"', MAKE=str(make), PATH=path)
    assert done.stdout.startswith(str(tmp_path if is_used else ROOT / ".venv-node" / "node"))
    assert (tmp_path / "made").exists() is not is_used
