"""What artefacts hold: files for their processor, byte-code, and nothing of this machine."""

from __future__ import annotations

import json
import os
import struct
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BUILDS = ROOT / ".aws-sam"
MACHINES = {"x86_64": 62, "arm64": 183}
"""Of an ELF header: EM_X86_64, EM_AARCH64."""
UNCHECKED = 0b01
"""Of a byte-code file's header: it has a hash, which is not compared."""


def manifest(build: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((BUILDS / build / "manifest.json").read_text())
    return content


def artefacts(build: str) -> dict[str, Path]:
    return {name: BUILDS / build / name for name in manifest(build)["artefacts"]}


def of_builds() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("build", MACHINES)


@of_builds()
def test_every_compiled_file_is_for_its_processor(build: str) -> None:
    machines = {}
    for folder in artefacts(build).values():
        for path in folder.rglob("*"):
            if path.is_file() and (head := path.read_bytes()[:20]).startswith(b"\x7fELF"):
                machines[path] = struct.unpack("<H", head[18:20])[0]
    assert any("pydantic_core" in path.name for path in machines)
    assert {path for path, machine in machines.items() if machine != MACHINES[build]} == set()
    assert manifest(build)["architecture"] == build


@of_builds()
def test_every_module_has_byte_code_that_is_used_without_a_look_at_its_source(build: str) -> None:
    for name, folder in artefacts(build).items():
        mount = b"/opt/" if name.endswith("Layer") else b"/var/task/"
        sources = list(folder.rglob("*.py"))
        assert sources
        for source in sources:
            code = (source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc").read_bytes()
            assert struct.unpack("<I", code[4:8]) == (UNCHECKED,), source
            path = mount + source.relative_to(folder).as_posix().encode()
            assert path in code, f"{source} would be called something else in a traceback"
            assert str(ROOT).encode() not in code, source


@of_builds()
def test_nothing_is_shipped_that_nobody_reads(build: str) -> None:
    layer = artefacts(build)["CommonLayer"] / "python"
    names = {path.name for path in layer.rglob("*")}
    assert names & {"tests", "bin", "RECORD", "requirements.txt", "py.typed"} == set()
    assert {"METADATA", "LICENSE", "jobmatch", "vocabulary.json"} <= names
    for name, folder in artefacts(build).items():
        if name.endswith("Function"):
            shipped = {path.name for path in folder.rglob("*") if path.is_file()}
            assert shipped == {"app.py", "app.cpython-313.pyc"}


def test_two_builds_of_the_same_sources_are_the_same_bytes() -> None:
    assert manifest("arm64") == manifest("again")


def test_files_of_one_build_have_one_time() -> None:
    (layer,) = (folder for name, folder in artefacts("arm64").items() if name == "CommonLayer")
    assert {path.stat().st_mtime for path in layer.rglob("*")} == {946_684_800}


@of_builds()
def test_a_wheel_that_is_not_the_pinned_one_fails_the_build(build: str, tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"markupsafe==3.0.4 --hash=sha256:{'0' * 64}\n")
    done = subprocess.run(  # noqa: S603 - our own script
        [ROOT / "scripts" / "install_wheels.sh", requirements, tmp_path / "layer"],
        env=os.environ | {"ARCHITECTURE": build},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert not (tmp_path / "layer" / "markupsafe").exists()
