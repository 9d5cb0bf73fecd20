"""What PostgreSQL reads for every operation, where the tables are long.

The rows are real: 5,000 profiles and jobs, 25,000 matches, and history. The planner takes them
for 1,000,000 profiles, 100,000 jobs and 1,000,000 matches (`tests.support.reads`), so that it
chooses as it does there. Counted is what was really read.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from jobmatch.audit import queries as decisions
from jobmatch.audit.anchors import get_heads
from jobmatch.audit.schemas import Group, Period
from jobmatch.audit.verification import verify_decisions
from jobmatch.candidates import queries as candidates
from jobmatch.careers.dates import this_month
from jobmatch.careers.employers import Employer
from jobmatch.comparison import queries as run_changes
from jobmatch.deliveries import outbox
from jobmatch.deliveries.disabled_mail import claim_mail as claim_mail_of
from jobmatch.deliveries.schedule import get_due_mails, tidy_webhooks
from jobmatch.directory import queries as directory
from jobmatch.insights import explanation as explanations
from jobmatch.insights import preview as previews
from jobmatch.insights import suitable_jobs
from jobmatch.jobs import concerned
from jobmatch.jobs import due as changes
from jobmatch.jobs import queries as jobs
from jobmatch.jobs import service as job_service
from jobmatch.jobs.inputs import JobCreate, JobUpdate
from jobmatch.jobs.schemas import AdminJobPage
from jobmatch.matches import decisions as deciding
from jobmatch.matches import queries as job_matches
from jobmatch.matches import service as match_service
from jobmatch.matches.queries import MatchFilters
from jobmatch.matches.schemas import DecisionPut
from jobmatch.model_scorer import service as prompts
from jobmatch.models import (
    Job,
    JobMatch,
    JobStatus,
    MatchingStatus,
    ProfileFeatures,
    ProfileStatus,
    UserRole,
    Webhook,
)
from jobmatch.notifications import preferences
from jobmatch.notifications import queries as notifications
from jobmatch.notifications.schemas import NotificationPreferences
from jobmatch.operations import health, histories, me, users
from jobmatch.operations import upkeep as history
from jobmatch.operations import users as employers
from jobmatch.operations.aliases import apply_aliases
from jobmatch.operations.reindex import BATCH
from jobmatch.operations.users import UserInput
from jobmatch.permissions import Caller
from jobmatch.permissions import predicates as access
from jobmatch.postgres import connect
from jobmatch.postings import service as postings
from jobmatch.profiles import export as exports
from jobmatch.profiles import queries as profiles
from jobmatch.profiles import service as profile_service
from jobmatch.profiles import service as reindexing
from jobmatch.profiles.schemas import Profile
from jobmatch.queues import queries as letters
from jobmatch.queues import service as dead_letters
from jobmatch.queues.dead_letters import Queues
from jobmatch.queues.letters import Letter
from jobmatch.queues.schemas import LetterResult, QueueName
from jobmatch.rankings import service as audits
from jobmatch.rules.ranking import best_candidates
from jobmatch.rules.versions import profile_version
from jobmatch.runs import failures
from jobmatch.runs import history as run_history
from jobmatch.runs import queries as runs
from jobmatch.runs import state as states
from jobmatch.shortlists import storing
from jobmatch.web.pages import (
    BestFirst,
    ByJob,
    BySequence,
    LatestFirst,
    Listing,
    NewestFirst,
    OldestFirst,
)
from jobmatch.webhooks import queries as hooks
from jobmatch.webhooks import service as hook_service
from jobmatch.webhooks.messages import DeliveryResult
from jobmatch.webhooks.recording import take_heard
from jobmatch.webhooks.schemas import WebhookCreate, WebhookUpdate
from jobmatch.wording import checks
from jobmatch.wording import queries as wording
from jobmatch.wording import service as aliases
from jobmatch.wording.schemas import AliasCreate
from tests.support.capture import captured
from tests.support.due import AGE, take_up_batch, turn_month
from tests.support.functions import FOLDERS
from tests.support.long_tables import an_employer, fill_jobs, fill_profiles
from tests.support.postings import SUBSCORES
from tests.support.reads import read_by, take_for
from tests.support.requirements import asking
from tests.support.rows import empty_tables
from tests.support.running import a_run
from tests.support.settings import DEFAULTS
from tests.support.source import MODULES, imports, parsed, uses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection

SIZES = {
    "profiles": 1_000_000,
    "profile_features": 1_000_000,
    "users": 1_000_000,
    "employer_profiles": 100_000,
    "employer_features": 100_000,
    "jobs": 100_000,
    "job_features": 100_000,
    "job_bounds": 100_000,
    "reserves": 1_000_000,
    "job_matches": 1_000_000,
    "told_matches": 1_000_000,
    "found_matches": 1_000_000,
    "match_decisions": 1_000_000,
    "matching_runs": 1_000_000,
    "notifications": 1_000_000,
    "notification_settings": 100_000,
    "idempotency_keys": 1_000_000,
    "candidate_keys": 1_000_000,
    "decisions": 1_000_000,
    "expired_decisions": 100_000,
    "preview_counts": 100_000,
    "webhooks": 100_000,
    "webhook_events": 1_000_000,
}

SHORT = {"vocabulary_aliases"}
"""Tables that may always be read from end to end: an operator's aliases are few, and all hold."""

