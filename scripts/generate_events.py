"""Write events/*.json: one event per function, as AWS would send it.

The events are for `sam local invoke` and for tests. Their ids are in the sample data, and in the
rows that tests lay out. The request to a route is made from the template; only its body stands
here. `--check` writes nothing and fails when a file on disk differs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.events import REGION, http_event, schedule_event, sqs_event
from local.examples import (
    ADMIN_ID,
    ALIAS_ID,
    DELETED_PROFILE_ID,
    EMPLOYER_ID,
    JOB_ID,
    MATCH_ID,
    PROFILE_ID,
    RUN_ID,
    WEBHOOK_ID,
)
from local.feedback import mail_event
from local.template import Template

if TYPE_CHECKING:
    from local.resources import Route

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "events"
TEMPLATE = Template(ROOT / "template.yaml")

HEAD = [1, "ab" * 32, "2026-01-05T12:00:00+00:00"]
NOTIFICATION_ID = "00000000-0000-4000-8000-000000000006"
NEW_USER_ID = "00000000-0000-4000-8000-000000000007"
REQUEST_ID = "00000000-0000-4000-8000-00000000000a"
NEW_PROFILE_ID = "00000000-0000-4000-8000-00000000000d"
EVENT_ID = "00000000-0000-4000-8000-000000000012"
LETTER_ID = "00000000-0000-4000-8000-00000000000f"
NEW_EMPLOYER_ID = "00000000-0000-4000-8000-000000000010"

ADMIN = {"sub": ADMIN_ID, "cognito:groups": ["admin"]}
EMPLOYER = {"sub": EMPLOYER_ID, "cognito:groups": ["employer"]}

JOB = {
    "title": "Patent counsel, medical devices",
    "status": "open",
    "requiredSpecializations": ["Patent Prosecution"],
    "minimumExperience": 4,
    "preferredLocation": "Munich, Germany",
    "requiredBar": ["European Patent Office"],
}
PROFILE = {
    "name": "Ada Sample",
    "status": "active",
    "location": "Munich, Germany",
    "specializations": ["Patent Prosecution"],
    "barAdmissions": [{"jurisdiction": "EPO", "year": 2016, "status": "active"}],
    "workHistory": [{"employer": "Sample & Partner", "title": "Associate", "startDate": "2016-09"}],
}
EMPLOYER_USER = {
    "userId": NEW_EMPLOYER_ID,
    "email": "jobs@marlow.example",
    "role": "employer",
    "companyName": "Marlow Devices",
    "corporateDomains": ["marlow.example"],
}
SUBSCORE = {"score": 80, "explanation": "Fits well."}
MATCH = {
    "overallScore": 80,
    "subscores": dict.fromkeys(
        (
            "specializationMatch",
            "experienceFit",
            "technicalBackground",
            "locationMatch",
            "barAdmissions",
        ),
        SUBSCORE,
    ),
    "summary": "A good fit in every respect.",
    "recommendation": "Strong Match",
}
BODIES: dict[str, dict[str, Any]] = {
    "create_job": JOB,
    "update_job": {"minimumExperience": 6},
    "update_job_matching_status": {"matchingStatus": "pending"},
    "insert_match": MATCH,
    "mark_matches_notified": {"matchIds": [MATCH_ID]},
    "get_group_audit": {"groups": [{"group": "first year", "profileIds": [PROFILE_ID]}]},
    "preview_matches": JOB,
    "put_notification_settings": {"enabled": True, "threshold": 80},
    "put_decision": {"decision": "declined", "reason": "Needs someone in Munich from January on."},
    "put_profile": PROFILE,
    "create_alias": {"list": "specializations", "value": "Guarding of marks", "term": "Trademarks"},
    "create_webhook": {
        "url": "https://hooks.marlow.example/jobmatch",
        "events": ["match.added", "match.removed"],
    },
    "update_webhook": {"events": ["match.added"]},
    "replay_webhook": {"fromSequence": 1},
    "retry_dead_letters": {"ids": [LETTER_ID]},
    "drop_dead_letters": {"ids": [LETTER_ID]},
    "import_profiles": {"profiles": [{"id": NEW_PROFILE_ID, **PROFILE}]},
    "use_tools": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
}
"""The bodies of requests, by operation."""
SENT = {"webhookId": WEBHOOK_ID, "eventId": EVENT_ID, "claim": 1, "attempt": 1}
DELIVERY = {
    "url": "https://hooks.marlow.example/jobmatch",
    "headers": {
        "content-type": "application/json",
        "webhook-id": EVENT_ID,
        "webhook-timestamp": "1767614400",
        "webhook-signature": "v1,c2FtcGxl",
    },
    "body": '{"type": "webhook.test"}',
}
"""A signed event; its time has passed, so it is told to be stale and not sent."""
DOCUMENTS = {
    "draft_job": """\
Patent counsel, medical devices

We look for a patent attorney with at least four years of patent prosecution in medical devices.
You are admitted before the European Patent Office and live in or near Munich, Germany.
""",
    "draft_profile": """\
Ada Sample
Munich, Germany | ada@sample.example

Experience
Associate, Sample & Partner  09/2016 - present
Patent prosecution in medical devices

