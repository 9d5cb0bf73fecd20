"""`make preflight` names what an account lacks, and nothing else; botocore checks the requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from scripts import preflight
from scripts.preflight import check, parameters, table

REGION = "eu-west-1"
ZONES = ["eu-west-1a", "eu-west-1b"]
OWN = {
    "Database": "own",
    **{f"Database{user}SecretArn": f"arn:{user}" for user in ("Reader", "Writer", "Migrator")},
}
FREE = {"Database": "instance", "Stage": "dev"}


class Refusal(Exception):  # noqa: N818 - an answer, which nobody raises
    """An answer that is an error, with AWS's code and message."""


@dataclass
class Account:
    """An account that has everything, but for what a test changes."""

    identity: Any = field(
        default_factory=lambda: {"UserId": "u", "Account": "1" * 12, "Arn": "arn:aws:iam::1:role/r"}
    )
    plan: Any = "PAID"
    executions: int = 1000
    versions: int = 1
    zones: list[str] = field(default_factory=lambda: list(ZONES))
    zone_id: str = "euw1-az"
    with_mail: list[str] = field(default_factory=lambda: list(ZONES))
    is_verified: Any = True
    is_free: bool = True
    sends: bool = True
    stack: Any = field(default_factory=lambda: Refusal("ValidationError", "x does not exist"))
    roles: int = 10
    networks: int = 1
    clusters: int = 1
    instances: int = 1
    secret: Any = field(default_factory=dict)
    group_network: str = "vpc-1"

    def answers(self) -> dict[str, dict[str, Any]]:
        """What each operation of a service answers."""
        services = [
            {"ServiceName": f"com.amazonaws.{REGION}.{name}", "AvailabilityZones": zones}
            for name, zones in (("sqs", ZONES), ("email", self.with_mail))
        ]
        used = [
            {"AccountQuotaName": "DBClusters", "Used": self.clusters, "Max": 40},
            {"AccountQuotaName": "DBInstances", "Used": self.instances, "Max": 40},
        ]
        verified = self.is_verified
        return {
            "sts": {"get_caller_identity": self.identity},
            "freetier": {
                "get_account_plan_state": self.plan
                if isinstance(self.plan, Refusal)
                else {
                    "accountId": "1" * 12,
                    "accountPlanType": self.plan,
                    "accountPlanStatus": "ACTIVE",
                }
            },
            "lambda": {
                "get_account_settings": {"AccountLimit": {"ConcurrentExecutions": self.executions}}
            },
            "rds": {
                "describe_orderable_db_instance_options": {
                    "OrderableDBInstanceOptions": [{}] * self.versions
                },
                "describe_account_attributes": {"AccountQuotas": used},
            },
            "ec2": {
                "describe_availability_zones": {
                    "AvailabilityZones": [
                        {
                            "ZoneName": name,
                            "ZoneId": f"{self.zone_id}{number}",
                            "State": "available",
                        }
                        for number, name in enumerate(self.zones, 1)
                    ]
                },
                "describe_vpc_endpoint_services": {"ServiceDetails": services},
                "describe_vpcs": {"Vpcs": [{}] * self.networks},
                "describe_security_groups": {"SecurityGroups": [{"VpcId": self.group_network}]},
                "describe_subnets": {"Subnets": [{"VpcId": "vpc-1"}]},
            },
            "sesv2": {
                "get_email_identity": verified
                if isinstance(verified, Refusal)
                else {"VerifiedForSendingStatus": verified},
                "get_account": {
                    "ProductionAccessEnabled": self.is_free,
                    "SendingEnabled": self.sends,
                },
            },
            "cloudformation": {
                "describe_stacks": self.stack
                if isinstance(self.stack, Refusal)
                else {
                    "Stacks": [
                        {
                            "StackName": "x",
                            "CreationTime": datetime(2026, 11, 30, tzinfo=UTC),
                            "StackStatus": self.stack,
                        }
                    ]
                }
            },
            "iam": {
                "get_account_summary": {"SummaryMap": {"Roles": self.roles, "RolesQuota": 1000}}
            },
            "service-quotas": {"get_service_quota": {"Quota": {"Value": 5.0}}},
            "secretsmanager": {"describe_secret": self.secret},
        }

    def client(self, service: str) -> Any:
        """A client that has an answer for each operation of its service that preflight calls."""
        client = _client(service, REGION)
        answers = self.answers()[service]

        def operate(name: str, arguments: dict[str, Any]) -> Any:
            methods = client.meta.method_to_api_mapping
            (method,) = (each for each, operation in methods.items() if operation == name)
            answer = answers[method]
            with Stubber(client) as stub:
                if isinstance(answer, Refusal):
                    stub.add_client_error(method, *answer.args)
                else:
                    stub.add_response(method, answer)
                return type(client)._make_api_call(client, name, arguments)

        client._make_api_call = operate
        return client


@cache
def _client(service: str, region: str) -> Any:
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return boto3.client(service, region_name=region, **keys)


def given(**changed: str) -> dict[str, str]:
    """The parameters of prod for somebody's own domain."""
    sender = {"MailSender": "matches@firm.example", "MailIdentity": "firm.example"}
    return {**parameters("prod"), **sender, **changed}


def failed(account: Account, **changed: str) -> set[str]:
    findings = check(account.client, given(**changed))
    assert not [each for each in findings if each.state == "unknown"], table(findings)
    assert all(each.remedy for each in findings if each.state == "failed")
    return {each.name for each in findings if each.state == "failed"}


