"""What templates say and the emulator does not read."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ministack.services import cloudformation, s3
from ministack.services.cloudformation import engine, helpers, provisioners

from tests.aws.engine.shim import HANDLERS, STACK, replace

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    """Whether an output is lost when a nested stack is updated that has not changed."""
    deploy = provisioners._cfn_nested_stack_deploy
    with _nested(NESTED) as properties:
        name = deploy("Nested", properties, STACK)[0].split("/")[1]
        try:
            deploy(
                *("Nested", properties, STACK),
                previous_physical_id=name,
                previous_props=properties,
            )
        except ValueError as error:
            return "RegionalDomainName" in str(error)
    return False


def retain_resources() -> None:
    """Before a nested stack is deleted, let go of what its template retains or takes a copy of."""
    delete = HANDLERS["AWS::CloudFormation::Stack"]["delete"]

    def delete_but(name: str, *arguments: Any) -> None:
        stack = cloudformation._stacks[provisioners._nested_stack_lookup_name(name)]
        for logical_id, definition in stack["_template"]["Resources"].items():
            if (policy := definition.get("DeletionPolicy")) not in {"Retain", "Snapshot"}:
                continue
            if policy == "Retain":
                stack["_resources"].pop(logical_id, None)
            elif made := stack["_resources"].get(logical_id):
                kind, physical = made["ResourceType"], made["PhysicalResourceId"]
                provisioners._snapshot_resource(kind, physical, made["Properties"])
        delete(name, *arguments)

    HANDLERS["AWS::CloudFormation::Stack"]["delete"] = delete_but


def retains_nothing() -> bool:
    """Whether the deletion of a nested stack takes all that it has."""
    template = {"Resources": {"Kept": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}}}
    with _nested(template) as properties:
        name, _ = provisioners._cfn_nested_stack_deploy("Nested", properties, STACK)
    stack = cloudformation._stacks[provisioners._nested_stack_lookup_name(name)]
    bucket = stack["_resources"]["Kept"]["PhysicalResourceId"]
    HANDLERS["AWS::CloudFormation::Stack"]["delete"](name, properties)
    return bucket not in s3._buckets


@contextmanager
def _nested(template: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The properties of a nested stack with this template."""
    read = helpers._resolve_template
    helpers._resolve_template = lambda _: (json.dumps(template), None)
    yield {"TemplateURL": "https://bucket/nested.json"}
    helpers._resolve_template = read


def has_no_join_in_conditions() -> bool:
    condition = {"Fn::Equals": [{"Fn::Join": ["", {"Ref": "List"}]}, ""]}
    parameters = {"List": {"Value": "", "Type": "CommaDelimitedList"}}
    answer = engine._evaluate_conditions({"Conditions": {"IsEmpty": condition}}, parameters)
    return bool(answer != {"IsEmpty": True})
