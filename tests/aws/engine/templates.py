"""What templates say and the emulator does not read."""

from __future__ import annotations

import json
from typing import Any

from ministack.services.cloudformation import engine, helpers, provisioners

from tests.aws.engine.shim import STACK, replace


def _fold(node: Any, parameters: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_fold(item, parameters) for item in node]
    if not isinstance(node, dict):
        return node
    if "Fn::Join" in node:
        separator, items = node["Fn::Join"]
        if isinstance(items, dict):
            items = parameters[items["Ref"]]["Value"].split(",")
        return separator.join(items)
    return {name: _fold(value, parameters) for name, value in node.items()}


def join_in_conditions() -> None:
    evaluate = engine._evaluate_conditions

    def folded(template: dict[str, Any], parameters: dict[str, Any]) -> Any:
        conditions = _fold(template.get("Conditions", {}), parameters)
        return evaluate({**template, "Conditions": conditions}, parameters)

    replace(evaluate, folded)


def remember_attributes() -> None:
    known: dict[str, dict[str, Any]] = {}
    provision, update = provisioners._provision_resource, provisioners._update_resource

    def provision_and_remember(*arguments: Any) -> tuple[str, dict[str, Any]]:
        name, attributes = provision(*arguments)
        known[name] = attributes
        return name, attributes

    def update_and_remember(kind: str, name: str, *arguments: Any) -> tuple[str, dict[str, Any]]:
        name, attributes = update(kind, name, *arguments)
        known[name] = known.get(name, {}) | attributes
        return name, known[name]

    provisioners._provision_resource = provision_and_remember
    provisioners._update_resource = update_and_remember


NESTED = {
    "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
    "Outputs": {"Domain": {"Value": {"Fn::GetAtt": ["Bucket", "RegionalDomainName"]}}},
}


def forgets_attributes() -> bool:
    read = helpers._resolve_template
    helpers._resolve_template = lambda _: (json.dumps(NESTED), None)
    properties = {"TemplateURL": "https://bucket/nested.json"}
    try:
        deploy = provisioners._cfn_nested_stack_deploy
        name = deploy("Nested", properties, STACK)[0].split("/")[1]
        deploy("Nested", properties, STACK, previous_physical_id=name, previous_props=properties)
    except ValueError as error:
        return "RegionalDomainName" in str(error)
    finally:
        helpers._resolve_template = read
    return False


def has_no_join_in_conditions() -> bool:
    condition = {"Fn::Equals": [{"Fn::Join": ["", {"Ref": "List"}]}, ""]}
    parameters = {"List": {"Value": "", "Type": "CommaDelimitedList"}}
    answer = engine._evaluate_conditions({"Conditions": {"IsEmpty": condition}}, parameters)
    return bool(answer != {"IsEmpty": True})