# The jobs as they are in the long run: most are matched, few wait, and all have a history.
HISTORY = """
UPDATE jobs SET
    employer_user_id = CASE WHEN j.n % 5 = 0 THEN :employer ELSE employer_user_id END,
    status = CASE WHEN j.n % 4 = 3 THEN 'closed' ELSE 'open' END\\:\\:job_status,
    matching_status = CASE j.n % 500 WHEN 100 THEN 'pending' WHEN 200 THEN 'running'
                      WHEN 300 THEN 'failed' ELSE 'completed' END\\:\\:matching_status,
    matching_lease_until = CASE j.n % 500 WHEN 200 THEN now() + interval '1 hour' END,
    matching_retry_at = CASE j.n % 500 WHEN 300 THEN 'infinity'\\:\\:timestamptz END,
    matched_at = now() - j.n % 150 * interval '1 hour'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM jobs) AS j WHERE j.id = jobs.id;
INSERT INTO job_features
SELECT id, lower(required_specializations\\:\\:text)\\:\\:text[], '{}', '{}' FROM jobs;
INSERT INTO told_matches
SELECT job_id, profile_id, now() FROM job_matches WHERE overall_score > 80;
INSERT INTO match_decisions
SELECT job_id, profile_id, 'held' FROM job_matches WHERE overall_score > 70;
INSERT INTO matching_runs (id, job_id, started_at, finished_at, outcome, scorer, rubric_version)
SELECT gen_random_uuid(), id, time, time, 'completed', 'rubric', 1
FROM jobs, generate_series(1, 2) AS k, LATERAL (SELECT created_at - k * interval '90 days' AS time);
INSERT INTO notifications (job_id, run_id, status, due_at, created_at, claimed_at, finished_at)
SELECT id, gen_random_uuid(), 'sent', time, time, time, time
FROM jobs, LATERAL (SELECT created_at - interval '178 days' AS time);
INSERT INTO notifications (job_id, run_id)
SELECT id, gen_random_uuid() FROM jobs WHERE matching_status = 'failed';
INSERT INTO notification_settings SELECT user_id FROM employer_profiles;
INSERT INTO idempotency_keys
SELECT employer_user_id, id, '', id, now() - (now() - created_at) / 3 FROM jobs;
INSERT INTO preview_counts (employer_user_id, asked_at)
SELECT user_id, array[now() - (hashtext(user_id\\:\\:text) & 63) * interval '1 hour']
FROM employer_profiles;
INSERT INTO candidate_keys SELECT id FROM profiles;
INSERT INTO decisions
SELECT id, k, now() - 60 * (now() - created_at) - (3 - k) * interval '90 days', 'ranked',
    json_build_object('candidates', json_build_array(md5(id\\:\\:text || k)),
    'scores', json_build_array(50),
    'facts', json_build_object('passed', 1, 'scorer', 'rubric',
        'rubricVersion', 1, 'modelId', null, 'promptVersion', null, 'requirements',
        json_build_object('requiredSpecializations', json_build_array('Licensing'),
            'preferredSpecializations', json_build_array(), 'minimumExperience', null,
            'preferredLocation', null, 'requiredBar', json_build_array(),
            'requiredTechnicalDomains', json_build_array()))), '', ''
FROM jobs, generate_series(1, 2) AS k;
INSERT INTO decisions
SELECT job_id, number + k, recorded_at + k * (now() - recorded_at) / 121, 'ranked',
    json_build_object('candidates', json_build_array(md5(job_id\\:\\:text || k)),
    'scores', json_build_array(50), 'base', number, 'listed', k,
    'facts', json_build_object('passed', k)), '', '', number
FROM decisions, generate_series(1, 120) AS k
WHERE number = 2 AND hashtext(job_id\\:\\:text) % 50 = 0;
UPDATE matching_runs SET entry_number = (
    SELECT max(number) FROM decisions AS told
    WHERE told.job_id = matching_runs.job_id AND told.recorded_at <= matching_runs.finished_at
) WHERE hashtext(id\\:\\:text) % 2 = 0;
INSERT INTO expired_decisions SELECT id, 0, now(), '' FROM jobs;
INSERT INTO webhooks (employer_user_id, created_by, url, events, secret)
SELECT user_id, user_id, 'https://hooks.site.example/', '{job.created, match.added, match.removed}',
    'whsec_c2VjcmV0' FROM employer_profiles;
INSERT INTO webhook_events (webhook_id, sequence, type, data, job_id, profile_id, state, created_at)
SELECT w.id, row_number() OVER (PARTITION BY w.id), 'match.added', '{}', m.job_id, m.profile_id,
    'delivered', j.created_at - interval '178 days'
FROM job_matches m JOIN jobs j ON j.id = m.job_id
JOIN webhooks w ON w.employer_user_id = j.employer_user_id;
UPDATE webhooks SET last_sequence = 1000000;
UPDATE profiles SET indexed_at = updated_at, indexed_version = :version
WHERE hashtext(id\\:\\:text) % 500 <> 0;
VACUUM ANALYZE;
"""


