"""Who may deliver, and what a delivery may do in an account of AWS."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from local.intrinsics import Scope, read_yaml
from tests.support.infrastructure import texts
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLE = read_yaml(ROOT / "delivery" / "role.yaml")
WORKFLOWS = ROOT / ".github" / "workflows"
STACK = "jobmatch-dev"
KNOWN = {
    "Stack": STACK,
    "Repository": "owner/name",
    "Environment": "dev",
    "Provider": "",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "123456789012",
}
SCOPE = Scope(KNOWN, {}, ROLE["Conditions"])
"""Of a role for the stack jobmatch-dev."""
OTHERS = ("deliver-jobmatch-dev", "bounds-jobmatch-dev", "jobmatch-prod-A-1", "somebody-elses")


def statements(*names: str) -> Iterator[dict[str, Any]]:
    """The statements of some policies of the role, resolved."""
    for name in names:
        document = ROLE["Resources"][name]["Properties"]["PolicyDocument"]
        yield from SCOPE.resolve(document)["Statement"]


POLICIES = [
    name
    for name, each in ROLE["Resources"].items()
    if each["Type"] == "AWS::IAM::ManagedPolicy" and name != "Boundary"
]
MAY = [*statements(*POLICIES)]


def allows(action: str, arn: str) -> list[dict[str, Any]]:
    """The statements that allow an action on a resource."""
    return [
        each
        for each in MAY
        if any(fnmatchcase(action.lower(), name.lower()) for name in each["Action"])
        and any(fnmatchcase(arn, pattern) for pattern in texts(each["Resource"]))
    ]


def test_only_a_job_in_the_environment_becomes_the_role() -> None:
    role = SCOPE.resolve(ROLE["Resources"]["Role"]["Properties"])
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    issuer = "token.actions.githubusercontent.com"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{issuer}:aud": "sts.amazonaws.com",
            f"{issuer}:sub": "repo:owner/name:environment:dev",
        }
    }
    provider = ROLE["Resources"]["GitHub"]["Properties"]
    assert (provider["Url"], provider["ClientIdList"]) == (
        f"https://{issuer}",
        ["sts.amazonaws.com"],
    )


def test_a_role_that_a_delivery_makes_stays_within_the_boundary() -> None:
    """Or it could make one that may do more than itself."""
    bounded = {"StringEquals": {"iam:PermissionsBoundary": "Boundary"}}
    arn = f"arn:aws:iam::123456789012:role/{STACK}-GetMeFunctionRole-1"
    for action in ("CreateRole", "PutRolePolicy", "AttachRolePolicy", "PutRolePermissionsBoundary"):
        (statement,) = allows(f"iam:{action}", arn)
        assert statement["Condition"] == bounded
    assert not allows("iam:DeleteRolePermissionsBoundary", arn)
    (passed,) = allows("iam:PassRole", arn)
    assert passed["Condition"]["StringEquals"]["iam:PassedToService"]
    written = {name for each in MAY for name in each["Action"] if name.startswith("iam:")}
    assert not [name for name in written if "User" in name or "Group" in name or "*" in name]


@pytest.mark.parametrize("name", OTHERS)
def test_a_delivery_changes_neither_itself_nor_another_stack(name: str) -> None:
    account = "123456789012"
    region = f"us-east-1:{account}"
    targets = {
        "iam:CreatePolicyVersion": f"arn:aws:iam::{account}:policy/{name}",
        "iam:UpdateAssumeRolePolicy": f"arn:aws:iam::{account}:role/{name}",
        "iam:PutRolePolicy": f"arn:aws:iam::{account}:role/{name}",
        "iam:PassRole": f"arn:aws:iam::{account}:role/{name}",
        "cloudformation:ExecuteChangeSet": f"arn:aws:cloudformation:{region}:stack/{name}/1",
        "lambda:UpdateFunctionCode": f"arn:aws:lambda:{region}:function:{name}",
        "sqs:DeleteQueue": f"arn:aws:sqs:{region}:{name}",
        "s3:GetObject": f"arn:aws:s3:::{name}/any",
        "rds:DeleteDBCluster": f"arn:aws:rds:{region}:cluster:{name}",
        "logs:DeleteLogGroup": f"arn:aws:logs:{region}:log-group:{name}",
        "events:PutTargets": f"arn:aws:events:{region}:rule/{name}",
    }
    for action, arn in targets.items():
        assert not allows(action, arn), action
        mine = arn.replace(name, STACK if "stack/" in arn else f"{STACK}-x")
        assert allows(action, mine), action


def test_a_delivery_reads_no_secret_and_no_rows() -> None:
    names = {name.lower() for each in MAY for name in each["Action"]}
    for action in (
        "secretsmanager:GetSecretValue",
        "rds-data:ExecuteStatement",
        "rds-db:connect",
        "sqs:ReceiveMessage",
        "logs:GetLogEvents",
        "ses:SendEmail",
        "cognito-idp:AdminInitiateAuth",
        "kms:Sign",
        "s3:DeleteObject",
        "sts:AssumeRole",
    ):
        assert action.lower() not in names


def calls(path: str) -> set[str]:
    """The operations of AWS that a script asks for, as IAM calls them."""
    services = {"apigatewayv2": "apigateway", "sesv2": "ses", "service-quotas": "servicequotas"}
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    variables: dict[str, str] = {}
    found = set()
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr, ast.expr]] = []
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            pairs = (
                list(zip(target.elts, node.value.elts, strict=False))
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                else [(target, node.value)]
            )
        for name, value in pairs:
            if isinstance(name, ast.Name) and (service := _client(value)):
                variables[name.id] = service
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=method)):
                service = _client(owner)
                if isinstance(owner, ast.Name):
                    service = variables.get(owner.id, "")
                if service:
                    found.add(f"{services.get(service, service)}:{method.replace('_', '')}")
    return found


def _client(node: ast.expr) -> str:
    match node:
        case ast.Call(
            func=ast.Name("client") | ast.Attribute(attr="client"),
            args=[ast.Constant(str(service)), *_],
        ):
            return service
    return ""


BY_VERB = {
    "apigateway:getstage": "apigateway:get",
    "apigateway:deleteroutesettings": "apigateway:delete",
}
"""What API Gateway calls by the verb of HTTP."""


@pytest.mark.parametrize(
    "path", ["preflight.py", "deploy.py", "route_limits.py", "upload_console.py"]
)
def test_what_the_scripts_ask_for_is_allowed(path: str) -> None:
    asked = {BY_VERB.get(each.lower(), each.lower()) for each in calls(f"scripts/{path}")}
    assert asked
    allowed = {name.lower() for each in MAY for name in each["Action"]}
    assert asked - allowed == set()


def test_a_pull_request_delivers_nothing() -> None:
    text = (WORKFLOWS / "deploy.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    triggers = workflow[True]  # YAML's "on"
    assert triggers.keys() == {"workflow_run", "workflow_dispatch"}
    assert triggers["workflow_run"]["branches"] == ["main"]
    condition = " ".join(workflow["jobs"]["dev"]["if"].split())
    assert "github.event.workflow_run.event == 'push'" in condition
    assert "github.event.workflow_run.conclusion == 'success'" in condition
    assert workflow["jobs"]["prod"]["needs"] == "dev"
    stages = {name: job["with"] for name, job in workflow["jobs"].items()}
    assert {name: each["environment"] for name, each in stages.items()} == {
        "dev": "dev",
        "prod": "prod",
    }
    assert stages["dev"]["commit"] == stages["prod"]["commit"]


def test_what_others_wrote_is_built_before_there_are_credentials() -> None:
    workflow = yaml.safe_load((WORKFLOWS / "deliver.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert job["environment"] == "${{ inputs.environment }}"
    steps = [each.get("run") or each["uses"] for each in job["steps"]]
    (credentials,) = (at for at, each in enumerate(steps) if "configure-aws-credentials" in each)
    assert any("make .venv/ready" in each and "build" in each for each in steps[:credentials])
    after = steps[credentials + 1 :]
    begins = ("make preflight ", "make deploy-built ", "scripts/sign_in_test.sh ")
    assert [each.startswith(begin) for each, begin in zip(after, begins, strict=True)] == [True] * 3
    given = job["steps"][credentials]["with"]
    assert not [name for name in given if re.search("key|secret", name)]
