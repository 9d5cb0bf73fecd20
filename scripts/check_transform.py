"""Transform template.yaml as AWS does, and check its resources, roles and routes.

It runs in the environment of the SAM command line. `sam validate` finds neither what only the
transform refuses nor a circular dependency through an update policy, and looks at no role.
"""

from __future__ import annotations

import graphlib
import logging
import os
import sys
from pathlib import Path
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from samcli.yamlhelper import yaml_parse
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

if __name__ == "__main__":  # run by its path, it would not find the other
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.transformed import (
    ROOT,
    faults_of_api,
    faults_of_integrations,
    references,
    unresolved,
)

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


def choices(node: dict[str, Any]) -> list[dict[str, Any]]:
    """All that a policy or statement may be: one with a condition is judged as if it were true."""
    return node["Fn::If"][1:] if "Fn::If" in node else [node]


def excesses(role: dict[str, Any]) -> list[str]:
    """What a role allows without a reason that is listed above."""
    properties = role["Properties"]
    named = [arn for arn in properties.get("ManagedPolicyArns", ()) if isinstance(arn, str)]
    managed = {arn.rpartition("/")[2] for arn in named}
    statements = [
        statement
        for given in properties.get("Policies", ())
        for policy in choices(given)
        if "PolicyDocument" in policy
        for part in policy["PolicyDocument"]["Statement"]
        for statement in choices(part)
        if "Effect" in statement
    ]
    wide = [statement for statement in statements if statement.get("Resource") in ("*", ["*"])]
    found = [*sorted(managed - MANAGED.keys()), *map(str, wide)]
    denied = [statement["NotResource"] for statement in statements if statement["Effect"] == "Deny"]
    if "AWSLambdaSQSQueueExecutionRole" in managed and len(denied) != 1:
        found.append("reads every queue")
    return found


def attributes(resource: dict[str, Any]) -> set[str] | None:
    """What `Fn::GetAtt` may ask a resource for: of a nested stack its outputs."""
    kind = resource["Type"]
    if kind == "AWS::CloudFormation::Stack":
        nested = yaml_parse((ROOT / resource["Properties"]["TemplateURL"]).read_text("utf-8"))
        return {f"Outputs.{name}" for name in nested["Outputs"]}
    if kind.startswith("Custom::"):
        return None
    return set(PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).get_atts)


def transformed_template() -> dict[str, Any]:
    """The main template, with code that stands anywhere.

    Raises:
        InvalidDocumentException: the transform refuses it.
    """
    template = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = "s3://bucket/key"
    transformed: dict[str, Any] = transform(template, {}, _Policies())
    return transformed


def main() -> int:
    """0, or 1 with what is wrong on stderr."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    # It warns of switches that only the service of AWS has.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    try:
        transformed = transformed_template()
        resources = transformed["Resources"]
        needs = {
            name: {target for target, _ in references(node)} & resources.keys()
            for name, node in resources.items()
        }
        tuple(graphlib.TopologicalSorter(needs).static_order())
    except (InvalidDocumentException, graphlib.CycleError) as error:
        sys.stderr.write(f"template.yaml: {error}\n")
        return 1
    roles = {name: node for name, node in resources.items() if node["Type"] == "AWS::IAM::Role"}
    excessive = {name: found for name, role in roles.items() if (found := excesses(role))}
    if unbounded := sorted(
        name for name, role in roles.items() if "PermissionsBoundary" not in role["Properties"]
    ):
        sys.stderr.write(f"template.yaml: no boundary for {unbounded}\n")
        return 1
    if excessive:
        sys.stderr.write(f"template.yaml: these roles allow too much: {excessive}\n")
        return 1
    nested = {
        path: yaml_parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "templates").glob("*.yaml"))
    }
    for path, document in {ROOT / "template.yaml": transformed, **nested}.items():
        if faults := unresolved(document, attributes):
            sys.stderr.write(f"{path.name}: " + "; ".join(faults) + "\n")
            return 1
    faults = faults_of_api(resources["HttpApi"]["Properties"]["Body"], {"get /health"})
    if faults := faults or faults_of_integrations(transformed):
        sys.stderr.write("template.yaml: the API: " + "; ".join(faults) + "\n")
        return 1
    print(f"template.yaml becomes {len(resources)} resources without a circular dependency.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
