"""What scripts/check_transform.py says of a template: all that lacks, and each open route."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from scripts.transformed import (
    HEADER,
    METHODS,
    conditions,
    documented,
    faults_of_api,
    faults_of_cors,
    faults_of_integrations,
    references,
    unresolved,
)
from tests.support.infrastructure import MAIN, NESTED

OPEN = {"get /health"}
CORS = MAIN["Resources"]["HttpApi"]["Properties"]["DefinitionBody"]["x-amazon-apigateway-cors"]
"""The transform must leave it as it is."""


def anything(_resource: dict[str, Any]) -> None:
    return None


@pytest.mark.parametrize("name", NESTED)
def test_whatever_lacks_is_named(name: str) -> None:
    template = NESTED[name]
    assert unresolved(template, anything) == []
    sections = ("Resources", "Outputs", "Conditions", "Rules")
    parts = [template.get(section, {}) for section in sections]
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
    jwt = {"issuer": "https://issuer.example", "audience": ["web"]}
    authorizer = {"type": "jwt", "identitySource": HEADER, "jwtConfiguration": jwt}
    return {
        "x-amazon-apigateway-cors": copy.deepcopy(CORS),
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
            for path, item in documented().items()
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


@pytest.mark.parametrize(
    "without",
    [
        (name, value)
        for name in ("allowMethods", "allowHeaders", "exposeHeaders")
        for value in CORS[name]
    ],
    ids=str,
)
def test_what_a_page_needs_and_may_not_is_named(without: tuple[str, str]) -> None:
    name, value = without
    given = copy.deepcopy(CORS)
    assert faults_of_cors(given) == []
    given[name].remove(value)
    (fault,) = faults_of_cors(given)
    assert name in fault
    assert value in fault
    given[name] += [value, "x-other"]
    assert len(faults_of_cors(given)) == 1, "and nothing more"


@pytest.mark.parametrize(
    "origins",
    ["*", ["*"], {"Fn::Split": [",", "*"]}, {"Ref": "CorsOrigins"}, {"Fn::Split": [",", ""]}],
    ids=str,
)
def test_origins_are_the_consoles_and_those_that_were_named(origins: Any) -> None:
    assert faults_of_cors({**CORS, "allowOrigins": origins})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "request"),
        ("identitySource", "$request.querystring.token"),
        ("jwtConfiguration", {}),
    ],
)
def test_a_token_is_looked_for_in_the_header_alone_and_checked(name: str, value: Any) -> None:
    given = body()
    scheme = given["components"]["securitySchemes"]["TokenAuthorizer"]
    scheme["x-amazon-apigateway-authorizer"][name] = value
    assert len(faults_of_api(given, OPEN)) == 1


def transformed() -> dict[str, Any]:
    """Of a template that SAM has transformed: the routes, and who may be called for them."""
    paths: dict[str, Any] = {}
    resources: dict[str, Any] = {
        "HttpApi": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": {"paths": paths}}}
    }
    for path, item in documented().items():
        for method in item.keys() & METHODS:
            operation = item[method]["operationId"]
            alias = f"{operation[0].upper()}{operation[1:]}FunctionAliaslive"
            uri = {"Fn::Sub": f"arn:${{AWS::Partition}}:lambda/${{{alias}}}/invocations"}
            paths.setdefault(path, {})[method] = {"x-amazon-apigateway-integration": {"uri": uri}}
            stars = "/".join("*" if part.startswith("{") else part for part in path.split("/"))
            resources[f"{method}{operation}Permission"] = {
                "Type": "AWS::Lambda::Permission",
                "Properties": {
                    "FunctionName": {"Ref": alias},
                    "Principal": "apigateway.amazonaws.com",
                    "SourceArn": {
                        "Fn::Sub": [f"arn:x:${{A}}/${{S}}/{method.upper()}{stars}", {}],
                    },
                },
            }
    return {"Resources": resources}


ROUTES = [(path, method) for path, item in documented().items() for method in item.keys() & METHODS]


@pytest.mark.parametrize(("path", "method"), sorted(ROUTES))
def test_a_route_that_reaches_another_function_or_may_not_call_its_own_is_named(
    path: str, method: str
) -> None:
    template = transformed()
    assert faults_of_integrations(template) == []
    operation = documented()[path][method]["operationId"]
    permission = template["Resources"].pop(f"{method}{operation}Permission")
    (fault,) = faults_of_integrations(template)
    assert fault.startswith(f"{method} {path} may not call ")
    template["Resources"]["Permission"] = permission
    paths = template["Resources"]["HttpApi"]["Properties"]["Body"]["paths"]
    uri = {"Fn::Sub": "arn:${AWS::Partition}:lambda/${OtherFunctionAliaslive}/invocations"}
    paths[path][method]["x-amazon-apigateway-integration"]["uri"] = uri
    (fault,) = faults_of_integrations(template)
    assert fault.startswith(f"{method} {path} does not call ")


def test_cors_that_the_transform_took_for_something_else_is_a_fault() -> None:
    given = body()
    given["x-amazon-apigateway-cors"] = {"allowOrigins": {"Fn::Split": [",", "x"]}}
    assert len(faults_of_api(given, OPEN)) == 1
