"""The generated documents are what the code makes of them, and say all that they should."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections import Counter
from http import HTTPStatus
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from scripts import generate_events, generate_openapi
from tests.support.functions import FOLDERS, load
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    operation["operationId"]: (path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for operation in operations.values()
}
BY_STATE = {
    "createAlias": {409},
    "createJob": {409},
    "createWebhook": {409},
    "previewMatches": {429},
    "replayWebhook": {409},
    "requestMatching": {409},
    "testWebhook": {409},
    "updateJob": {409, 412},
    "useTools": {404},
}
BY_PROTOCOL = {"useTools": {"200", "202", "400", "404"}}
"""Answers in the form of MCP: what is wrong with a message is a 400, and never a 422."""
of_operation = pytest.mark.parametrize("name", OPERATIONS)


@pytest.fixture
def checking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["generate", "--check"])


def test_the_api_document_is_up_to_date_and_drift_is_noticed(
    checking: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    assert generate_openapi.main() == 0
    drifted = tmp_path / "openapi.json"
    drifted.write_text(generate_openapi.DOCUMENT.read_text(encoding="utf-8") + "\n")
    monkeypatch.setattr(generate_openapi, "DOCUMENT", drifted)
    before = drifted.read_text()
    assert generate_openapi.main() == 1
    assert drifted.read_text() == before
    assert "generate_openapi.py" in capsys.readouterr().out


def test_the_events_are_up_to_date_and_drift_is_noticed(
    checking: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    assert generate_events.main() == 0
    copies = shutil.copytree(generate_events.FOLDER, tmp_path / "events")
    monkeypatch.setattr(generate_events, "FOLDER", copies)
    (copies / "create_job.json").write_text("{}")
    (copies / "get_health.json").unlink()
    assert generate_events.main() == 1
    assert "create_job.json, get_health.json" in capsys.readouterr().out
    assert (copies / "create_job.json").read_text() == "{}"


def test_the_api_document_is_valid() -> None:
    validate(DOCUMENT)


def test_a_schema_means_the_same_in_every_function() -> None:
    schemas: dict[str, dict[str, Any]] = {}
    for operation in FOLDERS:
        if app := getattr(load(operation), "app", None):
            components = json.loads(app.get_openapi_json_schema()).get("components", {})
            for name, schema in components.get("schemas", {}).items():
                assert schemas.setdefault(name, schema) == schema, f"{name} in {operation}"
    assert {"JobDetail", "JobCreate", "Profile", "MatchPage"} <= schemas.keys()


@of_operation
def test_every_operation_is_described_and_can_be_tried(name: str) -> None:
    operation = OPERATIONS[name][1]
    assert operation["description"]
    assert set(operation["tags"]) <= {each["name"] for each in DOCUMENT["tags"]}
    needed = [each for each in operation.get("parameters", ()) if each.get("required")]
    bodies = operation.get("requestBody", {}).get("content", {}).values()
    texts = [each for each in bodies if each["schema"].get("format") != "binary"]
    # tests/contract/test_events.py sends them.
    assert all("example" in each for each in (*needed, *texts))


@of_operation
def test_every_example_is_as_its_schema_says(name: str) -> None:
    operation = OPERATIONS[name][1]
    described = [
        *operation.get("parameters", ()),
        *operation.get("requestBody", {}).get("content", {}).values(),
    ]
    for each in described:
        if "example" in each:
            schema = {**each["schema"], "components": DOCUMENT["components"]}
            OAS31Validator(schema, format_checker=OAS31Validator.FORMAT_CHECKER).validate(
                each["example"]
            )


@of_operation
def test_every_operation_documents_its_errors(name: str) -> None:
    path, operation = OPERATIONS[name]
    inputs = {each["in"] for each in operation.get("parameters", ())}
    expected = {429, 500, 503} | BY_STATE.get(name, set())
    if name != "getHealth":
        expected |= {401, 403}
    if "{" in path:
        expected |= {404}
    if "requestBody" in operation:
        expected |= {400, 413, 415, 422}
    if inputs & {"query", "header"}:
        expected |= {422}
    if name in BY_PROTOCOL:
        expected -= {422}
    errors = {int(status): each for status, each in operation["responses"].items() if status > "4"}
    assert errors.keys() == expected
    # Each says when it comes, not only what it is called.
    assert all(each["description"].endswith(".") for each in errors.values())
    assert not any(
        each["description"].startswith(HTTPStatus(n).phrase) for n, each in errors.items()
    )


@of_operation
def test_errors_are_problems_but_the_gateways_own(name: str) -> None:
    for status, response in OPERATIONS[name][1]["responses"].items():
        schemas = {
            kind: content["schema"].get("$ref", "").rpartition("/")[2]
            for kind, content in response.get("content", {}).items()
        }
        if status in BY_PROTOCOL.get(name, ()):
            assert schemas.get("application/json", "AgentAnswer") == "AgentAnswer"
            continue
        problem, gateway = (
            {"application/problem+json": "Problem"},
            {"application/json": "GatewayMessage"},
        )
        if status in {"500", "503"} or (name, status) == ("previewMatches", "429"):
            assert schemas == problem | gateway
        elif status in {"401", "413", "429"}:
            assert schemas == gateway
        elif status == "422":
            assert schemas == {"application/problem+json": "InvalidInput"}
        elif int(status) >= 400:
            assert schemas == problem
        else:
            also = {
                "getJobById": {"application/ld+json"},
                "getMatchingAudit": {"text/csv"},
                "getGroupAudit": {"text/csv"},
            }.get(name, set())
            assert schemas.keys() == (set() if status == "204" else {"application/json"} | also)


def test_the_document_has_the_version_that_readme_and_changelog_name() -> None:
    version = DOCUMENT["info"]["version"]
    assert f"Version {version}, " in (ROOT / "README.md").read_text("utf-8")
    released = re.findall(
        r"^## \[(\d.*?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert released[0] == version


def test_tags_are_described_and_used() -> None:
    used = {tag for _, operation in OPERATIONS.values() for tag in operation["tags"]}
    assert {each["name"] for each in DOCUMENT["tags"] if each["description"]} == used


def _values(schema: dict[str, Any], member: str) -> list[Any]:
    """The values that a schema names for a member; "absent" is one if it may be."""
    part = schema["properties"].get(member, {})
    named = [*part.get("enum", ()), *([part["const"]] if "const" in part else ())]
    return named and [*named, *([] if member in schema["required"] else ["absent"])]


def test_no_object_fits_two_forms_of_a_schema() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    several = {name: each["oneOf"] for name, each in schemas.items() if "oneOf" in each}
    assert several.keys() == {"DecisionPut", "ProfileImport"}
    for forms in several.values():
        for pair in combinations([schemas[form["$ref"].rpartition("/")[2]] for form in forms], 2):
            values = [[_values(each, member) for each in pair] for member in pair[0]["properties"]]
            assert any(one and other and not set(one) & set(other) for one, other in values)


def _needed(schema: dict[str, Any], at: str = "") -> set[str]:
    """The members that an object must have, with those of what its lists hold."""
    if reference := schema.get("$ref"):
        schema = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
    if schema.get("type") == "array":
        return _needed(schema["items"], f"{at}/0")
    names = {f"{at}/{name}" for name in schema.get("required", ())}
    parts = schema.get("properties", {}).items()
    return names.union(*(_needed(part, f"{at}/{name}") for name, part in parts))


def test_who_takes_the_first_schema_that_fits_an_answer_misses_nothing() -> None:
    several = [
        [_needed(form) for form in content["schema"]["anyOf"]]
        for _, operation in OPERATIONS.values()
        for response in operation["responses"].values()
        for content in response.get("content", {}).values()
        if "anyOf" in content.get("schema", {})
    ]
    assert len(several) == 4
    assert not any(one <= other for forms in several for one, other in combinations(forms, 2))


def test_a_generator_finds_a_name_for_each_schema() -> None:
    """Of two that differ in the case of letters alone it makes one file or class."""
    names = [*DOCUMENT["components"]["schemas"], *OPERATIONS]
    assert all(re.fullmatch("[A-Za-z]+", name) for name in names)
    folded = Counter(name.lower() for name in names)
    assert [name for name, count in folded.items() if count > 1] == []
    # The Python client's method has a variable for the object and one for each of its lists.
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for member, part in schema.get("properties", {}).items():
            assert part.get("type") != "array" or member.lower() != name.lower()


def test_what_the_contract_names_is_documented() -> None:
    def parameters(name: str) -> set[str]:
        return {
            each["name"] if each["in"] != "header" else each["name"].lower()
            for each in OPERATIONS[name][1].get("parameters", ())
        }

    assert "idempotency-key" in parameters("createJob")
    assert "if-match" in parameters("updateJob")
    for name in ("getJobsByEmployer", "getJobsForAdmin"):
        assert parameters(name) >= {"limit", "cursor", "status"}
    for name in ("getMatchesForJob", "getUnnotifiedMatches"):
        assert parameters(name) >= {"limit", "cursor", "minScore"}
    assert parameters("getOpenJobsForMatching") == {"limit", "cursor"}


@of_operation
def test_every_operation_but_the_open_one_asks_for_a_token(name: str) -> None:
    assert DOCUMENT["security"] == [{"bearer": []}]
    assert OPERATIONS[name][1].get("security") == ([] if name == "getHealth" else None)


def _has(schema: dict[str, Any], pointer: list[str]) -> bool:
    """Whether what a schema describes has a value at a JSON pointer, whichever form it takes."""
    if reference := schema.get("$ref"):
        schema = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
    if forms := schema.get("anyOf", schema.get("oneOf")):
        return all(_has(form, pointer) for form in forms)
    if not pointer:
        return True
    step, *rest = pointer
    if schema.get("type") == "array":
        return step.isdecimal() and _has(schema["items"], rest)
    if step not in schema.get("required", ()):
        return False
    return _has(schema["properties"][step], rest)


def _resolves(expression: str, operation: dict[str, Any], response: dict[str, Any]) -> bool:
    """Whether a runtime expression of a link finds a value after every such response."""
    where, _, what = expression.partition("#")
    if where == "$response.body":
        schema = response["content"]["application/json"]["schema"]
        return _has(schema, what.removeprefix("/").split("/"))
    place, _, name = where.removeprefix("$request.").partition(".")
    parameters = operation.get("parameters", ())
    return any((e["in"], e["name"], e.get("required")) == (place, name, True) for e in parameters)


def test_every_link_leads_to_an_operation_with_all_that_it_needs() -> None:
    dead = []
    tried = 0
    for name, (_, operation) in OPERATIONS.items():
        for status, response in operation["responses"].items():
            for title, link in response.get("links", {}).items():
                target = OPERATIONS[link["operationId"]][1].get("parameters", ())
                needed = {each["name"] for each in target if each["in"] == "path"}
                assert link["parameters"].keys() == needed
                tried += 1
                dead += [
                    (name, status, title, expression)
                    for expression in link["parameters"].values()
                    if not _resolves(expression, operation, response)
                ]
    assert dead == []
    assert tried > 50
