"""One matching run: claim, rank, explain, store, complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import to_json

from jobmatch import config
from jobmatch.aws import queue_dead_job, try_queue_notification
from jobmatch.database import connect, read, transaction
from jobmatch.errors import describe
from jobmatch.matching.experience import this_month
from jobmatch.matching.explanations import assess
from jobmatch.matching.fingerprint import Fingerprints
from jobmatch.matching.ranking import best_candidates
from jobmatch.metrics import Metric, emit
from jobmatch.observability import log_failure, logger
from jobmatch.queries.job_matches import NewMatch
from jobmatch.queries.runs import MOST_FAILURES, Result, claim_job, complete_run, fail_run

if TYPE_CHECKING:
    from uuid import UUID

    from jobmatch.matching.ranking import Candidate
    from jobmatch.queries.runs import Run


def match_job(job_id: UUID) -> None:
    """Match a job if it is due; a failed attempt is noted on the job and tried again later."""
    with transaction() as connection:
        run = claim_job(connection, job_id)
    if run is None:
        logger.info("Nothing to match.", job_id=job_id)
        return
    try:
        result = read(lambda: find_matches(run))
        with transaction() as connection:
            completion = complete_run(connection, run, result)
    except Exception as error:  # noqa: BLE001 - whatever failed is kept with the job
        log_failure("The run failed.", error, expected=True, job_id=job_id, run_id=run.run_id)
        _fail(run, describe(error))
        return
    if completion is None:
        emit({Metric.MATCHING_RUNS: 1, Metric.MATCHING_RUNS_FAILED: 0})
        logger.info("The run was overtaken.", job_id=job_id, run_id=run.run_id)
        return
    logger.info(
        "The run is complete.",
        job_id=job_id,
        run_id=run.run_id,
        passed=result.passed,
        kept=len(result.kept),
        scored=len(result.scored),
    )
    emit(
        {
            Metric.MATCHING_RUNS: 1,
            Metric.MATCHING_RUNS_FAILED: 0,
            Metric.CANDIDATES_SCORED: len(result.scored),
            Metric.MATCHES_KEPT: len(result.kept),
        }
    )
    if completion.notification_id is not None:
        try_queue_notification(completion.notification_id)


def find_matches(run: Run) -> Result:
    """Rank the candidates of a claimed job, and explain those whose match would change."""
    with connect() as connection:
        ranking = best_candidates(
            connection,
            run.requirements,
            run.employer,
            job_id=run.job_id,
            limit=config.matching_limit(),
            this_month=this_month(),
        )
    fingerprints = Fingerprints(run.requirements)
    scored = []
    for candidate in ranking.candidates:
        fingerprint = fingerprints.of(candidate)
        if fingerprint != candidate.stored_fingerprint:
            scored.append(_new_match(run, candidate, fingerprint))
    kept = [candidate.profile_id for candidate in ranking.candidates]
    return Result(passed=ranking.passed, kept=kept, scored=scored)


def _new_match(run: Run, candidate: Candidate, fingerprint: str) -> NewMatch:
    result = assess(run.requirements, candidate)
    return NewMatch(
        job_id=run.job_id,
        profile_id=candidate.profile_id,
        overall_score=result.overall_score,
        subscores=to_json(result.subscores).decode(),
        summary=result.summary,
        recommendation=result.recommendation,
        fingerprint=fingerprint,
    )


def _fail(run: Run, reason: str) -> None:
    with transaction() as connection:
        failures = fail_run(connection, run, reason)
        if failures == MOST_FAILURES:
            # Before the commit: a job that nobody tries again, and nobody is told of, is lost.
            # If SQS does not take it, the lease passes, and the attempt is made once more.
            queue_dead_job(run.job_id)
    # None: the run was overtaken, and its failure is nobody's.
    emit({Metric.MATCHING_RUNS: 1, Metric.MATCHING_RUNS_FAILED: int(failures is not None)})
    if failures == MOST_FAILURES:
        logger.error("The job is given up.", job_id=run.job_id, failures=failures)
