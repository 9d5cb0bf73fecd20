"""The role of delivery/role.yaml is enough to deliver, and ends at its stack.

The emulator checks what the scripts and the SAM command line ask for. It checks neither what
CloudFormation does for them, whose actions scripts/deploy_policy.py has from AWS's schemas, nor the
boundary of roles, which tests/contract/test_delivery.py has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.aws.emulator import REGION
from tests.aws.report import REPORT
from tests.aws.stack import Stack
from tests.aws.steps import MAIL
from tests.support.paths import ROOT
from tests.support.trust import FULL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.aws.checkout import Checkout
    from tests.aws.emulator import Emulator

pytestmark = pytest.mark.skipif(not FULL, reason="make trust has the time")
NAME = "jobmatch-own"
DENIED = ("AccessDenied", "not authorized")


@pytest.fixture(scope="module")
def outputs(emulator: Emulator) -> Mapping[str, str]:
    """What an administrator gets who makes the role."""
    formation = emulator.client("cloudformation")
    provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    given = {"Repository": "owner/name", "Environment": "dev", "Stack": NAME, "Provider": provider}
    # The emulator refuses a type that it does not know, be it one that is not made.
    text = (ROOT / "delivery" / "role.yaml").read_text(encoding="utf-8")
    text = text.replace("AWS::IAM::OIDCProvider", "AWS::SNS::Topic")
    formation.create_stack(
        StackName=f"deliver-{NAME}",
        TemplateBody=text,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
    )
    formation.get_waiter("stack_create_complete").wait(
        StackName=f"deliver-{NAME}", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    (stack,) = formation.describe_stacks(StackName=f"deliver-{NAME}")["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


@pytest.fixture(scope="module")
def keys(emulator: Emulator, outputs: Mapping[str, str]) -> Mapping[str, str]:
    """Keys of somebody who may do what the role may: nobody here signs tokens as GitHub does."""
    iam = emulator.client("iam")
    iam.create_user(UserName="deliverer")
    role = outputs["Role"].rpartition("/")[2]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert attached
    for policy in attached:
        iam.attach_user_policy(UserName="deliverer", PolicyArn=policy["PolicyArn"])
    key = iam.create_access_key(UserName="deliverer")["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        **emulator.over_https(),
    }


@pytest.fixture(scope="module")
def stack(
    emulator: Emulator,
    checkout: Checkout,
    own_database: dict[str, str],
    outputs: Mapping[str, str],
    keys: Mapping[str, str],
) -> Stack:
    """The stack, delivered."""
    bounds = {"PermissionsBoundary": outputs["Boundary"]}
    checkout.configure("own", own_database | MAIL | bounds | {"AnchorRetentionDays": "1"})
    with REPORT.timed("jobmatch-own: create, by the role that delivers"):
        checkout.deploy("own", variables=keys)
    return Stack(emulator, NAME)


def test_the_role_is_enough(
    stack: Stack, emulator: Emulator, keys: Mapping[str, str], checkout: Checkout
) -> None:
    assert stack.status().endswith("_COMPLETE")
    assert stack.call("GET", "/health")[0] == 200
    looked = emulator.run(
        *(".venv/bin/python", "scripts/preflight.py", "own"), cwd=checkout.folder, variables=keys
    )
    assert not [word for word in DENIED if word in looked.stdout + looked.stderr]
    assert "account 123456789012" in looked.stdout


def test_the_role_ends_at_its_stack(
    stack: Stack, emulator: Emulator, keys: Mapping[str, str], own_database: dict[str, str]
) -> None:
    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=emulator.url,
            region_name=REGION,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )

    secret = own_database["DatabaseWriterSecretArn"]
    body = '{"Resources": {"Any": {"Type": "AWS::SNS::Topic"}}}'
    url = stack.physical("MailFeedbackQueue")
    boundary = f"arn:aws:iam::123456789012:policy/bounds-{NAME}"
    role = f"deliver-{NAME}"
    calls: list[Callable[[], object]] = [
        lambda: client("cloudformation").create_stack(StackName="jobmatch-prod", TemplateBody=body),
        lambda: client("secretsmanager").get_secret_value(SecretId=secret),
        lambda: client("sqs").receive_message(QueueUrl=url),
        lambda: client("iam").delete_policy(PolicyArn=boundary),
        lambda: client("iam").delete_role(RoleName=role),
        lambda: client("iam").create_user(UserName="another"),
    ]
    for call in calls:
        with pytest.raises(ClientError, match=r"AccessDenied|not authorized"):
            call()