Admissions
European Patent Attorney, 2016
""",
}
"""The bodies of requests that are plain text, by operation."""
IDS = {
    "employerUserId": EMPLOYER_ID,
    "jobId": JOB_ID,
    "profileId": PROFILE_ID,
    "aliasId": ALIAS_ID,
    "runId": RUN_ID,
    "webhookId": WEBHOOK_ID,
}
OWN_IDS = {
    "delete_profile": {"profileId": DELETED_PROFILE_ID},
    "put_profile": {"profileId": NEW_PROFILE_ID},
}
"""The ids of requests that end or replace someone, so that all others succeed before and after."""
QUERIES = {
    "suggest_terms": "list=specializations&q=trade",
    "get_run_changes": f"since={RUN_ID}",
}
"""The queries of requests that must have one, by operation."""

REFUSING = {"GET /mcp"}
"""Routes that only say that there is nothing: of a function that has another one."""
CHANGES = (
    "create_user",
    "confirm_user",
    "put_profile",
    "import_profiles",
    "create_job",
    "create_alias",
    "delete_alias",
    "put_notification_settings",
    "put_decision",
    "insert_match",
    "mark_matches_notified",
    "update_job_matching_status",
    "request_matching",
    "run_matching",
    "dispatch_matching",
    "notify_employer",
    "turn_mails_off",
    "create_webhook",
    "update_webhook",
    "rotate_webhook_secret",
    "test_webhook",
    "replay_webhook",
    "dispatch_webhooks",
    "send_webhook",
    "note_webhook_result",
    "delete_webhook",
    "retry_dead_letters",
    "drop_dead_letters",
    "update_job",
    "invalidate_matches_for_job",
    "delete_profile",
    "reindex_profiles",
    "purge_history",
    "collect_heads",
    "sign_heads",
    "migrate_database",
    "create_database_roles",
)
"""The events that change something, in an order in which each succeeds once on the sample data.

All others only read; they come before.
"""


def in_order() -> list[str]:
    """The functions in the order in which their events succeed, one after the other."""
    return [*sorted(events().keys() - set(CHANGES)), *CHANGES]


def served_routes() -> list[Route]:
    """The template's routes but those that refuse every request."""
    return [each for each in TEMPLATE.routes if f"{each.method} {each.path}" not in REFUSING]


def _request(route: Route) -> dict[str, Any]:
    """A request to a route from a caller who may use it."""
    ids = {**IDS, **OWN_IDS.get(route.function.operation, {})}
    caller = ADMIN if route.path.startswith("/admin/") else EMPLOYER
    body = BODIES.get(route.function.operation)
    document = DOCUMENTS.get(route.function.operation)
    media_type = "text/plain" if document else "application/json"
    return http_event(
        route.method,
        route.path.format(**ids),
        route=route.path,
        path_parameters={name: value for name, value in ids.items() if f"{{{name}}}" in route.path},
        query=QUERIES.get(route.function.operation, ""),
        headers={"content-type": media_type} if body or document else {},
        body=json.dumps(body) if body else document,
        claims=caller if route.authorizer else None,
    )


def _confirmation(source: str) -> dict[str, Any]:
    """The event of a Cognito user pool after a confirmation, such as that of a sign-up."""
    return {
        "version": "1",
        "region": REGION,
        "userPoolId": f"{REGION}_sample",
        "userName": NEW_USER_ID,
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "sample"},
        "triggerSource": source,
        "request": {
            "userAttributes": {
                "sub": NEW_USER_ID,
                "cognito:user_status": "CONFIRMED",
                "email_verified": "true",
                "email": "new@person.example",
            }
        },
        "response": {},
    }


def _message(body: dict[str, Any]) -> dict[str, Any]:
    return sqs_event([json.dumps(body)], texts={"correlationId": REQUEST_ID})


def events() -> dict[str, dict[str, Any]]:
    """The event of each function, by the function's name."""
    return {route.function.operation: _request(route) for route in served_routes()} | {
        "dispatch_matching": schedule_event("dispatch_matching"),
        "run_matching": _message({"jobId": JOB_ID}),
        "notify_employer": _message({"notificationId": NOTIFICATION_ID}),
        "turn_mails_off": sqs_event(
            [
                json.dumps(
                    mail_event("bounce", [str(EMPLOYER_USER["email"])], "2026-01-05T12:00:00.000Z")
                )
            ]
        ),
        "dispatch_webhooks": _message({"webhookId": WEBHOOK_ID}),
        "send_webhook": _message({**SENT, **DELIVERY}),
        "note_webhook_result": _message({**SENT, "status": 204}),
        "create_user": EMPLOYER_USER,
        "confirm_user": _confirmation("PostConfirmation_ConfirmSignUp"),
        "reindex_profiles": {},
        "purge_history": schedule_event("purge_history"),
        "collect_heads": schedule_event("collect_heads"),
        "sign_heads": _message({"heads": {JOB_ID: HEAD}}),
        "migrate_database": {},
        "create_database_roles": {},
    }


def _pinned(value: Any, key: str = "") -> Any:
    # Ids and times of a request are the same on every run.
    pins: dict[str, Any] = {
        "requestId": REQUEST_ID,
        "messageId": "00000000-0000-4000-8000-00000000000b",
        "receiptHandle": "receipt",
        "id": "00000000-0000-4000-8000-00000000000c",
        "time": "2026-01-05T12:00:00Z",
        "timeEpoch": 1767614400000,
        "SentTimestamp": "1767614400000",
        "ApproximateFirstReceiveTimestamp": "1767614400000",
    }
    if key in pins:
        return pins[key]
    if isinstance(value, dict):
        return {name: _pinned(part, name) for name, part in value.items()}
    return [_pinned(part) for part in value] if isinstance(value, list) else value


def main() -> int:
    """Write the files, or compare them with those on disk."""
    differing = []
    files = {name: _pinned(event) for name, event in events().items()}
    for name, content in files.items():
        file = FOLDER / f"{name}.json"
        text = json.dumps(content, indent=2) + "\n"
        if "--check" not in sys.argv:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            differing.append(file.name)
    if differing:
        print(f"events/ differs ({', '.join(differing)}): run scripts/generate_events.py")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
