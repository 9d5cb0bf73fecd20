"""What every migration declares, and what one that is run at deployment must not do."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.support.paths import ROOT
from tests.support.source import parsed

if TYPE_CHECKING:
    from pathlib import Path

MIGRATIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
BREAKING = {"drop_table", "drop_column", "drop_constraint", "rename_table"}
"""What the code of the release before may stumble over."""
of_migration = pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)


def declared(path: Path) -> dict[str, object]:
    """The literals that the module assigns."""
    return {
        node.targets[0].id: node.value.value
        for node in parsed(path).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }


def done(path: Path) -> set[str]:
    """The operations that an upgrade names."""
    (upgrade,) = (
        node
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    return {node.attr for node in ast.walk(upgrade) if isinstance(node, ast.Attribute)}


@of_migration
def test_a_migration_says_whether_a_deployment_may_run_it(path: Path) -> None:
    phase = declared(path)["phase"]
    assert phase in ("expand", "contract")
    if phase == "expand":
        assert done(path) & BREAKING == set()


def test_revisions_are_numbers_in_their_order() -> None:
    # By which an older release tells that the database is ahead of it.
    revisions = [declared(path)["revision"] for path in MIGRATIONS]
    assert revisions == [f"{number:04}" for number in range(1, len(MIGRATIONS) + 1)]
    assert [path.name[:5] for path in MIGRATIONS] == [f"{each}_" for each in revisions]
    before = [declared(path)["down_revision"] for path in MIGRATIONS]
    assert before == [None, *revisions[:-1]]
