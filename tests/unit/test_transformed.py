"""What scripts/check_transform.py says of a template: all that lacks, and each open route."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from scripts.transformed import CORS, METHODS, conditions, faults_of_api, references, unresolved
from tests.support.infrastructure import NESTED
from tests.support.paths import ROOT

OPEN = {"get /health"}


def anything(_resource: dict[str, Any]) -> None:
    return None


@pytest.mark.parametrize("name", NESTED)
def test_whatever_lacks_is_named(name: str) -> None:
    template = NESTED[name]
    assert unresolved(template, anything) == []
    parts = [template["Resources"], template.get("Outputs", {})]
    wanted = {target for target, _ in references(parts) if not target.startswith("AWS::")}
    assert wanted
    for target in wanted:
        without = copy.deepcopy(template)
        for section in ("Resources", "Parameters"):
            without.get(section, {}).pop(target, None)
        assert any(f" refers to {target}" in fault for fault in unresolved(without, anything))
    for condition in conditions(parts):
        without = {**template, "Conditions": dict(template["Conditions"])}
        del without["Conditions"][condition]
        assert any(fault.endswith(f" {condition}") for fault in unresolved(without, anything))


def test_an_attribute_that_a_resource_has_not_is_named() -> None:
    asked = {"Fn::Sub": ["${Queue.Arn} ${Given} ${AWS::Region}", {"Given": {"Ref": "Queue"}}]}
    template = {"Resources": {"Queue": {"Type": "Q"}}, "Outputs": {"Name": {"Value": asked}}}
    assert unresolved(template, lambda _: {"Arn"}) == []
    assert unresolved(template, lambda _: {"Name"}) == ["Name asks Queue for Arn"]


def body() -> dict[str, Any]:
    """What API Gateway should get."""
    documented = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))["paths"]
    jwt = {"issuer": "https://issuer.example", "audience": ["web"]}
    authorizer = {"type": "jwt", "jwtConfiguration": jwt}
    return {
        "x-amazon-apigateway-cors": dict.fromkeys(CORS, "x"),
        "components": {
            "securitySchemes": {"TokenAuthorizer": {"x-amazon-apigateway-authorizer": authorizer}}
        },
        "paths": {
            path: {
                method: {
                    "security": [{"NONE" if f"{method} {path}" in OPEN else "TokenAuthorizer": []}]
                }
                for method in item.keys() & METHODS
            }
            for path, item in documented.items()
        },
    }


def test_an_api_as_documented_has_no_fault() -> None:
    assert faults_of_api(body(), OPEN) == []


@pytest.mark.parametrize("path", body()["paths"])
def test_a_route_that_is_open_or_lacks_is_named(path: str) -> None:
    for method in body()["paths"][path]:
        given = body()
        given["paths"][path][method].pop("security")
        if f"{method} {path}" not in OPEN:
            assert any(f"{method} {path}" in fault for fault in faults_of_api(given, OPEN))
        del given["paths"][path][method]
        assert any(f"{method} {path}" in fault for fault in faults_of_api(given, OPEN))


@pytest.mark.parametrize("lacking", ["x-amazon-apigateway-cors", "components"])
def test_an_api_without_cors_or_authorizer_has_a_fault(lacking: str) -> None:
    given = body()
    del given[lacking]
    assert len(faults_of_api(given, OPEN)) == 1


def test_cors_that_the_transform_took_for_something_else_is_a_fault() -> None:
    given = body()
    given["x-amazon-apigateway-cors"] = {"allowOrigins": {"Fn::Split": [",", "x"]}}
    assert len(faults_of_api(given, OPEN)) == 1
