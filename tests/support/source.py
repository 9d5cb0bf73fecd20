"""The imports of source files, without running them."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

LAYER = ROOT / "layers" / "common"
MODULES = {
    ".".join(path.relative_to(LAYER).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((LAYER / "jobmatch").rglob("*.py"))
}
"""The files of the layer, by the names of their modules."""


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(tree: ast.AST, *, typing: bool = False, lazy: bool = True) -> set[str]:
    """Full names of the imports: `from a import b` is `a.b`.

    Args:
        typing: include imports under `if TYPE_CHECKING:`.
        lazy: include imports inside functions.
    """
    return set(_imports(tree, typing=typing, lazy=lazy))


def _imports(node: ast.AST, *, typing: bool, lazy: bool) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import():
                yield from (alias.name for alias in child.names)
            case ast.ImportFrom():
                assert child.module is not None, "relative imports hide where they point"
                yield from (f"{child.module}.{alias.name}" for alias in child.names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")) if not typing:
                pass
            case ast.FunctionDef() | ast.Lambda() if not lazy:
                pass
            case _:
                yield from _imports(child, typing=typing, lazy=lazy)


def uses(imported: AbstractSet[str], *packages: str) -> set[str]:
    """Those of the imported names that are one of `packages`, or in one."""
    return {
        name
        for name in imported
        if any(name == package or name.startswith(f"{package}.") for package in packages)
    }


@cache
def reached(path: Path) -> frozenset[str]:
    """Full names that a file imports, directly or through modules of the layer."""
    names: set[str] = set()
    waiting = imports(parsed(path))
    while waiting:
        names |= waiting
        modules = {*waiting, *(name.rpartition(".")[0] for name in waiting)} & {*MODULES}
        waiting = {name for module in modules for name in _imported(module)} - names
    return frozenset(names)


@cache
def _imported(module: str) -> frozenset[str]:
    return frozenset(imports(parsed(MODULES[module])))
