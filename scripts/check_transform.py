"""Transform template.yaml as AWS does, and check the order of its resources, roles and routes.

It runs in the environment of the SAM command line. `sam validate` finds neither what only the
transform refuses nor a circular dependency through an update policy, and looks at no role.
"""

from __future__ import annotations

import graphlib
import json
import logging
import os
import re
import sys
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

ROOT = Path(__file__).resolve().parent.parent
METHODS = {"get", "put", "post", "patch", "delete"}
CORS = {"allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders", "maxAge"}
BASIC_ROLE = "AWSLambdaBasicExecutionRole"


class _Policies:
    """The managed policies of an account, for which the transform asks."""

    def load(self) -> dict[str, str]:
        return {BASIC_ROLE: f"arn:aws:iam::aws:policy/service-role/{BASIC_ROLE}"}


# Policies that SAM adds to roles, and why each may allow more than the function needs.
MANAGED = {
    BASIC_ROLE: "Lambda chooses the name of the log stream",
    "AWSXrayWriteOnlyAccess": "actions of X-Ray can't be limited to resources",
    "AWSLambdaVPCAccessExecutionRole": "creating network interfaces can't either",
    "AWSLambdaSQSQueueExecutionRole": "the worker denies itself every other queue",
    "AWSCodeDeployRoleForLambda": "the role is CodeDeploy's, not a function's",
}


def excesses(role: dict[str, Any]) -> list[str]:
    """What a role allows without a reason that is listed above."""
    properties = role["Properties"]
    named = [arn for arn in properties.get("ManagedPolicyArns", ()) if isinstance(arn, str)]
    managed = {arn.rpartition("/")[2] for arn in named}
    statements = [
        statement
        for policy in properties.get("Policies", ())
        for given in policy["PolicyDocument"]["Statement"]
        # A conditional statement is judged as if its condition were true.
        for statement in (given["Fn::If"][1:] if "Fn::If" in given else [given])
        if "Effect" in statement
    ]
    wide = [statement for statement in statements if statement.get("Resource") in ("*", ["*"])]
    found = [*sorted(managed - MANAGED.keys()), *map(str, wide)]
    denied = [statement["NotResource"] for statement in statements if statement["Effect"] == "Deny"]
    if "AWSLambdaSQSQueueExecutionRole" in managed and len(denied) != 1:
        found.append("reads every queue")
    return found


def references(node: Any) -> set[str]:
    """Names of resources to which a part of a template refers."""
    if isinstance(node, list):
        return {name for item in node for name in references(item)}
    if not isinstance(node, dict):
        return set()
    names: set[str] = set()
    for key, value in node.items():
        if key in ("Ref", "DependsOn") and not isinstance(value, list):
            names.add(value)
        elif key == "DependsOn":
            names.update(value)
        elif key == "Fn::GetAtt":
            names.add(value[0] if isinstance(value, list) else value.split(".")[0])
        elif key == "Fn::Sub":
            text = value if isinstance(value, str) else value[0]
            names.update(name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", text))
            names |= references(value)
        else:
            names |= references(value)
    return names


def faults_of_api(body: dict[str, Any], open_routes: set[str]) -> list[str]:
    """What is wrong with the document that API Gateway gets, as sentences."""
    faults = []
    cors = body.get("x-amazon-apigateway-cors")
    if not isinstance(cors, dict) or cors.keys() != CORS:
        faults.append(f"no browser may call: x-amazon-apigateway-cors is {cors}")
    documented = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    mine, theirs = (
        {f"{method} {path}" for path, item in paths.items() for method in item if method in METHODS}
        for paths in (body["paths"], documented)
    )
    if mine != theirs:
        faults.append(f"its routes are not those of docs/openapi.json: {sorted(mine ^ theirs)}")
    unguarded = {
        f"{method} {path}"
        for path, item in body["paths"].items()
        for method, operation in item.items()
        if operation.get("security") != [{"TokenAuthorizer": []}]
    }
    if unguarded != open_routes:
        faults.append(f"routes without a token: {sorted(unguarded)}")
    return faults


def main() -> int:
    """0, or 1 with what is wrong on stderr."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    # It warns of switches that only the service of AWS has.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    template = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = "s3://bucket/key"
    try:
        resources = transform(template, {}, _Policies())["Resources"]
        needs = {name: references(node) & resources.keys() for name, node in resources.items()}
        tuple(graphlib.TopologicalSorter(needs).static_order())
    except (InvalidDocumentException, graphlib.CycleError) as error:
        sys.stderr.write(f"template.yaml: {error}\n")
        return 1
    roles = {name: node for name, node in resources.items() if node["Type"] == "AWS::IAM::Role"}
    excessive = {name: found for name, role in roles.items() if (found := excesses(role))}
    if excessive:
        sys.stderr.write(f"template.yaml: these roles allow too much: {excessive}\n")
        return 1
    if faults := faults_of_api(resources["HttpApi"]["Properties"]["Body"], {"get /health"}):
        sys.stderr.write("template.yaml: the API: " + "; ".join(faults) + "\n")
        return 1
    print(f"template.yaml becomes {len(resources)} resources without a circular dependency.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
