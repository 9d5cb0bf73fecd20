"""The permissions of functions, taken away one by one."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.aws.emulator import Emulator

DENIED = "AccessDenied"
"""How AWS's code begins, in the log of a function."""
NOBODY_HEARS = {"sqs:SendMessage* on WebhookDispatchQueue": "the webhook hears of closed jobs"}
NOT_ASKED_FOR = {
    "create_job": NOBODY_HEARS,
    "update_job": NOBODY_HEARS,
    "put_decision": NOBODY_HEARS,
    "delete_profile": NOBODY_HEARS,
    "dispatch_webhooks": {
        "sqs:SendMessage* on WebhookQueue": "no event is due",
    },
    "note_webhook_result": {
        "sqs:SendMessage* on WebhookDispatchQueue": "the event was delivered, and no other is due",
    },
    "dispatch_matching": {
        "sqs:SendMessage* on NotificationQueue": "no mail waits",
        "sqs:SendMessage* on WebhookDispatchQueue": "no event is due",
    },
    "run_matching": {
        **NOBODY_HEARS,
        "sqs:SendMessage* on MatchingQueue": "no run is due again",
        "sqs:SendMessage* on MatchingDeadLetterQueue": "no run fails for good",
    },
    "notify_employer": {
        **NOBODY_HEARS,
        "sqs:SendMessage* on NotificationQueue": "SES does not ask to wait",
        "sqs:SendMessage* on NotificationDeadLetterQueue": "no mail fails for good",
        "ses:SendEmail ses:SendRawEmail on ": "it has nothing to tell; the guide's mail was sent",
    },
    "create_user": {"sqs:SendMessage on UserDeadLetterQueue": "Lambda itself sends there"},
    "retry_dead_letters": {
        "sqs:SendMessage* on MatchingQueue": "no message has failed",
        "sqs:SendMessage* on NotificationQueue": "no message has failed",
    },
}
"""What sample events do not need, and why, by operation."""


@dataclass(frozen=True)
class Permission:
    """One statement of one policy of a role.

    Args:
        role: the role's name.
        policy: the policy's name, or its ARN if it is a managed one.
        position: of the statement in an inline policy.
        actions: what it allows.
        resource: the logical id of what it allows that on, where the template names one.
    """

    role: str
    policy: str
    position: int
    actions: tuple[str, ...]
    resource: str

    def is_named_in(self, log: str) -> bool:
        """Whether a function's log has a warning or an error that names one of the actions."""
        names = [action.partition(":")[2].rstrip("*") for action in self.actions]
        told = [
            line for line in log.splitlines() if line.startswith('{"level":') and DENIED in line
        ]
        return any(name in line for name in names for line in told)

    def __str__(self) -> str:
        return " ".join([*self.actions, "on", self.resource])


def permissions_of(emulator: Emulator, role: str) -> list[Permission]:
    """What a role allows, without the policies of AWS."""
    iam = emulator.client("iam")
    found = []
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        if not arn.startswith("arn:aws:iam::aws:"):
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            policy = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
            (statement,) = policy["Document"]["Statement"]
            found.append(_permission(role, arn, 0, statement))
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for position, statement in enumerate(document["Statement"]):
            if statement["Effect"] == "Allow":
                found.append(_permission(role, name, position, statement))
    return found


def _permission(role: str, policy: str, position: int, statement: dict[str, Any]) -> Permission:
    action, resource = statement["Action"], statement["Resource"]
    actions = (action,) if isinstance(action, str) else tuple(action)
    # What the emulator names is called STACK-LOGICALID-SUFFIX.
    found = re.search(r"-([A-Za-z]+)-[0-9A-F]{13}$", str(resource))
    return Permission(role, policy, position, actions, found[1] if found else "")


@contextmanager
def taken_away(emulator: Emulator, permission: Permission) -> Iterator[None]:
    """Without a permission during this block, in which each function starts anew."""
    iam, role, policy = emulator.client("iam"), permission.role, permission.policy
    if policy.startswith("arn:"):
        iam.detach_role_policy(RoleName=role, PolicyArn=policy)
        emulator.end_functions()
        yield
        iam.attach_role_policy(RoleName=role, PolicyArn=policy)
        return
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    statements = list(document["Statement"])
    del statements[permission.position]
    fewer = json.dumps({**document, "Statement": statements})
    if statements:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=fewer)
    else:
        iam.delete_role_policy(RoleName=role, PolicyName=policy)
    emulator.end_functions()
    yield
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))
