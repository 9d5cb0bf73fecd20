"""Write what a deployment may do into delivery/role.yaml, from the templates; `--check` compares.

It runs in the environment of the SAM command line, whose cfn-lint has CloudFormation's own
schemas: of each type of resource they say which actions CloudFormation takes. What
scripts/deploy.py, the SAM command line and scripts/preflight.py ask beside them stands below.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from samcli.yamlhelper import yaml_parse

if __name__ == "__main__":  # run by its path, it would not find the others
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.check_transform import choices, transformed_template
from scripts.transformed import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE = ROOT / "delivery" / "role.yaml"
BEGIN = "  # What `make format` writes begins here; scripts/deploy_policy.py knows the reasons."
END = "  # What `make format` writes ends here."
MOST_LETTERS = 6_144
"""Of one managed policy, by IAM's quota; spaces don't count."""

CALLED = {
    "deploy.py and sam": """
        apigateway:DELETE apigateway:GET cloudformation:CreateChangeSet
        cloudformation:DeleteChangeSet cloudformation:DescribeChangeSet
        cloudformation:DescribeStackEvents cloudformation:DescribeStackResources
        cloudformation:ExecuteChangeSet cloudformation:GetTemplateSummary
        cloudformation:ListStackResources cloudformation:TagResource
        cloudformation:UntagResource cloudfront:CreateInvalidation s3:PutObject
        s3:GetBucketLocation s3:ListBucket
    """,
    "preflight.py": """
        ec2:DescribeAvailabilityZones ec2:DescribeSecurityGroups ec2:DescribeSubnets
        ec2:DescribeVpcEndpointServices ec2:DescribeVpcs freetier:GetAccountPlanState
        iam:GetAccountSummary lambda:GetAccountSettings rds:DescribeAccountAttributes
        rds:DescribeOrderableDBInstanceOptions secretsmanager:DescribeSecret
        servicequotas:GetServiceQuota ses:GetAccount ses:GetEmailIdentity sts:GetCallerIdentity
    """,
    "API Gateway, for the log of requests": """
        logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups
        logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries
        logs:PutResourcePolicy logs:UpdateLogDelivery
    """,
    "CloudFormation, for custom resources": "lambda:InvokeFunction",
    "RDS, for a cluster of a snapshot": "kms:CreateGrant",
}
"""Actions that no schema of a resource's type names."""

LEFT_OUT = (
    # Of which IAM knows nothing; cfn-lint says so.
    r"apigateway:(Unt|T)agResource",
    r"cloudfront:CreateDistributionWithTags",
    r"s3:(DeleteBucket(Encryption|Lifecycle)|PutObjectLockConfiguration)",
    # Bills, keys, file systems, streams, tables, networks of kinds that no template has.
    r"(billing|elasticfilesystem|firehose|s3files|s3tables|vpc-lattice|vpce):.*",
    r"kms:(Decrypt|Encrypt|GenerateDataKey.*|ReEncrypt.*|(En|Dis)ableKeyRotation)",
    # A role that could lose its boundary, and users and groups.
    r"iam:(DeleteRolePermissionsBoundary|.*(Group|User)Policy|ListRoles)",
    (
        r"lambda:(AssociateRuntimeAlias|PassCapacityProvider|(Delete|Put).*(CodeSigning|Provisioned).*"
        r"|PutFunctionScalingConfig|PutRuntimeManagementConfig)"
    ),
    (
        r"s3:(REST.*|getObject|.*Metadata.*Table.*|DeleteObject"
        r"|(Put|Delete)(Bucket)?(Abac|Acl|Cors|CORS|Logging|Notification|Replication|Website"
        r"|(Accelerate|Analytics|Intelligent.*|Inventory|Metrics|Replication)Config.*)|PutObjectAcl)"
    ),
    (
        r"rds:(AddRole.*|RemoveRole.*|CreateDBInstanceReadReplica|PromoteReadReplica|RemoveFromGlobal.*"
        r"|Restore.*PointInTime|St.*Replication|ResetDB.*)"
    ),
    r"logs:(AssociateKmsKey|(Delete|Put)(DataProtection|Index)Policy|PutBearer.*|PutLogGroupDel.*)",
    (
        r"ec2:((Dis)?[Aa]ssociateSubnetCidrBlock|CreateVpcEncryption.*|ModifyVpcTenancy"
        r"|DescribeI(nstances|nternetGateways))"
    ),
    r"ses:Put.*(Archiving|Vdm).*",
    r"sns:PutDataProtectionPolicy",
    r"cloudfront:((Create|Get)ConnectionGroup|GetVpcOrigin|.*StagingConfig|updateDistribution)",
    r"codedeploy:RegisterOnPremisesInstance",
)
"""What the schemas name too; all but the first three for properties that no template here sets."""

