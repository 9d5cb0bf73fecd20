"""The sample events of events/: the rows that they name, and the functions' answers."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, update

from jobmatch.careers.dates import this_month
from jobmatch.jobs.inputs import JobCreate
from jobmatch.models import (
    EmployerProfile,
    Job,
    JobMatch,
    MatchDecision,
    User,
    UserRole,
    VocabularyAlias,
    Webhook,
)
from jobmatch.operations.users import index_employers
from jobmatch.postgres import transaction
from jobmatch.profiles.schemas import Profile
from jobmatch.profiles.service import put_profiles
from jobmatch.vocabulary.kinds import Kind
from jobmatch.webhooks.signatures import new_secret
from jobmatch.wording.schemas import AliasCreate
from jobmatch.wording.service import create_alias
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
from scripts.generate_events import JOB, MATCH, NEW_EMPLOYER_ID, PROFILE, events
from tests.support.due import AGE
from tests.support.paths import ROOT
from tests.support.running import a_run

STATUSES = {
    "create_job": 201,
    "get_job_by_id": 200,
    "update_job": 200,
    "get_jobs_by_employer": 200,
    "get_jobs_for_admin": 200,
    "get_open_jobs_for_matching": 200,
    "update_job_matching_status": 204,
    "get_matches_for_job": 200,
    "get_match_by_job_and_profile": 200,
    "get_match_candidate": 200,
    "get_decision": 200,
    "put_decision": 200,
    "get_me": 200,
    "use_tools": 200,
    "get_run_changes": 200,
    "insert_match": 200,
    "invalidate_matches_for_job": 200,
    "get_unnotified_matches": 200,
    "mark_matches_notified": 200,
    "request_matching": 202,
    "put_profile": 201,
    "get_profiles": 200,
    "get_profile": 200,
    "delete_profile": 204,
    "export_profile": 200,
    "import_profiles": 200,
    "get_matching_runs": 200,
    "get_matching_state": 200,
    "explain_candidate": 200,
    "preview_matches": 200,
    "draft_job": 200,
    "draft_profile": 200,
    "get_jobs_for_profile": 200,
    "get_decisions": 200,
    "verify_decisions": 200,
    "get_queues": 200,
    "get_dead_letters": 200,
    "retry_dead_letters": 200,
    "drop_dead_letters": 200,
    "get_matching_audit": 200,
    "get_group_audit": 200,
    "get_notification_settings": 200,
    "put_notification_settings": 200,
    "create_webhook": 201,
    "get_webhooks": 200,
    "update_webhook": 200,
    "delete_webhook": 204,
    "rotate_webhook_secret": 200,
    "test_webhook": 202,
    "replay_webhook": 202,
    "get_webhook_events": 200,
    "get_vocabulary": 200,
    "suggest_terms": 200,
    "get_unknown_values": 200,
    "get_aliases": 200,
    "create_alias": 201,
    "delete_alias": 204,
    "get_health": 200,
}
HEAD = max(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("0*.py"))
"""The newest migration."""
RESULTS = {
    "dispatch_matching": {"queued": 1, "mails": 0, "webhooks": 0},
    "run_matching": {"batchItemFailures": []},
    "notify_employer": {"batchItemFailures": []},
    "turn_mails_off": {"batchItemFailures": []},
    "dispatch_webhooks": {"batchItemFailures": []},
    "send_webhook": {"batchItemFailures": []},
    "note_webhook_result": {"batchItemFailures": []},
    "create_user": {"userId": NEW_EMPLOYER_ID, "role": "employer"},
    "confirm_user": events()["confirm_user"],
    "reindex_profiles": {
        "reindexed": 0,
        "employers": 0,
        "unreadable": 0,
        "unreadableIds": [],
        "remaining": 0,
        "after": None,
    },
    "purge_history": {
        "matchingRuns": 0,
        "notifications": 0,
        "idempotencyKeys": 0,
        "previewCounts": 0,
        "profileChanges": 0,
        "decisions": 0,
        "webhookEvents": 0,
        "isComplete": True,
    },
    "collect_heads": {"heads": 1},
    "sign_heads": {"batchItemFailures": []},
    "migrate_database": {"revision": HEAD, "applied": [], "waiting": []},
    "create_database_roles": {},
}
"""The results of functions without a route."""
CLUSTER = {
    "DATABASE_CLUSTER_ARN": "arn:aws:rds:us-east-1:123456789012:cluster:sample",
    "DATABASE_MASTER_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:sample",
    "DATABASE_NAME": "jobmatch",
}
"""The variables that tell create_database_roles of a cluster."""


def event_of(operation: str) -> dict[str, Any]:
    """The sample event of a function."""
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{operation}.json").read_text())
    return event


def lay_out() -> None:
    """Create the rows that the events name, and commit."""
    job = JobCreate.model_validate(JOB).model_dump(exclude={"employer_user_id"})
    with transaction() as connection:
        connection.execute(
            insert(User),
            [
                {"id": UUID(ADMIN_ID), "email": "admin@site.example", "role": UserRole.ADMIN},
                {"id": UUID(EMPLOYER_ID), "email": "e@firm.example", "role": UserRole.EMPLOYER},
            ],
        )
        connection.execute(
            insert(EmployerProfile).values(user_id=UUID(EMPLOYER_ID), company_name="Firm LLP")
        )
        index_employers(connection, maximum_age=AGE)
        profiles = {
            UUID(PROFILE_ID): Profile.model_validate(PROFILE),
            UUID(DELETED_PROFILE_ID): Profile.model_validate({"name": "Sam Sample"}),
        }
        put_profiles(connection, profiles, this_month=this_month(), aliases=None)
        owner = {"employer_user_id": UUID(EMPLOYER_ID), "created_by": UUID(EMPLOYER_ID)}
        connection.execute(insert(Job).values(id=UUID(JOB_ID), **owner, **job))
        connection.execute(
            insert(JobMatch).values(
                id=UUID(MATCH_ID),
                job_id=UUID(JOB_ID),
                profile_id=UUID(PROFILE_ID),
                overall_score=MATCH["overallScore"],
                subscores=json.dumps(MATCH["subscores"]),
                summary=MATCH["summary"],
                recommendation=MATCH["recommendation"],
            )
        )
        alias = AliasCreate(list=Kind.BAR, value="Listed at Munich", term="European Patent Office")
        made = create_alias(connection, alias, admin_id=UUID(ADMIN_ID))
        connection.execute(
            update(VocabularyAlias)
            .where(VocabularyAlias.id == made.id)
            .values(id=UUID(ALIAS_ID), applied_at=func.now())
        )
        decision = {"decision": "held", "reason": "Free from March on."}
        about = {"job_id": UUID(JOB_ID), "profile_id": UUID(PROFILE_ID)}
        connection.execute(insert(MatchDecision).values(**about, **decision))
        employer = {"employer_user_id": UUID(EMPLOYER_ID), "created_by": UUID(EMPLOYER_ID)}
        heard = {"url": "https://hooks.marlow.example/jobmatch", "events": ["job.closed"]}
        webhook = {**employer, **heard, "secret": new_secret()}
        connection.execute(insert(Webhook).values(id=UUID(WEBHOOK_ID), **webhook))
    a_run(JOB_ID, UUID(RUN_ID))
