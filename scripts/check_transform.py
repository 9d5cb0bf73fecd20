"""Transform template.yaml as AWS will, and see that it can be made, and by exact roles.

Runs in the SAM command line's own environment. `sam validate` looks for neither: not for what only
the transform refuses, nor for a circle that leads through an update policy.
"""

from __future__ import annotations

import graphlib
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
BASIC_ROLE = "AWSLambdaBasicExecutionRole"


class _Policies:
    """What the transform asks an account: the managed policies that exist."""

    def load(self) -> dict[str, str]:
        return {BASIC_ROLE: f"arn:aws:iam::aws:policy/service-role/{BASIC_ROLE}"}


# What SAM gives roles beyond what the template says, and why it may be more than exact.
MANAGED = {
    BASIC_ROLE: "lines of a function go into a log stream that Lambda names",
    "AWSXrayWriteOnlyAccess": "X-Ray's actions have no resources",
    "AWSLambdaVPCAccessExecutionRole": "nor has the making of network interfaces",
    "AWSLambdaSQSQueueExecutionRole": "the worker denies itself every queue but its own",
    "AWSCodeDeployRoleForLambda": "of CodeDeploy, not of a function",
}


def excesses(role: dict[str, Any]) -> list[str]:
    """What a role may do that nobody has given a reason for."""
    properties = role["Properties"]
    named = [each for each in properties.get("ManagedPolicyArns", ()) if isinstance(each, str)]
    managed = {each.rpartition("/")[2] for each in named}
    statements = [
        statement
        for policy in properties.get("Policies", ())
        for given in policy["PolicyDocument"]["Statement"]
        # One that is there under a condition is judged as if it were always.
        for statement in (given["Fn::If"][1:] if "Fn::If" in given else [given])
        if "Effect" in statement
    ]
    wide = [each for each in statements if each.get("Resource") in ("*", ["*"])]
    found = [*sorted(managed - MANAGED.keys()), *map(str, wide)]
    denied = [each["NotResource"] for each in statements if each["Effect"] == "Deny"]
    if "AWSLambdaSQSQueueExecutionRole" in managed and len(denied) != 1:
        found.append("reads every queue")
    return found


def references(node: Any) -> set[str]:
    """Names that a part of a template refers to."""
    if isinstance(node, list):
        return {name for each in node for name in references(each)}
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


def main() -> int:
    """0, or 1 with what is wrong on stderr."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    # It warns of switches that only AWS's own service has.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    template = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = "s3://bucket/key"
    try:
        resources = transform(template, {}, _Policies())["Resources"]
        needs = {name: references(each) & resources.keys() for name, each in resources.items()}
        tuple(graphlib.TopologicalSorter(needs).static_order())
    except (InvalidDocumentException, graphlib.CycleError) as error:
        sys.stderr.write(f"template.yaml: {error}\n")
        return 1
    roles = {name: each for name, each in resources.items() if each["Type"] == "AWS::IAM::Role"}
    excessive = {name: found for name, role in roles.items() if (found := excesses(role))}
    if excessive:
        sys.stderr.write(f"template.yaml: these roles may too much: {excessive}\n")
        return 1
    print(f"template.yaml becomes {len(resources)} resources, in an order.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