@pytest.mark.parametrize("database", ["standard", "trial", "instance", "own"])
def test_an_account_that_has_everything_passes(database: str) -> None:
    assert failed(Account(), **{**OWN, "Database": database}) == set()


DENIED = Refusal("AccessDeniedException", "not authorized")
ABSENT = Refusal("ResourceNotFoundException", "none")


@pytest.mark.parametrize(
    ("name", "lacking", "changed"),
    [
        ("account plan", {"plan": "FREE"}, {}),
        ("account plan", {"plan": "FREE"}, {"Database": "trial", "Stage": "dev"}),
        ("account plan", {"plan": "FREE"}, {"Database": "instance"}),
        ("account plan", {"plan": "FREE"}, {**FREE, "DatabaseInstanceClass": "db.t4g.small"}),
        ("concurrency", {"executions": 10}, {}),
        ("concurrency", {}, {"FunctionConcurrency": "100"}),
        ("engine version", {"versions": 0}, {}),
        ("engine version", {"versions": 0}, {"Database": "instance"}),
        ("zones", {"with_mail": ZONES[:1]}, {}),
        ("zones", {"with_mail": ZONES[1:]}, {"Database": "trial"}),
        ("zones", {"zones": ZONES[:1]}, {}),
        ("zones", {}, {"AvailabilityZones": "eu-west-1a,eu-west-1z"}),
        ("zones", {"zone_id": "use1-az", "zones": [*ZONES, "eu-west-1c"]}, {
            "AvailabilityZones": "eu-west-1a,eu-west-1c"
        }),
        ("mail identity", {"is_verified": False}, {}),
        ("mail identity", {"is_verified": Refusal("NotFoundException", "none")}, {}),
        ("mail sender", {}, {"MailSender": "matches@other.example"}),
        ("mails", {"is_free": False}, {}),
        ("mails", {"sends": False}, {}),
        *(("stack", {"stack": state}, {}) for state in preflight.BROKEN),
        ("IAM roles", {"roles": 990}, {}),
        ("networks", {"networks": 5}, {}),
        ("DBClusters", {"clusters": 40}, {}),
        ("DBInstances", {"instances": 40}, {"Database": "instance"}),
        ("network", {}, {**OWN, "DatabaseSubnetIds": "subnet-1"}),
        ("network", {}, {**OWN, "DatabaseSecurityGroupId": "sg-1"}),
        ("network", {"group_network": "vpc-2"}, {
            **OWN, "DatabaseSubnetIds": "subnet-1", "DatabaseSecurityGroupId": "sg-1"
        }),
    ],
)  # fmt: skip
def test_what_lacks_is_named_and_nothing_else(
    name: str, lacking: dict[str, Any], changed: dict[str, str]
) -> None:
    assert failed(Account(**lacking), **changed) == {name}


def test_the_secrets_of_an_own_database_are_looked_for() -> None:
    missing = failed(Account(secret=ABSENT), **OWN)
    assert missing == {f"{user}'s secret" for user in ("reader", "writer", "migrator")}


@pytest.mark.parametrize(
    ("lacking", "changed"),
    [
        ({"plan": "FREE", "networks": 5, "versions": 0}, OWN),
        ({"is_free": False}, {"Stage": "dev"}),
        ({"with_mail": ZONES[:1]}, {"Database": "trial"}),
        ({"plan": "FREE", "with_mail": ZONES[:1], "clusters": 40, "zone_id": "use1-az"}, FREE),
        ({"stack": "UPDATE_COMPLETE", "networks": 5, "roles": 999, "clusters": 40}, {}),
        ({"plan": ABSENT}, {}),
    ],
    ids=[
        "own database",
        "sandbox in dev",
        "one zone",
        "a small instance",
        "its own resources",
        "no plan",
    ],
)
def test_what_is_not_needed_may_lack(lacking: dict[str, Any], changed: dict[str, str]) -> None:
    assert failed(Account(**lacking), **changed) == set()


def test_without_credentials_nothing_else_is_asked() -> None:
    findings = check(Account(identity=DENIED).client, given())
    assert [(each.name, each.state) for each in findings] == [("credentials", "failed")]


def test_what_the_credentials_may_not_ask_is_unknown() -> None:
    findings = check(Account(plan=DENIED).client, given())
    assert [each.name for each in findings if each.state == "unknown"] == ["plan"]
    assert not [each for each in findings if each.state == "failed"]
    assert "AccessDeniedException, GetAccountPlanState" in table(findings)


def test_the_profile_for_the_free_plan_keeps_within_it() -> None:
    sender = {"MailSender": "matches@firm.example", "MailIdentity": "firm.example"}
    account = Account(plan="FREE", executions=1000, is_free=False)
    findings = check(account.client, {**parameters("free"), **sender})
    assert {each.state for each in findings} == {"ok"}, table(findings)


def test_the_question_for_an_engine_version_names_the_class_that_will_run_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for database, engine, size in (
        ("standard", "aurora-postgresql", "db.serverless"),
        ("instance", "postgres", "db.t4g.micro"),
    ):
        findings = check(Account(versions=0).client, given(Database=database))
        (remedy,) = (each.remedy for each in findings if each.name == "engine version")
        assert f"--engine {engine} --db-instance-class {size} " in remedy


def test_a_region_without_a_certificate_of_rds_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.test_preflight.REGION", "mx-central-1")
    assert "certificate" in failed(Account())
    assert "certificate" not in failed(Account(), **{**OWN, "DatabaseCa": ""})
