"""Imports go one way: functions, then the packages of the layer in their order."""

from __future__ import annotations

import ast
from collections import Counter
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import pytest

from tests.support.functions import FOLDERS, load
from tests.support.source import MODULES, imports, parsed, reached, uses

if TYPE_CHECKING:
    from pathlib import Path

POWERTOOLS = "aws_lambda_powertools"
SDK = ("boto3", "botocore")
SESSION = ("sqlalchemy.Connection", "sqlalchemy.Engine", "sqlalchemy.orm.Session")
BORDER = {f"jobmatch.web.{name}" for name in ("parameters", "problems", "requests", "routes")}
"""The modules that know Powertools' event handler."""
ORDER = (
    "errors",
    "config",
    "text",
    "wire",
    "models",
    "telemetry",
    "aws",
    "vocabulary",
    "places",
    "careers",
    "bars",
    "anonymity",
    "rules",
    "postgres",
    "permissions",
    "web",
    "agents",
    "wording",
    "audit",
    "rankings",
    "webhooks",
    "matches",
    "jobs",
    "documents",
    "postings",
    "profiles",
    "page_layout",
    "extraction",
    "resumes",
    "histories",
    "advertisements",
    "drafts",
    "boards",
    "candidates",
    "directory",
    "notifications",
    "deliveries",
    "insights",
    "model_scorer",
    "proposals",
    "shortlists",
    "runs",
    "changes",
    "comparison",
    "queues",
    "operations",
    "transfers",
)
"""The packages of the layer, ground first: each imports only from itself and those before it."""


def package_of(module: str) -> str:
    return module.split(".")[1]


def parents(names: set[str]) -> set[str]:
    return {name.rpartition(".")[0] for name in names}


def within(package: str) -> dict[str, Path]:
    return {name: path for name, path in MODULES.items() if uses({name}, package)}


def test_every_package_has_its_place() -> None:
    assert {package_of(name) for name in MODULES if name != "jobmatch"} == set(ORDER)


@pytest.mark.parametrize("package", ORDER)
def test_packages_import_only_downwards(package: str) -> None:
    above = ORDER[ORDER.index(package) + 1 :]
    pointing_up = {
        f"{name} -> {imported}"
        for name, path in within(f"jobmatch.{package}").items()
        for imported in imports(parsed(path), typing=True)
        if uses({imported}, *(f"jobmatch.{each}" for each in above))
    }
    assert pointing_up == set()


def test_the_rules_know_no_database_session_not_even_as_a_type() -> None:
    knowing = {
        name
        for name, path in within("jobmatch.rules").items()
        if uses(imports(parsed(path), typing=True), *SESSION)
    }
    assert knowing == {"jobmatch.rules.ranking"}, "the one that executes its statement"


def test_queries_and_rules_know_no_settings() -> None:
    packages = (
        "jobmatch.rules",
        "jobmatch.insights",
        "jobmatch.jobs.concerned",
        "jobmatch.jobs.due",
    )
    given = uses({*MODULES}, *packages) | {name for name in MODULES if name.endswith(".queries")}
    assert {"jobmatch.runs.queries", "jobmatch.jobs.due", "jobmatch.rules.rubric"} < given
    asking = {
        name for name in given if uses(imports(parsed(MODULES[name])), "jobmatch.config", "os")
    }
    assert asking == set()


def test_a_function_that_is_given_a_connection_is_given_its_settings_too() -> None:
    asking = {
        f"{name}.{function.name}"
        for name, path in MODULES.items()
        if "jobmatch.config.settings" in imports(parsed(path))
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef)
        and "connection" in {argument.arg for argument in function.args.args}
        and "settings" in {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    }
    assert asking == set()


def test_powertools_stays_at_the_border() -> None:
    border = {*BORDER, "jobmatch.telemetry"}
    using = {name for name, path in MODULES.items() if uses(imports(parsed(path)), POWERTOOLS)}
    assert using == border


@pytest.mark.parametrize("operation", FOLDERS)
def test_a_handler_of_a_route_imports_the_face_and_no_other_handler_loads_it(
    operation: str,
) -> None:
    path = FOLDERS[operation] / "app.py"
    has_route = hasattr(load(operation), "app")
    face = {"jobmatch.web.routes"} if has_route else set()
    assert (
        uses(imports(parsed(path)), "jobmatch.web", "aws_lambda_powertools.event_handler") == face
    )
    assert bool(uses(reached(path), *BORDER)) == has_route


@pytest.mark.parametrize("module", MODULES)
def test_the_layer_knows_nothing_around_it(module: str) -> None:
    around = ("functions", "local", "cli", "tests", "scripts", "benchmarks", "migrations", "moto")
    assert uses(imports(parsed(MODULES[module]), typing=True), *around) == set()


@pytest.mark.parametrize("operation", FOLDERS)
def test_functions_hold_no_statement_and_no_client(operation: str) -> None:
    imported = imports(parsed(FOLDERS[operation] / "app.py"), typing=True)
    assert uses(imported, "jobmatch")
    assert uses(imported, "sqlalchemy", "pg8000", *SDK, "local", "cli", "tests", "scripts") == set()


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
        # A face may import from its own package, whose files know nothing of the face.
        faces = parents(imported) - {name, name.rpartition(".")[0]}
        order.add(name, *(each for each in faces if each in MODULES))
    assert set(order.static_order()) == set(MODULES)


def test_the_analysis_follows_imports_through_the_layer() -> None:
    behind = reached(FOLDERS["get_health"] / "app.py")
    assert "jobmatch.operations.health.Health" in behind, "imported by the handler itself"
    assert "sqlalchemy.create_engine" in behind, "imported by jobmatch.postgres"
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


LARGEST_FILE = 300
LARGEST_PACKAGE = 1_200
LARGER = {"rules": 1_600, "places": 1_700, "careers": 1_300}
"""Packages that may be larger: reading places and careers takes many small files of rules."""
ROLES = {"queries", "service", "schemas", "kinds", "suggestions", "text"}
"""Names of files that several packages have, each time for the same role."""


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("module", MODULES)
def test_a_file_can_be_read_in_one_go(module: str) -> None:
    assert lines_of(MODULES[module]) <= LARGEST_FILE


@pytest.mark.parametrize("package", ORDER)
def test_a_package_can_be_read_in_an_hour(package: str) -> None:
    lines = sum(map(lines_of, within(f"jobmatch.{package}").values()))
    assert lines <= LARGER.get(package, LARGEST_PACKAGE)


def test_files_of_one_name_have_one_role() -> None:
    names = Counter(path.stem for path in MODULES.values() if path.stem != "__init__")
    assert {name for name, count in names.items() if count > 1} <= ROLES
