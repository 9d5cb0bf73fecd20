"""What source files import, without running them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(tree: ast.AST, *, typing: bool = False, lazy: bool = True) -> set[str]:
    """Full names of what is imported: `from a import b` is `a.b`.

    Args:
        typing: count what stands under `if TYPE_CHECKING:` too.
        lazy: count what is imported inside of functions too.
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


def uses(imported: set[str], *packages: str) -> set[str]:
    """Those of the imported names that are one of `packages`, or in one."""
    return {
        name
        for name in imported
        if any(name == package or name.startswith(f"{package}.") for package in packages)
    }
