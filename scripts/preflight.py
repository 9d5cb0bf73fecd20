"""Look whether an account and a region have what a deployment needs: `make preflight ENV=dev`.

It only reads. A check that the credentials may not make, or that AWS can't answer, is "unknown".
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if __name__ == "__main__":  # run by its path, it would not find the others
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "layers" / "common"))

from jobmatch.errors import describe
from jobmatch.postgres.connecting import CERTIFICATES
from local.intrinsics import read_yaml
from scripts.deploy import ROOT, name_region, settings

SERVICES = (
    *("apigatewayv2", "cloudformation", "codedeploy", "cognito-idp", "events", "kms", "lambda"),
    *("rds", "s3", "scheduler", "secretsmanager", "sesv2", "sns", "sqs"),
)
ROLES = 75
"""About as many IAM roles as the stack makes: one for a function, and a few."""
UNRESERVED = 100
"""Executions that Lambda leaves to functions without a reservation."""
FREE_CLASSES = {"db.t3.micro", "db.t4g.micro"}
"""Classes of RDS instances that an account on the Free plan may have."""
NETWORK_ZONES = 2
WITHOUT_PROXY = {"use1-az3"}
"""Ids of zones where there is no RDS Proxy."""
BROKEN = {
    *("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"),
    "UPDATE_ROLLBACK_FAILED",
}
"""States of a stack that can't be updated."""

Client = Callable[[str], Any]
Given = dict[str, str]
"""The parameters of a deployment, with the template's defaults."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says: `remedy` is what to do if it `failed`, and empty otherwise."""

    name: str
    said: str
    remedy: str = ""
    state: str = "ok"

    @classmethod
    def of(cls, name: str, said: str, remedy: str, *, good: bool) -> Finding:
        """A finding that is good or failed."""
        return cls(name, said, "" if good else remedy, "ok" if good else "failed")


@cache
def template() -> dict[str, Any]:
    """The main template."""
    return read_yaml(ROOT / "template.yaml")


@cache
def regions_of(service: str) -> list[str]:
    """The regions of a service, as boto3 knows them without asking."""
    found: list[str] = boto3.Session().get_available_regions(service)
    return found


def credentials(client: Client, _given: Given) -> Iterator[Finding]:
    """Whose account it is."""
    caller = client("sts").get_caller_identity()
    yield Finding("credentials", f"account {caller['Account']}, {caller['Arn']}")


def region(client: Client, given: Given) -> Iterator[Finding]:
    """Whether the region has the services, and we have RDS's certificate of it."""
    name = client("lambda").meta.region_name
    lacking = [each for each in SERVICES if name not in regions_of(each)]
    yield Finding.of(
        "services",
        f"{name} lacks {', '.join(lacking)}" if lacking else f"{name} has all",
        "Choose another region, unless AWS's list of regional services says otherwise.",
        good=not lacking,
    )
    if given["Database"] != "own" or given["DatabaseCa"] == "rds":
        yield Finding.of(
            "certificate",
            f"of RDS in {name}",
            "Build with a newer bundle (scripts/split_rds_bundle.py), or choose another region.",
            good=(CERTIFICATES / f"{name}.pem").is_file(),
        )


def plan(client: Client, given: Given) -> Iterator[Finding]:
    """Whether the account's plan has the database: Aurora without express configuration, or RDS."""
    try:
        kind = client("freetier").get_account_plan_state()["accountPlanType"]
    except client("freetier").exceptions.ResourceNotFoundException:
        kind = "older than plans"
    small = given["Stage"] == "dev" and given["DatabaseInstanceClass"] in FREE_CLASSES
    yield Finding.of(
        "account plan",
        kind,
        "The Free plan refuses Aurora as CloudFormation makes it, and of RDS what is not small:"
        " upgrade the plan, or use Database=instance with Stage=dev and a micro class, as in"
        " [free.deploy.parameters].",
        good=kind != "FREE" or given["Database"] == "own" or (_is_instance(given) and small),
    )


def _is_instance(given: Given) -> bool:
    return given["Database"] == "instance"


