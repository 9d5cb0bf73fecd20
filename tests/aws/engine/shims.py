"""What the emulator lacks, each with the reason and a probe that says whether it still does.

A probe asks the emulator as it comes. When it has learnt something, the probe says so and the shim
is to be deleted (tests/aws/test_shims.py).
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from tests.aws.engine import api, aurora, layers, mails, templates
from tests.aws.engine.shim import HANDLERS, STACK, Shim, after, replace, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

# --- Types of resources with nothing behind them ---

EMPTY_TYPES: dict[str, Callable[[str], dict[str, str]]] = {
    "AWS::CodeDeploy::Application": lambda _: {},
    "AWS::CodeDeploy::DeploymentGroup": lambda _: {},
    "AWS::EC2::SecurityGroupIngress": lambda name: {"Id": name},
    "AWS::EC2::SecurityGroupEgress": lambda name: {"Id": name},
}


def empty_type(kind: str) -> Shim:
    """A type of resource that is created by giving it a name."""
    attributes = EMPTY_TYPES[kind]

    def create(logical_id: str, _: Any, stack: str) -> tuple[str, dict[str, str]]:
        name = f"{stack}-{logical_id}-{uuid4().hex[:8]}"
        return name, attributes(name)

    def update(name: str, *_: Any) -> tuple[str, dict[str, str]]:
        return name, attributes(name)

    def apply() -> None:
        HANDLERS[kind] = {"create": create, "update": update, "delete": lambda *_: None}

    return Shim(kind, "not known", lambda: kind not in HANDLERS, apply, is_empty=True)


# --- Values and attributes ---


def _variables(properties: Any) -> dict[str, Any]:
    return (properties.get("Environment") or {}).get("Variables") or {}


def _texts(properties: dict[str, Any]) -> None:
    for name, value in _variables(properties).items():
        if not isinstance(value, str):
            properties["Environment"]["Variables"][name] = str(value)


def _keeps_numbers() -> bool:
    properties = {"Environment": {"Variables": {"N": 1}}, "Runtime": "python3.13"}
    name, _ = HANDLERS["AWS::Lambda::Function"]["create"]("F", properties, STACK)
    found = lambda_svc._functions[name]["config"]["Environment"]["Variables"]["N"]
    return bool(found == 1)


def _integer(properties: dict[str, Any]) -> None:
    if scaling := properties.get("ScalingConfig"):
        scaling["MaximumConcurrency"] = int(scaling["MaximumConcurrency"])


def _keeps_texts() -> bool:
    properties = {
        "FunctionName": "f",
        "EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:q",
        "ScalingConfig": {"MaximumConcurrency": "2"},
    }
    name, _ = HANDLERS["AWS::Lambda::EventSourceMapping"]["create"]("E", properties, STACK)
    return bool(lambda_svc._esms[name]["ScalingConfig"]["MaximumConcurrency"] == "2")


def _provider_url(_: Any, __: str, attributes: dict[str, Any]) -> None:
    attributes["ProviderURL"] = f"https://{attributes['ProviderName']}"


def _has_no_provider_url() -> bool:
    _, attributes = HANDLERS["AWS::Cognito::UserPool"]["create"]("Pool", {}, STACK)
    return "ProviderURL" not in attributes


def _path_address(_: Any, name: str, attributes: dict[str, Any]) -> None:
    port = os.environ["GATEWAY_PORT"]
    attributes["ApiEndpoint"] = f"http://127.0.0.1:{port}/_aws/execute-api/{name}"


def _has_an_address_in_a_subdomain() -> bool:
    _, attributes = HANDLERS["AWS::ApiGatewayV2::Api"]["create"]("Api", {}, STACK)
    return ".execute-api." in attributes["ApiEndpoint"]


def _aurora() -> None:
    if not aurora.HOST:
        return
    after("AWS::RDS::DBCluster", aurora.open_cluster)
    after("AWS::RDS::DBInstance", aurora.open_instance)
    aurora.end_sessions()


# --- Lambda ---


def _runtime() -> None:
    _, worker = lambda_runtime._detect_runtime_binary("python3.13")
    program = os.environ["LAMBDA_PROGRAM"]
    replace(lambda_runtime._detect_runtime_binary, lambda _: (program, worker))


def _runs_in_its_own_python() -> bool:
    return bool(lambda_runtime._detect_runtime_binary("python3.13")[0] == sys.executable)


SHIMS = [
    *(empty_type(kind) for kind in EMPTY_TYPES),
    Shim(
        "variables of functions",
        "CloudFormation makes texts of numbers",
        _keeps_numbers,
        lambda: wrap("AWS::Lambda::Function", _texts),
    ),
    Shim(
        "AWS::Lambda::EventSourceMapping.ScalingConfig",
        "CloudFormation makes numbers of texts",
        _keeps_texts,
        lambda: wrap("AWS::Lambda::EventSourceMapping", _integer),
    ),
    Shim(
        "AWS::Cognito::UserPool.ProviderURL",
        "the attribute is missing",
        _has_no_provider_url,
        lambda: after("AWS::Cognito::UserPool", _provider_url),
    ),
    Shim(
        "address of an API",
        "names below localhost are not known to every machine",
        _has_an_address_in_a_subdomain,
        lambda: after("AWS::ApiGatewayV2::Api", _path_address),
    ),
    Shim(
        "AWS::ApiGatewayV2::Api.Body",
        "the OpenAPI document is ignored",
        api.ignores_the_body,
        lambda: after("AWS::ApiGatewayV2::Api", api.import_body),
    ),
    Shim(
        "Fn::Join in Conditions",
        "left unresolved, so that a condition is wrong",
        templates.has_no_join_in_conditions,
        templates.join_in_conditions,
    ),
    Shim(
        "update of a nested stack",
        "forgets the attributes of what has not changed",
        templates.forgets_attributes,
        templates.remember_attributes,
    ),
    Shim(
        "deletion of a nested stack",
        "DeletionPolicy is ignored there",
        templates.retains_nothing,
        templates.retain_resources,
    ),
    Shim(
        "AWS::RDS::DBCluster",
        "there is no server without Docker",
        aurora.has_no_server,
        _aurora,
    ),
    Shim(
        "right to send a mail",
        "neither the identity nor ses:FromAddress is known to policies",
        mails.knows_no_sender,
        mails.authorize_senders,
    ),
    Shim(
        "layers",
        "each process unpacks them again, for a second",
        layers.unpacks_each_time,
        layers.unpack_once,
    ),
    Shim(
        "runtime of functions",
        "they run among the emulator's packages, with no folder /opt",
        _runs_in_its_own_python,
        _runtime,
    ),
]


def main() -> None:
    """Print what each probe finds, as JSON."""
    found = {shim.name: {"isNeeded": shim.is_needed(), "isEmpty": shim.is_empty} for shim in SHIMS}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