_ARN, _S3 = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:%s", "arn:${AWS::Partition}:"
RESOURCES = {
    "apigateway": [
        f"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}::/{path}"
        for path in ("apis", "apis/*", "domainnames", "domainnames/*", "tags/*")
    ],
    "bedrock": ["*"],
    "budgets": ["arn:${AWS::Partition}:budgets::${AWS::AccountId}:budget/*"],
    "cloudformation": [
        *(_ARN % ("cloudformation", f"stack/${{Stack}}{end}/*") for end in ("", "-*")),
        _ARN % ("cloudformation", "stack/aws-sam-cli-managed-default/*"),
        "arn:${AWS::Partition}:cloudformation:${AWS::Region}:aws:transform/*",
    ],
    "cloudfront": ["arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:*"],
    "cloudwatch": [
        _ARN % ("cloudwatch", "alarm:${Stack}-*"),
        "arn:${AWS::Partition}:cloudwatch::${AWS::AccountId}:dashboard/${Stack}-*",
    ],
    "codedeploy": [
        *(
            _ARN % ("codedeploy", f"{kind}:${{Stack}}-*")
            for kind in ("application", "deploymentgroup")
        ),
        _ARN % ("codedeploy", "deploymentconfig:*"),
    ],
    "cognito-idp": [_ARN % ("cognito-idp", "userpool/*")],
    "ec2": ["*"],
    "events": [_ARN % ("events", "rule/${Stack}-*")],
    "kms": [_ARN % ("kms", "key/*")],
    "lambda": [
        *(_ARN % ("lambda", f"{kind}:${{Stack}}-*") for kind in ("function", "layer")),
        _ARN % ("lambda", "event-source-mapping:*"),
    ],
    "logs": [
        _ARN % ("logs", f"log-group:{name}")
        for name in ("${Stack}-*", "/aws/vendedlogs/${Stack}-*", "/aws/rds/cluster/${Stack}-*")
    ],
    "rds": [
        *(
            _ARN % ("rds", f"{kind}:${{Stack}}-*")
            for kind in (
                "cluster",
                "cluster-pg",
                "cluster-snapshot",
                "db",
                "pg",
                "snapshot",
                "subgrp",
            )
        ),
        *(_ARN % ("rds", f"{kind}:*") for kind in ("db-proxy", "target-group")),
        *(_ARN % ("rds", f"{kind}:*") for kind in ("cluster-snapshot", "snapshot")),
        *(_ARN % ("rds", f"{kind}:default.*") for kind in ("cluster-pg", "pg")),
        _ARN % ("rds", "og:default:*"),
    ],
    "rds-data": [_ARN % ("rds", "cluster:${Stack}-*")],
    "rds-db": [_ARN % ("rds-db", "dbuser:*/jobmatch_*")],
    "s3": [f"{_S3}s3:::{name}" for name in ("${Stack}-*", "aws-sam-cli-managed-default-*")],
    "scheduler": [_ARN % ("scheduler", "schedule/default/${Stack}-*")],
    "secretsmanager": [
        _ARN % ("secretsmanager", f"secret:{name}") for name in ("jobmatch/*", "rds!cluster-*")
    ],
    "ses": [_ARN % ("ses", f"configuration-set/{name}") for name in ("${Stack}",)]
    + [_ARN % ("ses", "identity/*")],
    "sns": [_ARN % ("sns", "${Stack}-*")],
    "sqs": [_ARN % ("sqs", "${Stack}-*")],
}
"""What a service's actions may touch: by the stack's name, or by kind where AWS gives the name."""

