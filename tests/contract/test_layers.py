"""Imports go one way: functions, then http, queries, matching and schemas, then models."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import pytest

from tests.support.functions import FOLDERS
from tests.support.source import MODULES, imports, parsed, reached, uses

if TYPE_CHECKING:
    from pathlib import Path

HTTP = ("jobmatch.http", "jobmatch.problems", "jobmatch.parameters")
POWERTOOLS = "aws_lambda_powertools"
SDK = ("boto3", "botocore")
SESSION = ("sqlalchemy.Connection", "sqlalchemy.Engine", "sqlalchemy.orm.Session")
FORBIDDEN = {
    "jobmatch.errors": ("jobmatch", "sqlalchemy", "pydantic", POWERTOOLS),
    "jobmatch.schemas": (*HTTP, "jobmatch.queries", "jobmatch.database", "jobmatch.aws", *SDK),
    "jobmatch.queries": (*HTTP, "jobmatch.aws", "jobmatch.database", POWERTOOLS, *SDK),
    "jobmatch.matching": (*HTTP, POWERTOOLS),
    "jobmatch.database": (*HTTP, "jobmatch.queries", "jobmatch.matching", "jobmatch.schemas"),
    "jobmatch.aws": (*HTTP, "jobmatch.queries", "jobmatch.matching", "jobmatch.database"),
    "jobmatch.notifications": (*HTTP, "jobmatch.matching", POWERTOOLS, *SDK),
    "jobmatch.observability": (*HTTP, "jobmatch.queries", "jobmatch.database", "jobmatch.aws"),
}


def parents(names: set[str]) -> set[str]:
    return {name.rpartition(".")[0] for name in names}


def within(package: str) -> dict[str, Path]:
    return {name: path for name, path in MODULES.items() if uses({name}, package)}


@pytest.mark.parametrize(("package", "forbidden"), FORBIDDEN.items())
def test_nothing_points_against_the_arrows(package: str, forbidden: tuple[str, ...]) -> None:
    found = {
        name: uses(imports(parsed(path)), *forbidden) for name, path in within(package).items()
    }
    assert found
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("jobmatch.config", ["jobmatch.errors"]),
        ("jobmatch.constraints", []),
        ("jobmatch.models", ["jobmatch.config", "jobmatch.constraints"]),
        ("jobmatch.etags", []),
        ("jobmatch.viewer", ["jobmatch.models"]),
    ],
)
def test_the_lowest_modules_know_next_to_nothing_of_us(module: str, allowed: list[str]) -> None:
    ours = uses(imports(parsed(MODULES[module]), typing=True), "jobmatch")
    assert ours - uses(ours, *allowed) == set()


def test_only_the_run_of_a_matching_reaches_the_database_and_the_queries() -> None:
    reaching = {
        name
        for name, path in within("jobmatch.matching").items()
        if uses(imports(parsed(path)), "jobmatch.database", "jobmatch.queries")
    }
    assert reaching == {"jobmatch.matching.run"}


def test_the_rules_of_matching_know_no_database_session_not_even_as_a_type() -> None:
    knowing = {
        name
        for name, path in within("jobmatch.matching").items()
        if uses(imports(parsed(path), typing=True), *SESSION)
    }
    assert knowing == {"jobmatch.matching.ranking"}, "the one that executes its statement"


def test_powertools_stays_at_the_border() -> None:
    border = {*HTTP, "jobmatch.observability", "jobmatch.metrics"}
    using = {name for name, path in MODULES.items() if uses(imports(parsed(path)), POWERTOOLS)}
    assert using == border


@pytest.mark.parametrize("module", MODULES)
def test_the_layer_knows_nothing_around_it(module: str) -> None:
    around = ("functions", "local", "tests", "scripts", "benchmarks", "migrations", "moto")
    assert uses(imports(parsed(MODULES[module]), typing=True), *around) == set()


@pytest.mark.parametrize("operation", FOLDERS)
def test_functions_hold_no_statement_and_no_client(operation: str) -> None:
    imported = imports(parsed(FOLDERS[operation] / "app.py"), typing=True)
    assert uses(imported, "jobmatch")
    assert uses(imported, "sqlalchemy", "pg8000", *SDK, "local", "tests", "scripts") == set()


def test_the_sdk_is_imported_only_where_it_is_used() -> None:
    eager = {
        name for name, path in MODULES.items() if uses(imports(parsed(path), lazy=False), *SDK)
    }
    lazy = {name for name, path in MODULES.items() if uses(imports(parsed(path)), *SDK)}
    assert eager == set()
    assert "jobmatch.aws" in lazy


def test_modules_form_no_circle() -> None:
    order = TopologicalSorter[str]()
    for name, path in MODULES.items():
        imported = imports(parsed(path), lazy=False)
        order.add(name, *(each for each in imported if each in MODULES))
        order.add(name, *(each for each in parents(imported) if each in MODULES))
    assert set(order.static_order()) == set(MODULES)


def test_the_analysis_follows_imports_through_the_layer() -> None:
    behind = reached(FOLDERS["get_health"] / "app.py")
    assert "jobmatch.schemas.health.Health" in behind, "imported by the handler itself"
    assert "sqlalchemy.create_engine" in behind, "imported by jobmatch.database"
    assert "jobmatch.errors.ConfigurationError" in behind, "imported by jobmatch.config behind it"


def test_the_analysis_sees_what_it_should() -> None:
    tree = ast.parse("""
import a.b, c as d
from e import f as g
if TYPE_CHECKING:
    from h import i
def lazily():
    import j
class K:
    from l import m
""")
    now = {"a.b", "c", "e.f", "l.m"}
    assert imports(tree, lazy=False) == now
    assert imports(tree) == now | {"j"}
    assert imports(tree, typing=True) == now | {"j", "h.i"}
    assert uses({"a.b", "ab", "e.f"}, "a", "e.f") == {"a.b", "e.f"}
