"""Write events/*.json: one event per function, as AWS would send it, and env.json.

The events are for `sam local invoke` and for the test that runs each through its handler, so ids in
them are those of the people and things that the test lays out. `--check` writes nothing and
fails when a file on disk differs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from local.events import REGION, http_event, schedule_event, sqs_event
from local.template import Template

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "events"

ADMIN_ID = "00000000-0000-4000-8000-000000000001"
EMPLOYER_ID = "00000000-0000-4000-8000-000000000002"
JOB_ID = "00000000-0000-4000-8000-000000000003"
PROFILE_ID = "00000000-0000-4000-8000-000000000004"
MATCH_ID = "00000000-0000-4000-8000-000000000005"
NOTIFICATION_ID = "00000000-0000-4000-8000-000000000006"
NEW_USER_ID = "00000000-0000-4000-8000-000000000007"
REQUEST_ID = "00000000-0000-4000-8000-00000000000a"

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
    "userId": EMPLOYER_ID,
    "email": "e@firm.example",
    "role": "employer",
    "companyName": "Firm LLP",
    "corporateDomains": ["firm.example"],
}
GROUPS = {"groups": [{"group": "first year", "profileIds": [PROFILE_ID]}]}
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


def _request(
    method: str, route: str, claims: dict[str, Any] | None, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    ids = {"employerUserId": EMPLOYER_ID, "jobId": JOB_ID, "profileId": PROFILE_ID}
    return http_event(
        method,
        route.format(**ids),
        route=route,
        path_parameters={name: value for name, value in ids.items() if f"{{{name}}}" in route},
        headers={"content-type": "application/json"} if body else {},
        body=json.dumps(body) if body else None,
        claims=claims,
    )


def _confirmation(source: str) -> dict[str, Any]:
    """What a Cognito user pool sends when somebody has confirmed who they are."""
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


def _message(body: dict[str, str]) -> dict[str, Any]:
    return sqs_event([json.dumps(body)], texts={"correlationId": REQUEST_ID})


def events() -> dict[str, dict[str, Any]]:
    """The event of each function, by the function's name."""
    matches = "/admin/jobs/{jobId}/matches"
    settings = "/employers/{employerUserId}/notification-settings"
    imported = {"profiles": [{"id": PROFILE_ID, **PROFILE}]}
    return {
        "create_job": _request("POST", "/jobs", EMPLOYER, JOB),
        "get_job_by_id": _request("GET", "/jobs/{jobId}", EMPLOYER),
        "update_job": _request("PATCH", "/jobs/{jobId}", EMPLOYER, {"minimumExperience": 6}),
        "get_jobs_by_employer": _request("GET", "/employers/{employerUserId}/jobs", EMPLOYER),
        "get_jobs_for_admin": _request("GET", "/admin/jobs", ADMIN),
        "get_open_jobs_for_matching": _request("GET", "/admin/jobs/due-for-matching", ADMIN),
        "update_job_matching_status": _request(
            "PUT", "/admin/jobs/{jobId}/matching-status", ADMIN, {"matchingStatus": "pending"}
        ),
        "get_matches_for_job": _request("GET", "/jobs/{jobId}/matches", EMPLOYER),
        "get_match_by_job_and_profile": _request(
            "GET", "/jobs/{jobId}/matches/{profileId}", EMPLOYER
        ),
        "get_match_candidate": _request(
            "GET", "/jobs/{jobId}/matches/{profileId}/candidate", EMPLOYER
        ),
        "insert_match": _request("PUT", f"{matches}/{{profileId}}", ADMIN, MATCH),
        "invalidate_matches_for_job": _request("DELETE", matches, ADMIN),
        "get_unnotified_matches": _request("GET", "/admin/jobs/{jobId}/unnotified-matches", ADMIN),
        "mark_matches_notified": _request(
            "POST", "/admin/matches/notified", ADMIN, {"matchIds": [MATCH_ID]}
        ),
        "request_matching": _request("POST", "/jobs/{jobId}/matching-runs", EMPLOYER),
        "dispatch_matching": schedule_event("dispatch_matching"),
        "get_matching_runs": _request("GET", "/jobs/{jobId}/matching-runs", EMPLOYER),
        "explain_candidate": _request(
            "GET", "/admin/jobs/{jobId}/candidates/{profileId}/explanation", ADMIN
        ),
        "get_jobs_for_profile": _request("GET", "/admin/profiles/{profileId}/matches", ADMIN),
        "get_decisions": _request("GET", "/admin/decisions", ADMIN),
        "get_matching_audit": _request("GET", "/admin/matching-audit", ADMIN),
        "get_group_audit": _request("POST", "/admin/matching-audit", ADMIN, GROUPS),
        "preview_matches": _request("POST", "/jobs/preview-matches", EMPLOYER, JOB),
        "run_matching": _message({"jobId": JOB_ID}),
        "notify_employer": _message({"notificationId": NOTIFICATION_ID}),
        "get_notification_settings": _request("GET", settings, EMPLOYER),
        "put_notification_settings": _request(
            "PUT", settings, EMPLOYER, {"enabled": True, "threshold": 80}
        ),
        "put_profile": _request("PUT", "/admin/profiles/{profileId}", ADMIN, PROFILE),
        "get_profile": _request("GET", "/admin/profiles/{profileId}", ADMIN),
        "delete_profile": _request("DELETE", "/admin/profiles/{profileId}", ADMIN),
        "export_profile": _request("GET", "/admin/profiles/{profileId}/export", ADMIN),
        "import_profiles": _request("POST", "/admin/profiles/import", ADMIN, imported),
        "get_vocabulary": _request("GET", "/vocabulary", EMPLOYER),
        "get_health": _request("GET", "/health", None),
        "create_user": EMPLOYER_USER,
        "confirm_user": _confirmation("PostConfirmation_ConfirmSignUp"),
        "reindex_profiles": {},
        "purge_history": schedule_event("purge_history"),
        "migrate_database": {},
        "create_database_roles": {},
    }


def environment() -> dict[str, dict[str, str]]:
    """For `sam local invoke --env-vars`: a database that a container finds on its host.

    sam passes on only variables that the template names.
    """
    variables = next(iter(Template(ROOT / "template.yaml").functions.values())).environment
    nobody = {name: "" for name in variables if name.startswith("DATABASE_")}
    url = "postgresql+pg8000://jobmatch:jobmatch@host.docker.internal:5432/jobmatch"
    return {"Parameters": nobody | {"DATABASE_URL": url}}


def _pinned(value: Any, key: str = "") -> Any:
    # Ids and times of the request itself, the same on every run.
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
        return {name: _pinned(each, name) for name, each in value.items()}
    return [_pinned(each) for each in value] if isinstance(value, list) else value


def main() -> int:
    """Write the files, or compare them with those on disk."""
    differing = []
    files = {name: _pinned(event) for name, event in events().items()} | {"env": environment()}
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