ANYWHERE = (
    r"(ec2|freetier|servicequotas|sts|xray):.*",
    r"cloudformation:(GetTemplateSummary|ValidateTemplate)",
    r"cloudfront:.*",
    r"cloudwatch:(DescribeAlarms|ListTagsForResource|PutCompositeAlarm|PutMetricData)",
    r"cognito-idp:(CreateUserPool|DescribeUserPoolDomain)",
    r"iam:GetAccountSummary",
    r"kms:CreateKey",
    r"lambda:(GetAccountSettings|(Create|Get)EventSourceMapping|ListTags|GetLayerVersion)",
    r"logs:(.*LogDeliver(y|ies)|Describe.*|(Delete|Put)ResourcePolicy|ListTagsForResource)",
    r"rds:(Describe.*|CreateDBProxy|ListTagsForResource)",
    r"codedeploy:(ListDeployments|PutLifecycleEventHookExecutionStatus|StopDeployment)",
    r"ses:(DescribeConfigurationSet|GetAccount)",
    r"sns:(Unsubscribe|(Get|Set)SubscriptionAttributes)",
)
"""Actions that AWS limits to no resource, or whose resource has no name before it is there."""

_ROLE = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Stack}-*"
_BOUNDED = {"StringEquals": {"iam:PermissionsBoundary": {"Ref": "Boundary"}}}
_SERVICES = ("apigateway", "codedeploy", "events", "lambda", "rds", "scheduler")
_LINKED = ("ops.apigateway", "rds", "replicator.lambda")
IAM = (
    (r"(Attach|Put)RolePolicy|CreateRole|PutRolePermissionsBoundary", _ROLE, _BOUNDED),
    (
        r"PassRole",
        _ROLE,
        {"StringEquals": {"iam:PassedToService": [f"{each}.amazonaws.com" for each in _SERVICES]}},
    ),
    (
        r"CreateServiceLinkedRole",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/*",
        {"StringEquals": {"iam:AWSServiceName": [f"{each}.amazonaws.com" for each in _LINKED]}},
    ),
    (r".*Role.*", _ROLE, None),
    (r".*Polic(y|ies).*", "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${Stack}-*", None),
)
"""Actions of IAM, each by the first that fits: on what, and on which condition."""

OF_AWS = """
    cloudwatch:DescribeAlarms cloudwatch:PutMetricData
    codedeploy:PutLifecycleEventHookExecutionStatus
    ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface
    ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:UnassignPrivateIpAddresses
    lambda:GetAlias lambda:GetProvisionedConcurrencyConfig lambda:InvokeFunction lambda:UpdateAlias
    logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents s3:GetObject s3:GetObjectVersion
    sns:Publish sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage
    xray:PutTelemetryRecords xray:PutTraceSegments
"""
"""What AWS's own policies allow to the roles of functions, of schedules and of CodeDeploy."""
SKIPPED = json.dumps(
    {"checkov": {"skip": [{"id": "CKV_AWS_111", "comment": "some actions know no resource"}]}}
)
GROUPS = {
    "ForFunctions": "apigateway codedeploy events lambda scheduler sqs",
    "ForData": "ec2 kms rds secretsmanager",
    "ForPages": "cloudfront cognito-idp s3",
    "ForWatching": "budgets cloudwatch freetier logs servicequotas ses sns sts",
    "ForStacks": "cloudformation iam",
}


def resources() -> Iterator[dict[str, Any]]:
    """What all templates make, as AWS gets it."""
    yield from transformed_template()["Resources"].values()
    for path in sorted((ROOT / "templates").glob("*.yaml")):
        yield from yaml_parse(path.read_text(encoding="utf-8"))["Resources"].values()


def taken(kind: str) -> set[str]:
    """The actions by which CloudFormation makes, reads, changes and deletes a type of resource."""
    if kind.startswith("Custom::"):
        return set()
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["handlers"]
    return {
        action
        for step in ("create", "read", "update", "delete")
        for action in handlers.get(step, {}).get("permissions", ())
        if not any(re.fullmatch(each, action) for each in LEFT_OUT)
    }


def allowed(role: dict[str, Any]) -> Iterator[str]:
    """The actions that a role or a policy of ours allows."""
    given = role["Properties"]
    policies = [part for each in given.get("Policies", ()) for part in choices(each)]
    for policy in [*policies, given]:
        for part in policy.get("PolicyDocument", {}).get("Statement", ()):
            for statement in choices(part):
                if statement.get("Effect") == "Allow":
                    action = statement["Action"]
                    yield from [action] if isinstance(action, str) else action


def statements(actions: Iterable[str]) -> list[dict[str, Any]]:
    """Statements that allow these actions on what is ours."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for action in sorted(set(actions)):
        found[_where(action)].append(action)
    return [
        {"Effect": "Allow", "Action": names, **json.loads(where)} for where, names in found.items()
    ]


def _where(action: str) -> str:
    service, _, name = action.partition(":")
    if any(re.fullmatch(each, action) for each in ANYWHERE):
        return json.dumps({"Resource": "*"})
    if service == "iam":
        resource, condition = next(rest for names, *rest in IAM if re.fullmatch(names, name))
        found = {"Resource": {"Fn::Sub": resource}}
        return json.dumps(found | ({"Condition": condition} if condition else {}))
    if action == "kms:CreateGrant":
        of_aws = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
        return json.dumps({"Resource": _subs(RESOURCES["kms"]), "Condition": of_aws})
    return json.dumps({"Resource": _subs(RESOURCES[service])})


def _subs(patterns: list[str]) -> Any:
    return [each if each == "*" else {"Fn::Sub": each} for each in patterns]


def policies() -> dict[str, list[dict[str, Any]]]:
    """The statements of each policy of the role, and of the boundary of the roles that it makes."""
    made = [*resources()]
    needed = {action for each in made for action in taken(each["Type"])}
    needed |= {action for words in CALLED.values() for action in words.split()}
    roles = [each for each in made if each["Type"] in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy")]
    inside = {action for role in roles for action in allowed(role)} - {"sts:AssumeRole"}
    found = {
        name: statements(each for each in needed if each.partition(":")[0] in services.split())
        for name, services in GROUPS.items()
    }
    services = {action.partition(":")[0] for action in needed}
    known = {service for words in GROUPS.values() for service in words.split()}
    if unknown := services - known:
        raise SystemExit(f"GROUPS and RESOURCES lack {unknown}.")
    return {"Boundary": statements(inside | {*OF_AWS.split()}), **found}


def generated() -> str:
    """The lines of the policies, as YAML that is JSON within."""
    lines = []
    for name, parts in policies().items():
        document = {"Version": "2012-10-17", "Statement": parts}
        if (letters := len(json.dumps(document, separators=(",", ":")))) > MOST_LETTERS:
            raise SystemExit(f"{name} has {letters} letters: split it.")
        lines += [f"  {name}:", "    Type: AWS::IAM::ManagedPolicy", f"    Metadata: {SKIPPED}"]
        lines.append("    Properties:")
        if name == "Boundary":
            lines.append("      ManagedPolicyName: !Sub bounds-${Stack}")
        else:
            lines.append("      Roles: [!Ref Role]")
        lines += ["      PolicyDocument:", '        Version: "2012-10-17"', "        Statement:"]
        for part in parts:
            lines.append(f"          - Effect: {part['Effect']}")
            lines += [
                f"            {key}: {json.dumps(part[key])}" for key in part if key != "Effect"
            ]
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """0, or 1 if the file is not as it should be."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    text = FILE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    wanted = f"{before}{BEGIN}\n{generated()}{END}{after}"
    if wanted == text:
        return 0
    if "--check" in sys.argv:
        sys.stderr.write("delivery/role.yaml is not what the templates ask for: make format.\n")
        return 1
    FILE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