class Known(NamedTuple):
    """A job that is completed, a match of it, and a mail that is due, with whom they concern."""

    caller: Caller
    job: UUID
    pending: UUID
    created_at: datetime
    profile: UUID
    match: UUID
    mail: UUID
    runs: tuple[UUID, UUID]
    webhook: UUID


def letter(job: UUID, mail: UUID) -> tuple[QueueName, Letter]:
    body = {"notificationId": str(mail)}
    about = {"jobId": {"StringValue": str(job)}}
    return QueueName.MAILS, Letter(str(uuid4()), datetime.now(UTC), body, about, "receipt")


class OneLetter(Queues):
    """Queues with one dead letter, which is settled whatever it is asked for."""

    def __init__(self, job: UUID, mail: UUID) -> None:
        self._letter = letter(job, mail)

    def settle(self, letter_ids: Sequence[UUID], settle: Any) -> list[LetterResult]:
        return [LetterResult(each, True, settle(self._letter[1])) for each in letter_ids]


def verified(connection: Connection, job: UUID | None, after: ByJob | None) -> object:
    listing = Listing(ByJob, "verification")
    cursor = listing.cursor(after) if after else None
    return verify_decisions(
        connection, job_id=job, listing=listing, cursor=cursor, retention=None, portion=50
    )


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to call an operation.

    Args:
        work: the call.
        rows: how many rows, index entries and searches it may read.
        scans: tables that it may read from end to end, each with the reason.
    """

    work: Callable[[Connection], object]
    rows: int = 200
    scans: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def known(migrated_url: str) -> Iterator[Known]:
    """The filled tables, made once: what the tests change in them is rolled back."""
    fill_profiles(1, 5_000)
    fill_jobs(5_000, 25_000, 5_000)
    caller = an_employer()
    values = {"version": profile_version(), "employer": caller.user_id}
    with connect() as connection:
        for statement in HISTORY.split(";\n"):
            if statement:
                known = {name: values[name] for name in values if f":{name}" in statement}
                connection.execute(text(statement), known)
    with connect() as connection:
        job, created_at, profile, match = connection.execute(
            select(Job.id, Job.created_at, JobMatch.profile_id, JobMatch.id)
            .join(JobMatch, JobMatch.job_id == Job.id)
            .join(ProfileFeatures, ProfileFeatures.profile_id == JobMatch.profile_id)
            .where(
                ProfileFeatures.status == ProfileStatus.ACTIVE,
                Job.employer_user_id == caller.user_id,
                Job.status == JobStatus.OPEN,
                Job.matching_status == MatchingStatus.COMPLETED,
            )
            .limit(1)
        ).one()
        pending = connection.scalars(
            select(Job.id).where(
                Job.matching_status == MatchingStatus.PENDING, Job.status == JobStatus.OPEN
            )
        ).first()
        mail = notifications.get_due_notifications(connection)[0]
        of_caller = Webhook.employer_user_id == caller.user_id
        webhook = connection.scalars(select(Webhook.id).where(of_caller)).one()
    assert pending
    compared = UUID(a_run(job)), UUID(a_run(job))
    yield Known(caller, job, pending, created_at, profile, match, mail, compared, webhook)
    with connect() as connection:
        connection.execute(text("DROP TABLE sample"))
    empty_tables()


def reading(known: Known) -> dict[str, Operation]:
    """The operations that change nothing, by function and variant."""
    caller, job, profile = known.caller, known.job, known.profile
    later, worse = NewestFirst(known.created_at, job), BestFirst(50, profile)
    now: dict[str, Any] = {"this_month": this_month()}
    by: dict[str, Any] = {"viewer": caller}
    page = by | {"limit": 51}
    of_open: dict[str, Any] = {"status": JobStatus.OPEN, "after": later, "limit": 51, **now}
    # The count of matches looks at each match of 51 jobs.
    list_rows = 2_000
    narrow = asking(
        required_specializations=["Nuclear Licensing"], required_bar=["USPTO"], minimum_experience=5
    )
    company = Employer.of("Acme", None)
    day = (datetime.now(UTC) - timedelta(days=200)).date()
    period = Period(day, day)
    considered = {"profiles": "who was there at which time is counted among all"}
    group = Group.model_validate({"group": "A", "profileIds": [str(profile)]})
    in_use = {
        "jobs": "the values of all are counted",
        "profiles": "the values of all are counted",
    }
    return {
        "get_aliases": Operation(wording.get_aliases),
        "list_aliases": Operation(aliases.list_aliases),
        "get_unknown_values": Operation(
            lambda c: aliases.get_unknown_values(c, limit=50), 60_000, in_use
        ),
        "job_warnings": Operation(
            lambda c: checks.job_warnings(
                c, caller.user_id, {"requiredSpecializations": ["Licensing", "Lisensing"]}
            ),
            6_000,
            {"profile_features": "common values are soon found among the first thousand"},
        ),
        "require_role": Operation(lambda c: access.require_role(c, caller, [UserRole.EMPLOYER]), 5),
        "require_job": Operation(lambda c: access.require_job(c, job, caller), 10),
        "get_health": Operation(health.get_health, 0),
        "require_job_by_id": Operation(lambda c: jobs.require_job_by_id(c, job, **by)),
        "get_jobs_by_employer": Operation(
            lambda c: jobs.get_jobs_by_employer(c, caller.user_id, **page, **now), list_rows
        ),
        "get_jobs_by_employer: open, later": Operation(
            lambda c: jobs.get_jobs_by_employer(c, caller.user_id, **by, **of_open), list_rows
        ),
        "get_jobs_for_admin": Operation(
            lambda c: jobs.get_jobs_for_admin(c, limit=51, this_month=this_month()), list_rows
        ),
        "get_jobs_for_admin: failed or waiting": Operation(
            lambda c: jobs.get_jobs_for_admin(
                c,
                matching_statuses=[MatchingStatus.FAILED, MatchingStatus.PENDING],
                limit=51,
                **now,
            ),
            list_rows + 5_000,  # where that is cheaper, the newest jobs are walked through
        ),
        "get_jobs_for_admin: failed, later": Operation(
            lambda c: jobs.get_jobs_for_admin(
                c, matching_statuses=[MatchingStatus.FAILED], **of_open
            ),
            list_rows,
        ),
        "with_matching": Operation(
            lambda c: states.with_matching(
                c,
                AdminJobPage(jobs.get_jobs_for_admin(c, limit=51, **now), None),
                maximum_age=AGE,
            ),
            list_rows,
        ),
        "describe_letters": Operation(
            lambda c: letters.describe_letters(c, [letter(job, known.mail)])
        ),
        "verify_decisions": Operation(lambda c: verified(c, None, None)),
        "verify_decisions: later": Operation(lambda c: verified(c, None, ByJob(job, 1))),
        "verify_decisions: of a job": Operation(lambda c: verified(c, job, None)),
        "get_profiles": Operation(lambda c: directory.get_profiles(c, limit=51)),
        "get_profiles: later": Operation(
            lambda c: directory.get_profiles(
                c, status=ProfileStatus.ACTIVE, limit=51, after=NewestFirst(known.created_at, job)
            )
        ),
        "get_profiles: rejected": Operation(
            lambda c: directory.get_profiles(c, status=ProfileStatus.REJECTED, limit=51), 400
        ),
        "get_profiles: by name": Operation(
            lambda c: directory.get_profiles(c, name="Nobody-Such", limit=51)
        ),
        "get_profiles: by address": Operation(
            lambda c: directory.get_profiles(c, email="nobody.such@", limit=51)
        ),
        "get_jobs_for_admin: open, later": Operation(
            lambda c: jobs.get_jobs_for_admin(c, **of_open), list_rows
        ),
        "get_matches_for_job": Operation(
            lambda c: job_matches.get_matches_for_job(c, job, limit=50, **by, **now)
        ),
        "get_matches_for_job: later": Operation(
            lambda c: job_matches.get_matches_for_job(
                c, job, MatchFilters(min_score=10), limit=50, after=worse, **by, **now
            )
        ),
        "get_match_by_job_and_profile": Operation(
            lambda c: job_matches.get_match_by_job_and_profile(c, job, profile, **by, **now)
        ),
        "get_unnotified_matches": Operation(
            lambda c: job_matches.get_unnotified_matches(
                c, job, 1, limit=50, this_month=this_month()
            )
        ),
        "get_matches_for_job: of a decision": Operation(
            lambda c: job_matches.get_matches_for_job(
                c, job, MatchFilters(10, "held"), limit=50, **by, **now
            ),
            400,
        ),
        "get_matches_for_job: new": Operation(
            lambda c: job_matches.get_matches_for_job(
                c, job, MatchFilters(new_since=known.created_at), limit=50, **by, **now
            ),
            400,
        ),
        "with_candidates": Operation(
            lambda c: candidates.with_candidates(
                c,
                job,
                job_matches.get_matches_for_job(c, job, limit=50, **by, **now),
                **by,
                **now,
            ),
            800,
        ),
        "get_decision": Operation(
            lambda c: deciding.get_decision(c, job, profile, **by, **now), 50
        ),
        "get_me": Operation(lambda c: me.get_me(c, caller), 5),
        "get_run_changes": Operation(
            lambda c: run_changes.get_run_changes(
                c, job, known.runs[0], known.runs[1], **by, **now
            ),
            400,
        ),
        "get_match_candidate": Operation(
            lambda c: candidates.get_match_candidate(c, job, profile, **by, **now)
        ),
        "get_matching_runs": Operation(lambda c: run_history.get_matching_runs(c, job, **page)),
        "get_matching_runs: later": Operation(
            lambda c: run_history.get_matching_runs(
                c, job, after=LatestFirst(known.created_at, uuid4()), **page
            )
        ),
        "get_matching_state": Operation(
            lambda c: states.get_matching_state(c, job, maximum_age=AGE)
        ),
        "get_open_jobs_for_matching": Operation(
            lambda c: jobs.get_open_jobs_for_matching(c, maximum_age=AGE, limit=1_000), 200
        ),
        "get_open_jobs_for_matching: later": Operation(
            lambda c: jobs.get_open_jobs_for_matching(
                c, maximum_age=AGE, limit=1_000, after=OldestFirst(known.pending)
            ),
            200,
        ),
        "get_oldest_due_job_age": Operation(
            lambda c: changes.get_oldest_due_job_age(c, maximum_age=AGE), 200
        ),
        "get_due_notifications": Operation(notifications.get_due_notifications, 200),
        "get_due_webhooks": Operation(outbox.get_due_webhooks),
        "get_due_mails": Operation(get_due_mails),
        "get_webhooks": Operation(lambda c: hooks.get_webhooks(c, **page)),
        "get_webhooks: later, of an employer": Operation(
            lambda c: hooks.get_webhooks(c, employer_user_id=caller.user_id, after=later, **page)
        ),
        "get_webhook_events": Operation(
            lambda c: hooks.get_webhook_events(c, known.webhook, **page)
        ),
        "get_webhook_events: later": Operation(
            lambda c: hooks.get_webhook_events(c, known.webhook, after=BySequence(30), **page)
        ),
        "get_notification_settings": Operation(
            lambda c: preferences.get_notification_settings(c, caller.user_id, **by)
        ),
        "require_profile": Operation(lambda c: profiles.require_profile(c, profile)),
        "export_profile": Operation(
            lambda c: exports.export_profile(c, profile, this_month=this_month()),
            scans={"profile_changes": "it is a queue, which the schedule empties"},
        ),
        "get_decisions": Operation(
            lambda c: decisions.get_decisions(c, job_id=None, limit=51, after=None)
        ),
        "get_decisions: of a job, later": Operation(
            lambda c: decisions.get_decisions(c, job_id=job, limit=51, after=ByJob(job, 1))
        ),
        "get_decisions: later": Operation(
            lambda c: decisions.get_decisions(c, job_id=None, limit=51, after=ByJob(job, 1))
        ),
        "decision_retention": Operation(decisions.decision_retention),
        # All entries of these chains, in the index alone.
        "get_heads": Operation(lambda c: get_heads(c, after=job, limit=50), 800),
        # Of each ranking of the period which version of the rules made it.
        "audit_matching": Operation(lambda c: audits.audit_matching(c, period), 7_000, considered),
        "audit_matching: groups": Operation(
            lambda c: audits.audit_matching(c, period, [group]), 7_000, considered
        ),
        "count_not_indexed": Operation(profiles.count_not_indexed),
        "best_candidates: narrow": Operation(
            lambda c: best_candidates(
                c, narrow, company, job_id=job, limit=500, this_month=this_month()
            ),
            1_000,
        ),
        "get_jobs_for_profile": Operation(
            lambda c: suitable_jobs.get_jobs_for_profile(
                c, profile, limit=51, this_month=this_month()
            ),
            60_000,
            {
                "jobs": "any open job may suit",
                "job_features": "the same, by what each asks for",
                "job_bounds": "the same, by its bound",
                "employer_profiles": "those of these jobs",
                "employer_features": "the same",
            },
        ),
        "get_job_text": Operation(lambda c: prompts.get_job_text(c, job)),
        "get_candidate_texts": Operation(
            lambda c: prompts.get_candidate_texts(c, [profile], this_month=this_month())
        ),
        # The rank is counted among all who pass.
        "explain_candidate": Operation(
            lambda c: explanations.explain_candidate(
                c, job, profile, limit=500, this_month=this_month()
            ),
            4_000,
        ),
    }


def writing(known: Known) -> dict[str, Operation]:
    """The operations that write, by function and variant."""
    caller, job, profile = known.caller, known.job, known.profile
    by: dict[str, Any] = {"viewer": caller}
    post = JobCreate.model_validate(
        {"title": "Counsel", "status": "open", "requiredSpecializations": ["Licensing"]}
    )
    posting = JobCreate.model_validate(
        {"title": "Counsel", "requiredSpecializations": ["Licensing"], "requiredBar": ["USPTO"]}
    )
    match = match_service.NewMatch(job, profile, 50, SUBSCORES, "Has it.", "Good Match")
    person = Profile.model_validate(
        {"name": "Ada Quill", "status": "active", "specializations": ["Licensing"]}
    )
    settings = NotificationPreferences(enabled=True, threshold=50)
    newcomer = UserInput.model_validate(
        {"userId": uuid4(), "email": "n@n.example", "role": "employer", "companyName": "N"}
    )
    any_job = {
        "jobs": "a changed candidate may concern any completed job",
        "job_features": "the same, by what each asks for",
        "job_bounds": "the same, by its bound",
    }
    notes = {"profile_changes": "it is a queue, which the schedule empties"}

    def claim(connection: Connection) -> storing.Run:
        run = runs.claim_job(
            connection, known.pending, lease=DEFAULTS.matching_lease, maximum_age=AGE
        )
        assert run
        return run

    def give_up(connection: Connection) -> None:
        run = claim(connection)
        last = {"matching_failures": failures.MOST_FAILURES - 1, "matching_lease_until": None}
        connection.execute(update(Job).where(Job.id == run.job_id).values(**last))
        assert failures.fail_dead_run(connection, run.job_id, maximum_age=AGE)

    def complete(connection: Connection) -> None:
        run = claim(connection)
        new = match_service.NewMatch(run.job_id, profile, 90, SUBSCORES, "Has it.", "Strong Match")
        assert runs.complete_run(
            connection, run, storing.Result(1, [profile], [new]), this_month=this_month()
        )

    def claim_mail(connection: Connection) -> notifications.Mail:
        notifications.claim_notification(connection, known.mail, this_month=this_month())
        return notifications.Mail(
            known.mail, job, "a@b.example", None, "Counsel", 75, {profile: 90}, []
        )

    def change(connection: Connection) -> None:
        profile_service.put_profiles(
            connection, {uuid4(): person}, this_month=this_month(), aliases=None
        )
        assert take_up_batch(connection).notes

    alias = AliasCreate.model_validate(
        {"list": "specializations", "value": "Lisensing", "term": "Licensing"}
    )
    in_use = {
        "jobs": "any job may be concerned",
        "profiles": "any profile may be concerned",
    }

    subscription = WebhookCreate.model_validate(
        {"url": "https://hooks.site.example/", "events": ["job.created"]}
    )
    stopped = WebhookUpdate.model_validate({"enabled": False})

    def claim_event(connection: Connection) -> DeliveryResult:
        hook_service.test_webhook(connection, known.webhook, **by)
        claimed = outbox.claim_events(connection, known.webhook, limit=100, this_month=this_month())
        assert claimed
        ids = {"webhookId": known.webhook, "eventId": claimed.events[0].id}
        return DeliveryResult.model_validate({**ids, "claim": 1, "attempt": 1, "status": 500})

    def apply(connection: Connection) -> None:
        aliases.create_alias(connection, alias, admin_id=caller.user_id)
        assert apply_aliases(connection, maximum_age=AGE).aliases

    def purge(table: histories.History) -> Operation:
        old = timedelta(days=180)
        name = table.table.__tablename__
        # The operations before it leave notes: these profiles have no hash of their words yet.
        most, scans = {
            "preview_counts": (3_000, {"preview_counts": "there is one short row an employer"}),
            "profile_changes": (4_000, notes),
            # Each chain is walked through once, up to its first younger entry.
            "decisions": (1_900, {}),
        }.get(name, (1_000, {}))

        def work(connection: Connection) -> None:
            decisions.set_decision_retention(connection, old)
            history.purge_portion(connection, table, old, limit=100)

        return Operation(work, most, scans)

    return {
        "preview_matches": Operation(
            lambda c: previews.preview_matches(c, posting, viewer=caller, this_month=this_month()),
            30_000,
            {"profile_features": "common values are soon found among the first thousand"},
        ),
        "create_job": Operation(
            lambda c: [
                job_service.create_job(c, post, idempotency_key="k", new_id=UUID(int=n), **by)
                for n in (1 << 90, 1 << 91)
            ]
        ),
        "update_job": Operation(
            lambda c: job_service.update_job(
                c,
                job,
                JobUpdate.model_validate({"requiredSpecializations": ["Trade Secrets"]}),
                maximum_age=AGE,
                **by,
            )
        ),
        "update_job_matching_status": Operation(
            lambda c: job_service.update_job_matching_status(
                c, job, MatchingStatus.PENDING, maximum_age=AGE
            )
        ),
        "insert_match": Operation(lambda c: match_service.insert_match(c, match)),
        "invalidate_matches_for_job": Operation(
            lambda c: job_service.invalidate_matches_for_job(c, job, maximum_age=AGE)
        ),
        "mark_matches_notified": Operation(
            lambda c: match_service.mark_matches_notified(c, [known.match])
        ),
        "request_matching": Operation(
            lambda c: changes.request_matching(c, job, maximum_age=AGE, **by)
        ),
        "retry_dead_letters": Operation(
            lambda c: dead_letters.retry_dead_letters(
                c, OneLetter(job, known.mail), [uuid4()], maximum_age=AGE, **by
            )
        ),
        "claim_job": Operation(claim),
        # With the webhooks that hear of it, and their events.
        "complete_run": Operation(complete, 500),
        "fail_run": Operation(lambda c: failures.fail_run(c, claim(c), "It failed.")),
        "fail_dead_run": Operation(give_up),
        "note_failed_claim": Operation(
            lambda c: failures.note_failed_claim(c, known.pending, "Away.", maximum_age=AGE)
        ),
        "take_up_batch": Operation(change, 60_000, any_job | notes),
        "turn_month": Operation(
            lambda c: turn_month(c, this_month=this_month()),
            70_000,
            dict.fromkeys(("jobs", "job_bounds", "profile_features"), "it looks once a month"),
        ),
        "claim_notification": Operation(claim_mail),
        "confirm_notification": Operation(
            lambda c: notifications.confirm_notification(c, claim_mail(c))
        ),
        "release_notification": Operation(
            lambda c: notifications.release_notification(c, claim_mail(c))
        ),
        "end_lease": Operation(lambda c: notifications.end_lease(c, claim_mail(c))),
        "put_decision": Operation(
            lambda c: deciding.put_decision(
                c,
                job,
                profile,
                DecisionPut(decision="held", reason="Later."),
                this_month=this_month(),
                **by,
            )
        ),
        "create_webhook": Operation(
            lambda c: hook_service.create_webhook(c, subscription, caller=caller, anywhere=False)
        ),
        "update_webhook": Operation(
            lambda c: hook_service.update_webhook(c, known.webhook, stopped, anywhere=False, **by)
        ),
        "rotate_webhook_secret": Operation(
            lambda c: hook_service.rotate_webhook_secret(c, known.webhook, **by)
        ),
        "test_webhook": Operation(lambda c: hook_service.test_webhook(c, known.webhook, **by)),
        "claim_events": Operation(claim_event),
        "release_events": Operation(lambda c: outbox.release_events(c, [claim_event(c).event_id])),
        "note_result": Operation(lambda c: outbox.note_result(c, claim_event(c))),
        "claim_mail": Operation(lambda c: claim_mail_of(c, known.webhook)),
        "tidy_webhooks": Operation(tidy_webhooks),
        "take_heard": Operation(take_heard, 0),
        # After the others, who would read over what it leaves when it is rolled back.
        "replay_webhook": Operation(
            lambda c: hook_service.replay_webhook(c, known.webhook, 20, **by), 50_000
        ),
        "delete_webhook": Operation(
            lambda c: hook_service.delete_webhook(c, known.webhook, **by), 50_000
        ),
        "put_notification_settings": Operation(
            lambda c: preferences.put_notification_settings(c, caller.user_id, settings, **by)
        ),
        "turn_mails_off": Operation(
            lambda c: preferences.turn_mails_off(c, ["no@site.example"], "bounce", known.created_at)
        ),
        "post_job": Operation(
            lambda c: postings.post_job(c, post, {}, key="p", new_id=UUID(int=1 << 89), **by),
            scans={"profile_features": "the warnings count who has a value, five at most"},
        ),
        "get_without_user": Operation(
            lambda c: profiles.get_without_user(
                c, {profile: person.model_copy(update={"user_id": uuid4()})}
            )
        ),
        "get_same_addresses": Operation(
            lambda c: profiles.get_same_addresses(c, {profile: "nobody.such@post.example"})
        ),
        "put_profiles": Operation(
            lambda c: profile_service.put_profiles(
                c, {profile: person, uuid4(): person}, this_month=this_month(), aliases=None
            )
        ),
        "delete_profile": Operation(
            lambda c: profile_service.delete_profile(c, profile), 300, notes
        ),
        "index_profiles": Operation(
            lambda c: reindexing.index_profiles(
                c, after=None, limit=BATCH, this_month=this_month()
            ),
            1_000,
        ),
        "index_profiles: all, later": Operation(
            lambda c: reindexing.index_profiles(
                c, after=profile, limit=BATCH, every=True, this_month=this_month()
            ),
            4_000,
        ),
        "index_employers": Operation(
            lambda c: employers.index_employers(c, maximum_age=AGE),
            3_000,
            {
                "employer_profiles": "every one is compared",
                "employer_features": "every one is compared",
            },
        ),
        "create_alias": Operation(
            lambda c: aliases.create_alias(c, alias, admin_id=caller.user_id)
        ),
        "delete_alias": Operation(
            lambda c: aliases.delete_alias(
                c,
                aliases.create_alias(c, alias, admin_id=caller.user_id).id,
                admin_id=caller.user_id,
            )
        ),
        "apply_aliases": Operation(apply, 60_000, in_use),
        "return_outdated_jobs": Operation(
            lambda c: concerned.return_outdated_jobs(c, maximum_age=AGE), 60_000, in_use
        ),
        "put_user": Operation(lambda c: users.put_user(c, newcomer, maximum_age=AGE)),
        "set_decision_retention": Operation(lambda c: decisions.set_decision_retention(c, None)),
        **{
            f"purge_portion: {each.table.__tablename__}": purge(each)
            for each in histories.HISTORIES
        },
    }


def test_an_import_reads_its_parameter_once(connection: Connection) -> None:
    people = {uuid4(): Profile(name="Ada Quill") for _ in range(3)}
    ((sql, _),) = captured(
        lambda: profile_service.put_profiles(
            connection, people, this_month=this_month(), aliases=None
        )
    )
    assert sql.count("json_to_recordset") == 1


def test_every_function_that_others_import_is_an_operation() -> None:
    nil = UUID(int=0)
    nobody = Caller(nil, frozenset())
    none = Known(nobody, nil, nil, datetime.now(UTC), nil, nil, nil, (nil, nil), nil)
    operations = {name.partition(":")[0] for name in reading(none) | writing(none)}
    takes_connection = {
        function.name
        for path in MODULES.values()
        for function in parsed(path).body
        if isinstance(function, ast.FunctionDef)
        and function.args.args
        and function.args.args[0].arg == "connection"
    }
    handlers = [folder / "app.py" for folder in FOLDERS.values()]
    # Whoever opens a connection hands it to operations.
    imported = {
        name.rpartition(".")[2]
        for names in (imports(parsed(path)) for path in (*handlers, *MODULES.values()))
        if uses(names, "jobmatch.postgres.connect", "jobmatch.postgres.transaction")
        for name in names
    } & takes_connection
    assert len(imported) > 30
    assert imported - operations == set()


@pytest.mark.xdist_group("filled")
def test_an_operation_reads_no_more_than_its_page(known: Known, connection: Connection) -> None:
    take_for(connection, SIZES)
    faults = {}
    for name, operation in (reading(known) | writing(known)).items():
        read = read_by(connection, operation.work)
        scanned = read.scanned - operation.scans.keys() - SHORT
        if scanned or read.rows > operation.rows:
            faults[name] = (read.rows, scanned)
    assert faults == {}


MANY_MATCHES = text("""
INSERT INTO job_matches (job_id, profile_id, overall_score, subscores, summary, recommendation)
SELECT :job, id, hashtext(id\\:\\:text) & 63, subscores, summary, recommendation
FROM (SELECT id FROM profiles LIMIT 1000) AS p,
     (SELECT subscores, summary, 'Weak Match' AS recommendation FROM job_matches LIMIT 1) AS m
