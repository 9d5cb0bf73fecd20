"""Matching runs: who may match a job, and the fence that keeps everybody else out.

A claim writes a run id and a lease on the job. Storing and completing are conditional on that
id, in one transaction, and whatever overtakes the run (a changed or closed job, a take-over
after the lease) removes it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic.alias_generators import to_camel
from sqlalchemy import (
    ARRAY,
    DateTime,
    Uuid,
    all_,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from jobmatch import config
from jobmatch.audit.queries import log_ranking, make_keys
from jobmatch.careers.employers import Employer
from jobmatch.errors import ConflictError
from jobmatch.jobs.due import due_from_now, index_job, is_due, without_run
from jobmatch.jobs.schemas import REQUIREMENTS, MatchingRequested
from jobmatch.matches.service import NewMatch, store_matches
from jobmatch.models import (
    EmployerProfile,
    Job,
    JobMatch,
    JobStatus,
    MatchingRun,
    MatchingStatus,
    RunOutcome,
)
from jobmatch.notifications.queries import record_notification
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.locks import ids, share_lock_profiles
from jobmatch.permissions.predicates import may_act_for, require_job, viewer_values
from jobmatch.rules.requirements import Requirements
from jobmatch.rules.rubric import VERSION
from jobmatch.runs.schemas import RunItem
from jobmatch.wording.queries import get_aliases, matching_version, vocabulary_version

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

    from jobmatch.permissions import Viewer
    from jobmatch.web.pages import LatestFirst

_PENDING = cast(MatchingStatus.PENDING, Job.matching_status.type)
_COMPLETED = cast(MatchingStatus.COMPLETED, Job.matching_status.type)
_FIRST_RETRY = timedelta(minutes=1)
MOST_FAILURES = 5
"""Attempts that may fail in a row; then the job goes to the dead-letter queue."""


@dataclass(frozen=True, slots=True)
class Run:
    """A claimed job: what it asked for, and for whom, when it was claimed; and who scores."""

    run_id: UUID
    job_id: UUID
    requirements: Requirements
    employer: Employer
    scored_by: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a language model was asked in a run, and how that ended.

    `failures` says for how many candidates it gave no score, by reason; `fallback` why it was taken
    to be down, so that the rubric had to do for those who were left.
    """

    asked: int
    input_tokens: int
    output_tokens: int
    failures: dict[str, int]
    fallback: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found: all whom it keeps, and the matches that are new or made anew."""

    passed: int
    kept: list[UUID]
    scored: list[NewMatch]
    model: ModelUse | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """That a run completed, and the mail that is due because of it, if one is."""

    notification_id: UUID | None


def request_matching(connection: Connection, job_id: UUID, *, viewer: Viewer) -> MatchingRequested:
    """Return an open job to pending; while a run is going, let another one follow it.

    Raises:
        NotFoundError: the job does not exist for the viewer.
        ConflictError: the job is not open.
    """
    # As the row is when it is locked: a run that ends meanwhile does not count.
    is_running = and_(
        Job.matching_status == MatchingStatus.RUNNING, Job.matching_lease_until > func.now()
    )
    status = connection.scalar(
        update(Job)
        .where(
            Job.id == job_id,
            Job.status == JobStatus.OPEN,
            may_act_for(Job.employer_user_id, system=viewer is SYSTEM),
        )
        .values(
            matching_status=case((is_running, Job.matching_status), else_=_PENDING),
            matching_run_id=case((is_running, Job.matching_run_id)),
            matching_lease_until=case((is_running, Job.matching_lease_until)),
            matching_demand=Job.matching_demand + 1,
            matching_due_since=due_from_now(),
            matching_failures=0,
            matching_retry_at=None,
        )
        .returning(Job.matching_status),
        viewer_values(viewer),
    )
    if status is None:
        require_job(connection, job_id, viewer)
        raise ConflictError("Only an open job is matched.")
    return MatchingRequested(job_id, status)


def claim_job(
    connection: Connection,
    job_id: UUID,
    *,
    scorer: str = "rubric",
    model_id: str | None = None,
    prompt_version: int | None = None,
) -> Run | None:
    """Claim a job that is due, or none: it was claimed, matched or closed meanwhile.

    Within a transaction. A run that never came to its end is noted as abandoned.

    Args:
        connection: within a transaction.
        job_id: of the job.
        scorer: who is going to score, kept with the run.
        model_id: the language model, if that is one.
        prompt_version: of what it is asked.
    """
    row = connection.execute(
        update(Job)
        .where(Job.id == job_id, is_due())
        .values(
            matching_status=MatchingStatus.RUNNING,
            matching_run_id=func.gen_random_uuid(),
            matching_lease_until=func.now() + config.matching_lease(),
            matching_claimed_demand=Job.matching_demand,
        )
        .returning(
            Job.matching_run_id,
            Job.employer_user_id,
            *(getattr(Job, name) for name in REQUIREMENTS),
        )
    ).one_or_none()
    if row is None:
        return None
    aliases = get_aliases(connection)
    index_job(connection, job_id, row._mapping, aliases)
    scored_by = {"scorer": scorer, "model_id": model_id, "prompt_version": prompt_version}
    unfinished = and_(MatchingRun.job_id == job_id, MatchingRun.outcome == RunOutcome.RUNNING)
    connection.execute(
        update(MatchingRun)
        .where(unfinished)
        .values(outcome=RunOutcome.ABANDONED, finished_at=func.now())
    )
    connection.execute(
        insert(MatchingRun).values(
            id=row.matching_run_id,
            job_id=job_id,
            rubric_version=VERSION,
            vocabulary_version=vocabulary_version(aliases),
            **scored_by,
        )
    )
    company = connection.execute(
        select(EmployerProfile.company_name, EmployerProfile.corporate_domains).where(
            EmployerProfile.user_id == row.employer_user_id
        )
    ).one_or_none()
    return Run(
        row.matching_run_id,
        job_id,
        Requirements.of(row._mapping, aliases),
        Employer.of(*company) if company else Employer.of(None, None),
        scored_by,
    )


def complete_run(
    connection: Connection, run: Run, result: Result, *, this_month: int
) -> Completion | None:
    """Store what a run found and complete it; within a transaction.

    Matches of candidates whom the run does not keep are deleted; those that it keeps and did
    not score anew are left untouched. The job ends completed, or pending where a cause came up
    during the run. A mail that is due is recorded in the same transaction.

    Returns:
        None where the run was overtaken: then no match was written and no status moved.
    """
    # Before the job: who of them is being deleted, and has that job waiting, is gone after this.
    share_lock_profiles(connection, ids([match.profile_id for match in result.scored]))
    make_keys(connection, ids(result.kept))
    is_mine = and_(Job.id == run.job_id, Job.matching_run_id == run.run_id)
    if connection.scalar(select(1).where(is_mine).with_for_update(of=Job)) is None:
        _end(connection, run, RunOutcome.OVERTAKEN, **_used(result.model))
        return None
    kept = literal(result.kept, ARRAY(Uuid))
    connection.execute(
        delete(JobMatch).where(JobMatch.job_id == run.job_id, JobMatch.profile_id != all_(kept))
    )
    if result.scored:
        store_matches(connection, result.scored)
    # Fewer where a candidate was deleted since they were ranked: somebody else takes the place.
    stored = select(func.count()).where(JobMatch.job_id == run.job_id).scalar_subquery()
    as_claimed = Job.matching_demand == Job.matching_claimed_demand
    connection.execute(
        update(Job)
        .where(is_mine)
        .values(
            **without_run(),
            matching_status=case(
                (and_(as_claimed, stored == len(result.kept)), _COMPLETED),
                else_=_PENDING,
            ),
            matched_at=func.now(),
            matching_version=matching_version(),
            matching_due_since=func.now(),
            matching_failures=0,
            matching_retry_at=None,
            last_error=None,
        )
    )
    log_ranking(connection, run.job_id, _facts(run, result))
    _end(
        connection,
        run,
        RunOutcome.COMPLETED,
        passed=result.passed,
        kept=len(result.kept),
        scored=len(result.scored),
        reused=len(result.kept) - len(result.scored),
        **_used(result.model),
    )
    mail = record_notification(connection, run.job_id, run.run_id, this_month=this_month)
    return Completion(mail)


def fail_run(connection: Connection, run: Run, reason: str) -> int | None:
    """Set the job failed, and due again later; within a transaction.

    Later is after 1, 2, 4 and 8 minutes; after the fifth failure in a row it is never: the job
    is due again when it is edited or requested.

    Returns:
        How many attempts have failed in a row, or none where the run was overtaken.
    """
    delay = _FIRST_RETRY * func.power(2, Job.matching_failures)
    failures: int | None = connection.scalar(
        update(Job)
        .where(Job.id == run.job_id, Job.matching_run_id == run.run_id)
        .values(
            **without_run(),
            matching_status=MatchingStatus.FAILED,
            matching_failures=Job.matching_failures + 1,
            matching_retry_at=case(
                (Job.matching_failures + 1 < MOST_FAILURES, func.now() + delay),
                else_=cast("infinity", DateTime(timezone=True)),
            ),
            last_error=reason,
        )
        .returning(Job.matching_failures)
    )
    outcome = RunOutcome.OVERTAKEN if failures is None else RunOutcome.FAILED
    _end(connection, run, outcome, error=reason)
    return failures


def _facts(run: Run, result: Result) -> dict[str, Any]:
    """What the decision log keeps of a run: by which rules, and out of how many."""
    wanted = run.requirements.as_typed()
    return {
        "runId": str(run.run_id),
        **{to_camel(name): value for name, value in run.scored_by.items()},
        "rubricVersion": VERSION,
        "vocabularyVersion": vocabulary_version(run.requirements.aliases),
        "passed": result.passed,
        "requirements": {to_camel(name): value for name, value in wanted.items()},
    }


def _used(model: ModelUse | None) -> dict[str, Any]:
    if model is None:
        return {"failed": 0}
    return {**asdict(model), "failed": sum(model.failures.values())}


def _end(connection: Connection, run: Run, outcome: RunOutcome, **counts: object) -> None:
    # Where the answer to its completion was lost, a run that has ended is said to have failed.
    connection.execute(
        update(MatchingRun)
        .where(MatchingRun.id == run.run_id, MatchingRun.outcome != RunOutcome.COMPLETED)
        .values(outcome=outcome, finished_at=func.clock_timestamp(), **counts)
    )


def get_matching_runs(
    connection: Connection,
    job_id: UUID,
    *,
    viewer: Viewer,
    limit: int | None = None,
    after: LatestFirst | None = None,
) -> list[RunItem]:
    """The history of a job's matching, newest first.

    Raises:
        NotFoundError: the job does not exist for the viewer.
    """
    run = MatchingRun
    statement = (
        select(
            run.id,
            run.outcome,
            run.started_at,
            run.finished_at,
            run.scorer,
            run.rubric_version,
            run.vocabulary_version,
            run.passed,
            run.kept,
            run.scored,
            run.reused,
            run.failed,
            run.model_id,
            run.prompt_version,
            run.asked,
            run.input_tokens,
            run.output_tokens,
            run.failures,
            run.fallback,
        )
        .join(Job, Job.id == run.job_id)
        .where(run.job_id == job_id, may_act_for(Job.employer_user_id, system=viewer is SYSTEM))
    )
    if after is not None:
        statement = statement.where(tuple_(run.started_at, run.id) < tuple_(*after))
    statement = statement.order_by(run.started_at.desc(), run.id.desc()).limit(limit)
    runs = [RunItem(**row._mapping) for row in connection.execute(statement, viewer_values(viewer))]
    if not runs:
        require_job(connection, job_id, viewer)
    return runs
