"""What SES reports of a mail, as EventBridge hands it to the queue.

As in SES's mailbox simulator, what goes to bounce@simulator.amazonses.com bounces, and
complaint@simulator.amazonses.com complains.
"""

import uuid
from typing import Any, Literal

from local.events import ACCOUNT_ID, REGION

SIMULATOR = "@simulator.amazonses.com"
CONFIGURATION_SET = "MailConfigurationSet"


def reported(to: str, sent_at: str) -> dict[str, Any] | None:
    """The event that follows a mail to an address of the simulator; `None` for any other."""
    if to == f"bounce{SIMULATOR}":
        return mail_event("bounce", [to], sent_at)
    if to == f"complaint{SIMULATOR}":
        return mail_event("complaint", [to], sent_at)
    return None


def mail_event(
    kind: Literal["bounce", "complaint"], to: list[str], sent_at: str, **changed: Any
) -> dict[str, Any]:
    """The event of a mail that all its readers' servers refused, or that all of them reported.

    Args:
        kind: what happened.
        to: to whom it was sent.
        sent_at: when, in ISO 8601.
        changed: members of the report that differ, as `bounceType`.
    """
    if kind == "bounce":
        name, report = "Email Bounced", _bounce(to, sent_at)
    else:
        name, report = "Email Complaint Received", _complaint(to, sent_at)
    source = "matches@jobmatch.example"
    identity = f"arn:aws:ses:{REGION}:{ACCOUNT_ID}:identity/jobmatch.example"
    named = f"arn:aws:ses:{REGION}:{ACCOUNT_ID}:configuration-set/{CONFIGURATION_SET}"
    mail = {
        "timestamp": sent_at,
        "source": source,
        "sourceArn": identity,
        "sendingAccountId": ACCOUNT_ID,
        "messageId": "0100018c2a7e4c5b-7c191be4-e9ae-4d12-a87d-dd0099a07f8a-000000",
        "destination": to,
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": source},
            {"name": "To", "value": ", ".join(to)},
            {"name": "Subject", "value": "1 good new match for Patent counsel"},
        ],
        "commonHeaders": {"from": [source], "to": to},
        "tags": {
            "ses:configuration-set": [CONFIGURATION_SET],
            "ses:from-domain": ["jobmatch.example"],
        },
    }
    return {
        "version": "0",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {sent_at}")),
        "detail-type": name,
        "source": "aws.ses",
        "account": ACCOUNT_ID,
        "time": sent_at,
        "region": REGION,
        "resources": [named],
        "detail": {"eventType": kind.capitalize(), kind: report | changed, "mail": mail},
    }


def _bounce(to: list[str], time: str) -> dict[str, Any]:
    refused = {
        "action": "failed",
        "status": "5.1.1",
        "diagnosticCode": "smtp; 550 5.1.1 user unknown",
    }
    return {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": each, **refused} for each in to],
        "timestamp": time,
        "feedbackId": "0100018c2a7e53f1-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "reportingMTA": "dsn; mta.example.com",
    }


def _complaint(to: list[str], time: str) -> dict[str, Any]:
    return {
        "complainedRecipients": [{"emailAddress": each} for each in to],
        "timestamp": time,
        "feedbackId": "0100018c2a7e53f1-61b59c11-9236-11e6-8f96-7be8aexample-000001",
        "complaintSubType": None,
        "userAgent": "ExampleCorp Feedback Loop (V0.01)",
        "complaintFeedbackType": "abuse",
        "arrivalDate": time,
    }