ON CONFLICT DO NOTHING
""")


@pytest.mark.xdist_group("filled")
def test_a_page_of_many_matches_is_not_chosen_from_all(
    known: Known, connection: Connection
) -> None:
    # As far as PostgreSQL knows, jobs have a hundred matches, and this one a thousand.
    connection.execute(MANY_MATCHES, {"job": known.job})
    connection.execute(text("ALTER TABLE job_matches ALTER job_id SET (n_distinct = -0.01)"))
    connection.execute(text("ANALYZE job_matches"))
    take_for(connection, SIZES)
    names = ("get_matches_for_job", "get_matches_for_job: later", "get_unnotified_matches")
    paging = {name: reading(known)[name] for name in names}
    read = {name: read_by(connection, each.work).rows for name, each in paging.items()}
    assert {name: rows for name, rows in read.items() if rows > 400} == {}


UNLED_KEYS = text("""
SELECT conrelid\\:\\:regclass || '.' || attname
FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'f' AND connamespace = 'public'\\:\\:regnamespace
  AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1]
                  AND indpred IS NULL)
""")


def test_a_foreign_key_leads_an_index(connection: Connection) -> None:
    # Whoever is deleted is looked for there. An index that has the column further back is read
    # from end to end for it, which the counters of rows don't show. No operation deletes a user or
    # a job, so theirs may be without.
    keys_of_the_undeleted = {"jobs.created_by", "profiles.user_id", "notifications.job_id"}
    keys_of_the_undeleted |= {"webhooks.created_by"}
    assert set(connection.scalars(UNLED_KEYS)) == keys_of_the_undeleted
