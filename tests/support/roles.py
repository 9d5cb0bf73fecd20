"""The database user that a function needs, by its source.

A function writes if a statement that it can reach inserts, updates, deletes or locks a row (locking
needs the right to update). Other functions only read.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from jobmatch.operations.database_roles import roles_statement
from jobmatch.postgres import connect
from tests.support.functions import FOLDERS
from tests.support.paths import ROOT
from tests.support.source import MODULES, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

READER = "jobmatch_reader"
WRITER = "jobmatch_writer"
MIGRATOR = "jobmatch_migrator"
USERS = (READER, WRITER, MIGRATOR)
SQL = roles_statement(ROOT / "migrations")
WRITING = {"insert", "update", "delete"}
"""Functions of SQLAlchemy that write."""
LOCKING = "with_for_update"
"""The method of its statements that locks."""


@contextmanager
def users_with(password: str | None) -> Iterator[None]:
    """Let the three users of the database sign in with a password during this block."""
    with connect() as connection:
        connection.exec_driver_sql(SQL)
        for user in USERS:
            connection.exec_driver_sql(f"ALTER ROLE {user} PASSWORD '{password}'")
    yield
    with connect() as connection:
        for user in USERS:
            connection.exec_driver_sql(f"ALTER ROLE {user} PASSWORD NULL")


@cache
def role_of(operation: str) -> str:
    """The user that a function's statements need."""
    if operation == "migrate_database":
        return MIGRATOR
    tree = parsed(FOLDERS[operation] / "app.py")
    waiting: list[tuple[ast.AST, dict[str, str]]] = [(tree, _imported(tree))]
    seen: set[str] = set()
    while waiting:
        node, meaning = waiting.pop()
        names = set(_named(node, meaning))
        if any(_is_writing(name) for name in names):
            return WRITER
        for name in names - seen:
            waiting += _definition(name)
        seen |= names
    return READER


def _is_writing(name: str) -> bool:
    package, _, last = name.rpartition(".")
    return last == LOCKING or (package.startswith("sqlalchemy") and last in WRITING)


@cache
def _definitions(module: str) -> dict[str, ast.stmt]:
    """The definitions at the top level of a module of the layer, by name."""
    found: dict[str, ast.stmt] = {}
    for statement in parsed(MODULES[module]).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] = statement
            case ast.Assign(targets=targets):
                found |= {
                    target.id: statement for target in targets if isinstance(target, ast.Name)
                }
            case ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = statement
    return found


def _imported(tree: ast.AST) -> dict[str, str]:
    """The full names behind imports of a file: after `from a import b as c`, c is a.b."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _named(node: ast.AST, meaning: dict[str, str]) -> Iterator[str]:
    """Full names that a definition uses, and the method that locks."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) if name in meaning:
                yield meaning[name]
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in meaning:
                yield f"{meaning[module]}.{name}"
            case ast.Attribute(attr=name) if name == LOCKING:
                yield name


def _definition(full: str) -> list[tuple[ast.AST, dict[str, str]]]:
    """The definition behind a name of the layer, and the full names in its module."""
    module, _, name = full.rpartition(".")
    if module not in MODULES:
        return []
    if name not in _definitions(module):
        # A face gives on what another module defines.
        behind = _meaning(module).get(name)
        return _definition(behind) if behind else []
    return [(_definitions(module)[name], _meaning(module))]


@cache
def _meaning(module: str) -> dict[str, str]:
    """The full names behind those of a module of the layer."""
    own = {name: f"{module}.{name}" for name in _definitions(module)}
    return own | _imported(parsed(MODULES[module]))