def concurrency(client: Client, given: Given) -> Iterator[Finding]:
    """Whether Lambda runs as many functions at once as the parameters ask for."""
    limit = client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    each = int(given["FunctionConcurrency"])
    functions = [
        resource
        for resource in template()["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]
    # Without reservations: the workers of both queues, the schedules, and some requests.
    need = each * len(functions) + UNRESERVED if each else int(given["MatchingConcurrency"]) + 20
    yield Finding.of(
        "concurrency",
        f"{limit:g} executions at once, {need} needed",
        "Ask for more (Service Quotas, L-B99A9384), or lower MatchingConcurrency.",
        good=limit >= need,
    )


def engine(client: Client, given: Given) -> Iterator[Finding]:
    """Whether RDS offers the engine version for the class of instances."""
    if given["Database"] == "own":
        return
    kind, size = "aurora-postgresql", "db.serverless"
    if _is_instance(given):
        kind, size = "postgres", given["DatabaseInstanceClass"]
    version = given["DatabaseEngineVersion"]
    offered = client("rds").describe_orderable_db_instance_options(
        Engine=kind, EngineVersion=version, DBInstanceClass=size
    )["OrderableDBInstanceOptions"]
    yield Finding.of(
        "engine version",
        f"{kind} {version}, {size}",
        "Set DatabaseEngineVersion to one of: aws rds describe-orderable-db-instance-options"
        f" --engine {kind} --db-instance-class {size}"
        " --query 'OrderableDBInstanceOptions[].EngineVersion'",
        good=bool(offered),
    )


def zones(client: Client, given: Given) -> Iterator[Finding]:
    """Whether the network's zones have its endpoints and the proxy."""
    if given["Database"] == "own":
        return
    ec2 = client("ec2")
    open_ones = [{"Name": "zone-type", "Values": ["availability-zone"]}]
    found = ec2.describe_availability_zones(Filters=open_ones)["AvailabilityZones"]
    ids = {zone["ZoneName"]: zone["ZoneId"] for zone in found if zone["State"] == "available"}
    chosen = [name for name in given["AvailabilityZones"].split(",") if name]
    chosen = chosen or sorted(ids)[:2]
    missing = [f"there is no {name}" for name in chosen if name not in ids]
    services = ["sqs", "email", *(["bedrock-runtime"] if given["MatchScorer"] == "bedrock" else [])]
    names = [f"com.amazonaws.{ec2.meta.region_name}.{service}" for service in services]
    details = ec2.describe_vpc_endpoint_services(ServiceNames=names)["ServiceDetails"]
    offered = {each["ServiceName"]: each["AvailabilityZones"] for each in details}
    with_endpoints = chosen if given["Database"] == "standard" else chosen[:1]
    missing += [
        f"{zone} has no {name}"
        for name in names
        for zone in with_endpoints
        if zone not in offered.get(name, ())
    ]
    if given["Database"] == "standard":
        missing += [f"{zone} has no RDS Proxy" for zone in chosen if ids.get(zone) in WITHOUT_PROXY]
    if len(chosen) != NETWORK_ZONES:
        missing.append(f"there are {len(chosen)} zones instead of two")
    yield Finding.of(
        "zones",
        "; ".join(missing) or f"{' and '.join(chosen)} have endpoints and proxy",
        "Set AvailabilityZones to two that have them.",
        good=not missing,
    )


def sender(client: Client, given: Given) -> Iterator[Finding]:
    """Whether SES sends from the address, and to anybody."""
    address, identity, ses = given["MailSender"], given["MailIdentity"], client("sesv2")
    try:
        verified = ses.get_email_identity(EmailIdentity=identity)["VerifiedForSendingStatus"]
    except ses.exceptions.NotFoundException:
        verified = False
    yield Finding.of(
        "mail identity",
        f"{identity}, {'verified' if verified else 'not verified'}",
        "Verify MailIdentity with SES (docs/deploy.md).",
        good=verified,
    )
    belongs = address in (identity, f"{address.rpartition('@')[0]}@{identity}")
    yield Finding.of("mail sender", address, f"It must belong to {identity}.", good=belongs)
    account = ses.get_account()
    free = account["ProductionAccessEnabled"] or given["Stage"] != "prod"
    said = "anybody" if account["ProductionAccessEnabled"] else "verified addresses (sandbox)"
    yield Finding.of(
        "mails",
        f"to {said}" if account["SendingEnabled"] else "switched off by AWS",
        "Leave the sandbox (docs/deploy.md, section 4)."
        if account["SendingEnabled"]
        else "Answer AWS's case about SES.",
        good=account["SendingEnabled"] and free,
    )


def stack(client: Client, given: Given) -> Iterator[Finding]:
    """Whether an earlier deployment is in the way; what a new stack takes of the quotas."""
    formation = client("cloudformation")
    try:
        (found,) = formation.describe_stacks(StackName=given["StackName"])["Stacks"]
        state = found["StackStatus"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        state = ""
    yield Finding.of(
        "stack",
        f"{given['StackName']} is {state or 'not there yet'}",
        "Delete it, or continue its rollback: CloudFormation updates no stack in this state.",
        good=state not in BROKEN,
    )
    if not state:
        yield from quotas(client, given)


def quotas(client: Client, given: Given) -> Iterator[Finding]:
    """Whether the account has room for what a new stack makes."""
    roles = client("iam").get_account_summary()["SummaryMap"]
    room = [("IAM roles", roles["Roles"], roles["RolesQuota"], ROLES)]
    if given["Database"] != "own":
        limit = client("service-quotas").get_service_quota(
            ServiceCode="vpc", QuotaCode="L-F678F1CE"
        )
        networks = client("ec2").describe_vpcs()["Vpcs"]
        room.append(("networks", len(networks), int(limit["Quota"]["Value"]), 1))
        names = ("DBClusters", "DBClusterParameterGroups")
        if _is_instance(given):
            names = ("DBInstances", "DBParameterGroups")
        room += [
            (each["AccountQuotaName"], each["Used"], each["Max"], 1)
            for each in client("rds").describe_account_attributes()["AccountQuotas"]
            if each["AccountQuotaName"] in names
        ]
    for name, used, most, needed in room:
        yield Finding.of(
            name,
            f"{used} of {most} used, {needed} needed",
            "Ask for more in Service Quotas, or delete what nobody needs.",
            good=used + needed <= most,
        )


def own_database(client: Client, given: Given) -> Iterator[Finding]:
    """Whether the secrets of your own database exist, and its functions' subnets and group fit."""
    if given["Database"] != "own":
        return
    for user in ("Reader", "Writer", "Migrator"):
        arn = given[f"Database{user}SecretArn"]
        try:
            client("secretsmanager").describe_secret(SecretId=arn or "none")
            good = True
        except client("secretsmanager").exceptions.ResourceNotFoundException:
            good = False
        remedy = f"Set Database{user}SecretArn to a secret of this region."
        yield Finding.of(f"{user.lower()}'s secret", arn or "none", remedy, good=good)
    subnets = [each for each in given["DatabaseSubnetIds"].split(",") if each]
    group = given["DatabaseSecurityGroupId"]
    if bool(subnets) != bool(group):
        remedy = "DatabaseSubnetIds and DatabaseSecurityGroupId need each other."
        yield Finding.of("network", "half of it is named", remedy, good=False)
    elif group:
        ec2 = client("ec2")
        groups = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        found = [*ec2.describe_subnets(SubnetIds=subnets)["Subnets"], *groups]
        networks = {each["VpcId"] for each in found}
        remedy = "The security group and the subnets must belong to one network."
        yield Finding.of("network", ", ".join(sorted(networks)), remedy, good=len(networks) == 1)


CHECKS = (credentials, region, plan, concurrency, engine, zones, sender, stack, own_database)


def check(client: Client, given: Given) -> list[Finding]:
    """All findings; none after the credentials if these are refused."""
    findings: list[Finding] = []
    for each in CHECKS:
        try:
            findings += each(client, given)
        except (BotoCoreError, ClientError) as error:
            state = "failed" if each is credentials else "unknown"
            remedy = "Sign in, e.g. aws sso login." if each is credentials else "Look yourself."
            name = each.__name__.replace("_", " ")
            findings.append(Finding(name, describe(error), remedy, state))
            if each is credentials:
                break
    return findings


def parameters(environment: str) -> Given:
    """The parameters that a deployment to an environment has, and the name of its stack."""
    configured = settings(environment)
    declared = template()["Parameters"].items()
    given = {name: str(each.get("Default", "")) for name, each in declared}
    for override in configured["parameter_overrides"]:
        name, _, value = override.partition("=")
        given[name] = value.strip('"')
    return {**given, "StackName": configured["stack_name"]}


def table(findings: list[Finding]) -> str:
    """The findings as a table, with what to do below each that is not good."""
    lines = []
    for each in findings:
        lines.append(f"{each.state:8} {each.name:20} {each.said}")
        if each.remedy:
            lines.append(f"{'':29} {each.remedy}")
    return "\n".join(lines)


def main() -> int:
    """0, or 1 if something failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", help="a section of samconfig.toml: dev, free or prod")
    given = parameters(parser.parse_args().environment)
    name_region()
    # The service of the account's plan is in one region.
    places = {"freetier": {"region_name": "us-east-1"}}
    try:
        findings = check(lambda name: boto3.client(name, **places.get(name, {})), given)
    except BotoCoreError as error:
        raise SystemExit(f"{error} Set AWS_REGION and AWS_DEFAULT_REGION.") from None
    print(table(findings))
    return int(any(each.state == "failed" for each in findings))


if __name__ == "__main__":
    sys.exit(main())
