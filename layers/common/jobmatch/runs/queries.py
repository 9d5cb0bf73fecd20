"""Matching runs: the claim of a job, and the fence that stops an overtaken run.

A claim writes a run id and a lease on the job. One transaction stores the matches and completes
the run, on the condition that the id is still there. What overtakes a run (a change or the end of
the job, another claim after the lease) replaces or removes the id.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    Text,
    all_,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jobmatch.audit.queries import make_keys
from jobmatch.careers.employers import Employer
from jobmatch.jobs.concerned import index_job
from jobmatch.jobs.due import is_due, without_run
from jobmatch.models import EmployerProfile, Job, JobMatch, MatchingRun, MatchingStatus, RunOutcome
from jobmatch.notifications.new_mails import record_notifications
from jobmatch.permissions.locks import hold_profiles, ids
from jobmatch.rules.requirements import REQUIREMENTS, Requirements
from jobmatch.rules.rubric import VERSION
from jobmatch.runs.failures import MOST_FAILURES, WORKER_DIED, end_run, end_unfinished, worker_died
from jobmatch.shortlists.events import CompletedRun, matches_before, record_runs
from jobmatch.shortlists.reserves import keep, keep_nothing, not_in_reserve
from jobmatch.shortlists.storing import Change, Run, facts_of, store_changes
from jobmatch.wording.queries import get_aliases, matching_version, vocabulary_version

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select
    from sqlalchemy.sql.dml import ReturningUpdate

    from jobmatch.model_scorer.client import ModelUse
    from jobmatch.shortlists.storing import Result

_PENDING = cast(MatchingStatus.PENDING, Job.matching_status.type)
_COMPLETED = cast(MatchingStatus.COMPLETED, Job.matching_status.type)
_IS_JOB = Job.id == bindparam("of_job")
_IS_MINE = Job.matching_run_id == bindparam("by_run")


@dataclass(frozen=True, slots=True)
class Completion:
    """A completed run: the mail that it made due, or `None`; and whether another run follows."""

    notification_id: UUID | None
    is_due_again: bool


def claim_job(
    connection: Connection,
    job_id: UUID,
    *,
    lease: timedelta,
    maximum_age: timedelta,
    scorer: str = "rubric",
    model_id: str | None = None,
    prompt_version: int | None = None,
) -> Run | None:
    """Claim a job that is due; within a transaction.

    An earlier run that never ended is noted as abandoned. If its worker died it counts as a failure
    in a row; the job is not claimed where that was the last that may be (`fail_dead_run`).

    Args:
        lease: how long the run may hold the job.
        maximum_age: of a completed matching; then the job is due again.
        scorer: what is going to score, stored with the run.
        model_id: the language model, if it is one.
        prompt_version: the version of its prompt.

    Returns:
        The run, or `None` if the job is not due: it was claimed, matched or closed meanwhile.
    """
    row = connection.execute(_claim(lease, maximum_age), {"of_job": job_id}).one_or_none()
    if row is None:
        return None
    aliases = get_aliases(connection)
    index_job(connection, job_id, row._mapping, aliases)
    scored_by = {"scorer": scorer, "model_id": model_id, "prompt_version": prompt_version}
    abandoned = end_unfinished(connection, job_id, RunOutcome.ABANDONED)
    values = {
        "id": row.matching_run_id,
        "job_id": job_id,
        "rubric_version": VERSION,
        "vocabulary_version": vocabulary_version(aliases),
        **scored_by,
    }
    connection.execute(insert(MatchingRun), values)
    company = connection.execute(_company(), {"owner": row.employer_user_id}).one_or_none()
    employer = Employer.of(*(company or (None, None)))
    requirements = Requirements.of(row._mapping, aliases)
    return Run(row.matching_run_id, job_id, requirements, employer, scored_by, abandoned)


@cache
def _claim(lease: timedelta, maximum_age: timedelta) -> ReturningUpdate[*tuple[Any, ...]]:
    return (
        update(Job)
        .where(
            _IS_JOB,
            is_due(maximum_age),
            or_(not_(worker_died()), Job.matching_failures + 1 < MOST_FAILURES),
        )
        .values(
            matching_status=MatchingStatus.RUNNING,
            matching_run_id=func.gen_random_uuid(),
            matching_lease_until=func.now() + lease,
            matching_claimed_demand=Job.matching_demand,
            matching_failures=Job.matching_failures + case((worker_died(), 1), else_=0),
            last_error=case((worker_died(), WORKER_DIED), else_=Job.last_error),
        )
        .returning(
            Job.matching_run_id,
            Job.employer_user_id,
            *(getattr(Job, name) for name in REQUIREMENTS),
        )
    )


@cache
def _company() -> Select[str, list[str] | None]:
    columns = (EmployerProfile.company_name, EmployerProfile.corporate_domains)
    return select(*columns).where(EmployerProfile.user_id == bindparam("owner"))


def complete_run(
    connection: Connection, run: Run, result: Result, *, this_month: int
) -> Completion | None:
    """Store what a run found and complete it; within a transaction.

    Matches of candidates who are not shortlisted are deleted; unchanged matches of the shortlist
    stay untouched. The job ends completed, or pending where it was made due during the run. A mail
    that is due is recorded in the same transaction.

    Returns:
        `None` if the run was overtaken: then no match was written and no status changed.
    """
    kept = result.kept
    new = not_in_reserve(connection, run.job_id, kept.reserve) if kept else []
    # Profiles before the job: this waits for a deletion that may hold one of them, and for whoever
    # changes a candidate, because it is stored with the match when they may be shown.
    written = [*(match.profile_id for match in result.scored), *new]
    there = set(hold_profiles(connection, ids(written)))
    make_keys(connection, ids([*result.shortlisted, *new]))
    mine = {"of_job": run.job_id, "by_run": run.run_id}
    if connection.scalar(_fence(), mine) is None:
        end_run(connection, run, RunOutcome.OVERTAKEN, **_used(result.model))
        return None
    before = matches_before(connection, [run.job_id])
    stays = {"of_job": run.job_id, "shortlisted": result.shortlisted}
    change = Change(
        run.job_id,
        run.run_id,
        facts_of(run.run_id, run.requirements, run.scored_by, result.passed),
        connection.scalars(_others(), stays).all(),
        result.scored,
    )
    (entry_number,) = store_changes(connection, [change])
    if kept is None:
        keep_nothing(connection, run.job_id)
    else:
        keep(connection, run.job_id, kept, result.passed, there.intersection(new))
    listed = {"listed": len(result.shortlisted), "by_version": matching_version()}
    status = connection.scalar(_complete(), {**mine, **listed})
    end_run(
        connection,
        run,
        RunOutcome.COMPLETED,
        passed=result.passed,
        kept=len(result.shortlisted),
        scored=len(result.scored),
        reused=len(result.shortlisted) - len(result.scored),
        entry_number=entry_number,
        **_used(result.model),
    )
    mails = record_notifications(connection, {run.job_id: run.run_id}, this_month=this_month)
    completed = CompletedRun(run.job_id, run.run_id, result.passed, len(result.shortlisted))
    record_runs(connection, [completed], before, this_month=this_month)
    return Completion(mails.get(run.job_id), is_due_again=status == MatchingStatus.PENDING)


@cache
def _fence() -> Select[int]:
    return select(literal(1)).where(_IS_JOB, _IS_MINE).with_for_update(of=Job)


@cache
def _others() -> Select[UUID]:
    """The candidates of a job's matches who are not shortlisted."""
    stays = bindparam("shortlisted", type_=ARRAY(JobMatch.profile_id.type))
    of_job = JobMatch.job_id == bindparam("of_job")
    return select(JobMatch.profile_id).where(of_job, JobMatch.profile_id != all_(stays))


@cache
def _complete() -> ReturningUpdate[MatchingStatus]:
    # Fewer than the shortlist if a candidate was deleted after the ranking: another run fills up.
    of_job = JobMatch.job_id == bindparam("of_job")
    stored = select(func.count()).where(of_job).scalar_subquery()
    is_whole = stored == bindparam("listed", type_=Integer)
    as_claimed = Job.matching_demand == Job.matching_claimed_demand
    return (
        update(Job)
        .where(_IS_JOB, _IS_MINE)
        .values(
            **without_run(),
            matching_status=case((and_(as_claimed, is_whole), _COMPLETED), else_=_PENDING),
            matched_at=func.now(),
            matching_version=bindparam("by_version", type_=Text),
            matching_due_since=func.now(),
            matching_failures=0,
            matching_retry_at=None,
            last_error=None,
        )
        .returning(Job.matching_status)
    )


def _used(model: ModelUse | None) -> dict[str, Any]:
    if model is None:
        return {"failed": 0}
    return {**asdict(model), "failed": sum(model.failures.values())}
