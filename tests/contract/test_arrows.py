"""What stands around the layer imports one way, and its files are short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.paths import ROOT
from tests.support.source import imports, parsed, uses

if TYPE_CHECKING:
    from pathlib import Path

ARROWS = {
    "local": set[str](),
    "migrations": set[str](),
    "cli": {"local"},
    "scripts": {"local", "tests.support.trust"},  # what `make trust` has found
    "tests": {"cli", "local", "scripts"},
    "benchmarks": {"local", "tests.support"},
}
"""Each folder, and what it may import of the others: no test stands on a benchmark."""
LONGEST = 300
"""Lines of a file in `cli` and `local`."""


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("folder", ARROWS)
def test_a_folder_imports_only_what_it_may(folder: str) -> None:
    imported = {
        f"{path.relative_to(ROOT)}: {name}": name
        for path in files(folder)
        for name in uses(imports(parsed(path), typing=True), *ARROWS, "functions")
    }
    allowed = uses({*imported.values()}, folder, *ARROWS[folder])
    assert {place for place, name in imported.items() if name not in allowed} == set()
    needed = {arrow for arrow in ARROWS[folder] if uses({*imported.values()}, arrow)}
    assert needed == ARROWS[folder], "An arrow that nothing needs can go."


@pytest.mark.parametrize("folder", ["cli", "local"])
def test_no_file_is_too_long(folder: str) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in files(folder)}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}
