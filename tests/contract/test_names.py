"""One name runs through, and one table of routes: the contract's, written out here."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from jobmatch.jobs import queries as job_queries
from jobmatch.jobs import service as job_service
from jobmatch.matches import queries as match_queries
from jobmatch.matches import service as match_service
from jobmatch.models import UserRole
from local.template import Template
from scripts.generate_events import in_order
from tests.support.functions import FOLDERS, load
from tests.support.paths import ROOT
from tests.support.source import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Row(NamedTuple):
    operation: str
    method: str
    path: str
    who: str


THIRTEEN = [
    Row("create_job", "POST", "/jobs", "employer, admin"),
    Row("get_job_by_id", "GET", "/jobs/{jobId}", "owner, admin"),
    Row("update_job", "PATCH", "/jobs/{jobId}", "owner, admin"),
    Row("get_jobs_by_employer", "GET", "/employers/{employerUserId}/jobs", "owner, admin"),
    Row("get_jobs_for_admin", "GET", "/admin/jobs", "admin"),
    Row("get_open_jobs_for_matching", "GET", "/admin/jobs/due-for-matching", "admin"),
    Row("update_job_matching_status", "PUT", "/admin/jobs/{jobId}/matching-status", "admin"),
    Row("get_matches_for_job", "GET", "/jobs/{jobId}/matches", "owner, admin"),
    Row("get_match_by_job_and_profile", "GET", "/jobs/{jobId}/matches/{profileId}", "owner, admin"),
    Row("insert_match", "PUT", "/admin/jobs/{jobId}/matches/{profileId}", "admin"),
    Row("invalidate_matches_for_job", "DELETE", "/admin/jobs/{jobId}/matches", "admin"),
    Row("get_unnotified_matches", "GET", "/admin/jobs/{jobId}/unnotified-matches", "admin"),
    Row("mark_matches_notified", "POST", "/admin/matches/notified", "admin"),
]
ROUTES = [
    *THIRTEEN,
    Row("request_matching", "POST", "/jobs/{jobId}/matching-runs", "owner, admin"),
    Row("put_profile", "PUT", "/admin/profiles/{profileId}", "admin"),
    Row("get_profiles", "GET", "/admin/profiles", "admin"),
    Row("get_profile", "GET", "/admin/profiles/{profileId}", "admin"),
    Row("delete_profile", "DELETE", "/admin/profiles/{profileId}", "admin"),
    Row("export_profile", "GET", "/admin/profiles/{profileId}/export", "admin"),
    Row("import_profiles", "POST", "/admin/profiles/import", "admin"),
    Row(
        "get_match_candidate",
        "GET",
        "/jobs/{jobId}/matches/{profileId}/candidate",
        "owner, admin",
    ),
    Row("get_decision", "GET", "/jobs/{jobId}/matches/{profileId}/decision", "owner, admin"),
    Row("put_decision", "PUT", "/jobs/{jobId}/matches/{profileId}/decision", "owner, admin"),
    Row(
        "explain_candidate",
        "GET",
        "/admin/jobs/{jobId}/candidates/{profileId}/explanation",
        "admin",
    ),
    Row("get_jobs_for_profile", "GET", "/admin/profiles/{profileId}/matches", "admin"),
    Row("preview_matches", "POST", "/jobs/preview-matches", "employer, admin"),
    Row("draft_job", "POST", "/jobs/drafts", "employer, admin"),
    Row("draft_profile", "POST", "/admin/profiles/drafts", "admin"),
    Row("get_decisions", "GET", "/admin/decisions", "admin"),
    Row("verify_decisions", "GET", "/admin/decisions/verification", "admin"),
    Row("get_queues", "GET", "/admin/queues", "admin"),
    Row("get_dead_letters", "GET", "/admin/dead-letters", "admin"),
    Row("retry_dead_letters", "POST", "/admin/dead-letters/retry", "admin"),
    Row("drop_dead_letters", "POST", "/admin/dead-letters/drop", "admin"),
    Row("get_matching_audit", "GET", "/admin/matching-audit", "admin"),
    Row("get_group_audit", "POST", "/admin/matching-audit", "admin"),
    Row("get_matching_runs", "GET", "/jobs/{jobId}/matching-runs", "owner, admin"),
    Row(
        "get_run_changes",
        "GET",
        "/jobs/{jobId}/matching-runs/{runId}/changes",
        "owner, admin",
    ),
    Row("get_matching_state", "GET", "/admin/jobs/{jobId}/matching", "admin"),
    Row(
        "get_notification_settings",
        "GET",
        "/employers/{employerUserId}/notification-settings",
        "employer, admin",
    ),
    Row(
        "put_notification_settings",
        "PUT",
        "/employers/{employerUserId}/notification-settings",
        "employer, admin",
    ),
    Row("create_webhook", "POST", "/webhooks", "employer, admin"),
    Row("get_webhooks", "GET", "/webhooks", "employer, admin"),
    Row("update_webhook", "PATCH", "/webhooks/{webhookId}", "owner, admin"),
    Row("delete_webhook", "DELETE", "/webhooks/{webhookId}", "owner, admin"),
    Row("rotate_webhook_secret", "POST", "/webhooks/{webhookId}/secret", "owner, admin"),
    Row("test_webhook", "POST", "/webhooks/{webhookId}/test", "owner, admin"),
    Row("replay_webhook", "POST", "/webhooks/{webhookId}/replay", "owner, admin"),
    Row("get_webhook_events", "GET", "/webhooks/{webhookId}/events", "owner, admin"),
    Row("get_vocabulary", "GET", "/vocabulary", "employer, admin"),
    Row("suggest_terms", "GET", "/vocabulary/suggestions", "employer, admin"),
    Row("get_unknown_values", "GET", "/admin/vocabulary/unknown", "admin"),
    Row("get_aliases", "GET", "/admin/vocabulary/aliases", "admin"),
    Row("create_alias", "POST", "/admin/vocabulary/aliases", "admin"),
    Row("delete_alias", "DELETE", "/admin/vocabulary/aliases/{aliasId}", "admin"),
    Row("use_tools", "POST", "/mcp", "any token"),
    Row("get_me", "GET", "/me", "any user"),
    Row("get_health", "GET", "/health", "anyone"),
]
ROLES = {
    "employer, admin": {UserRole.EMPLOYER, UserRole.ADMIN},
    "owner, admin": {UserRole.EMPLOYER, UserRole.ADMIN},
    "admin": {UserRole.ADMIN},
    "any user": {UserRole.CANDIDATE, UserRole.EMPLOYER, UserRole.ADMIN},
    "any token": set[UserRole](),
    "anyone": set[UserRole](),
}
REFUSING = [Row("use_tools", "GET", "/mcp", "any token")]
"""Routes that only say that there is nothing; the document has no others than `ROUTES`."""
TEMPLATE = Template(ROOT / "template.yaml")
IMPORT_ALL = """
import json, sys
sockets = []
sys.addaudithook(lambda name, args: sockets.append(name) if name.startswith("socket.") else None)
sys.path[:0] = json.loads(sys.argv[1])
from tests.support.functions import FOLDERS, load
handlers = [load(operation).lambda_handler.__name__ for operation in FOLDERS]
from jobmatch.config import settings
from jobmatch.postgres import _engine
print(json.dumps({
    "handlers": len(handlers),
    "sockets": sockets,
    "sdk": sorted({"boto3", "botocore.session", "botocore.client"} & set(sys.modules)),
    "engines": _engine.cache_info().currsize,
    "settings": settings.cache_info().currsize,
}))
"""


def camel(operation: str) -> str:
    first, *rest = operation.split("_")
    return first + "".join(word.capitalize() for word in rest)


def pascal(operation: str) -> str:
    return camel(f"_{operation}")


def rows(paths: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for path, operations in paths.items():
        for method, operation in operations.items():
            yield operation["operationId"], method.upper(), path


def expected(table: Iterable[Row]) -> set[tuple[str, str, str]]:
    return {(camel(row.operation), row.method, row.path) for row in table}


def test_each_function_is_in_the_template_under_its_own_name() -> None:
    named = {name: function.operation for name, function in TEMPLATE.functions.items()}
    assert named == {f"{pascal(operation)}Function": operation for operation in FOLDERS}


def test_each_function_has_an_event_and_each_event_a_function() -> None:
    files = {f"{operation}.json" for operation in FOLDERS}
    assert {path.name for path in (ROOT / "events").iterdir()} == files
    assert sorted(in_order()) == sorted(FOLDERS)


def test_a_functions_folder_holds_its_handler_and_nothing_else() -> None:
    folders = [path for path in ROOT.glob("functions/*/*") if path.name != "__pycache__"]
    held = {path.name: {each.name for each in path.iterdir()} - {"__pycache__"} for path in folders}
    assert held == {operation: {"app.py"} for operation in FOLDERS}


def test_no_two_functions_have_one_name() -> None:
    assert len(FOLDERS) == len([*ROOT.glob("functions/*/*/app.py")])


@pytest.mark.parametrize("row", THIRTEEN, ids=lambda row: row.operation)
def test_each_operation_is_one_query_that_takes_the_connection_first(row: Row) -> None:
    (query,) = (
        found
        for module in (job_queries, job_service, match_queries, match_service)
        if (found := getattr(module, row.operation, None)) and found.__module__ == module.__name__
    )
    parameters = inspect.signature(query).parameters
    assert next(iter(parameters)) == "connection"
    if UserRole.EMPLOYER in ROLES[row.who]:
        viewer = parameters["viewer"]
        assert viewer.kind is inspect.Parameter.KEYWORD_ONLY
        assert viewer.default is inspect.Parameter.empty
    else:
        assert "viewer" not in parameters


def test_the_table_is_the_templates() -> None:
    routes = {
        (camel(route.function.operation), route.method, route.path) for route in TEMPLATE.routes
    }
    assert routes == expected([*ROUTES, *REFUSING])
    assert len(TEMPLATE.routes) == len(ROUTES) + len(REFUSING)


def test_only_what_is_for_anyone_asks_for_no_token() -> None:
    is_open = {route.path for route in TEMPLATE.routes if route.authorizer is None}
    assert is_open == {row.path for row in ROUTES if row.who == "anyone"}


def test_the_table_is_the_documents() -> None:
    document = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert sorted(rows(document["paths"])) == sorted(expected(ROUTES))


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.operation)
def test_a_handler_has_the_one_route_of_its_name(row: Row) -> None:
    document = json.loads(load(row.operation).app.get_openapi_json_schema())
    assert set(rows(document["paths"])) == expected([row])


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.operation)
def test_a_handler_names_the_roles_that_may_use_it(row: Row) -> None:
    calls = [
        node
        for node in ast.walk(parsed(FOLDERS[row.operation] / "app.py"))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "routes.allow"
    ]
    allowed = [
        {UserRole[role.attr] for role in call.args if isinstance(role, ast.Attribute)}
        for call in calls
    ]
    assert allowed == ([ROLES[row.who]] if ROLES[row.who] else [])


@pytest.mark.parametrize("operation", FOLDERS)
def test_a_handler_is_short(operation: str) -> None:
    path = FOLDERS[operation] / "app.py"
    lines = {number for number, line in enumerate(path.read_text().splitlines(), 1) if line.strip()}
    for node in parsed(path).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    assert 5 < len(lines) <= 35


def test_importing_every_handler_does_nothing_else() -> None:
    result = subprocess.run(  # noqa: S603 - our own code, in an environment without any variable
        [sys.executable, "-c", IMPORT_ALL, json.dumps([str(ROOT), str(ROOT / "layers/common")])],
        env={},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    assert json.loads(result.stdout) == {
        "handlers": len(FOLDERS),
        "sockets": [],
        "sdk": [],
        "engines": 0,
        "settings": 0,
    }
