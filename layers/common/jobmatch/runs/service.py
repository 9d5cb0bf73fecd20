"""One matching run: claim, rank, explain, store, complete."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jobmatch.aws import queue_dead_job, try_queue_matching, try_queue_notification
from jobmatch.careers.dates import this_month
from jobmatch.config import Scorer, settings
from jobmatch.errors import describe
from jobmatch.matches.service import NewMatch
from jobmatch.postgres import connect, read, transaction
from jobmatch.rules.ranking import best_candidates
from jobmatch.runs.failures import (
    MOST_FAILURES,
    WORKER_DIED,
    fail_dead_run,
    fail_run,
    note_failed_claim,
)
from jobmatch.runs.queries import claim_job, complete_run
from jobmatch.shortlists import reserves
from jobmatch.shortlists.storing import Result, result_of
from jobmatch.telemetry import Metric, emit, log_failure, logger
from jobmatch.webhooks.announcing import announcing

if TYPE_CHECKING:
    from jobmatch.model_scorer.prompts import CandidateText, JobText
    from jobmatch.rules.ranking import Ranking
    from jobmatch.shortlists.storing import Run


def match_job(job_id: UUID) -> None:
    """Match a job if it is due; a failure is noted on the job, which is tried again later.

    The death of a worker is a failure too, noted by the next one.
    """
    try:
        run = _claim(job_id)
    except Exception as error:
        _note_failed_claim(job_id, describe(error))
        raise
    if run is None:
        return
    ids: dict[str, Any] = {"job_id": job_id, "run_id": run.run_id}
    try:
        result = find_matches_by_model(run) if _scored_by() else read(lambda: find_matches(run))
        with announcing() as connection:
            completion = complete_run(connection, run, result, this_month=this_month())
    except Exception as error:  # noqa: BLE001 - every failure is noted on the job
        log_failure("The run failed.", error, expected=True, **ids)
        _fail(run, describe(error))
        return
    if completion is None:
        emit({Metric.MATCHING_RUNS: 1, Metric.MATCHING_RUNS_FAILED: 0})
        logger.info("The run was overtaken.", **ids)
        return
    _report(result, ids)
    if completion.notification_id is not None:
        try_queue_notification(completion.notification_id)
    if completion.is_due_again:
        # The message of what made it due may have come during this run, and found nothing to do.
        try_queue_matching(job_id)


def _claim(job_id: UUID) -> Run | None:
    """Claim the job, or give it up where its workers have died too often."""
    maximum_age = settings().matching_maximum_age
    failures = None
    with transaction() as connection:
        run = claim_job(
            connection,
            job_id,
            lease=settings().matching_lease,
            maximum_age=maximum_age,
            **_scored_by(),
        )
        if run is None:
            failures = fail_dead_run(connection, job_id, maximum_age=maximum_age)
            if failures is not None:
                queue_dead_job(job_id)  # before the commit, as in `_fail`
    for _ in range(run.abandoned if run else int(failures is not None)):
        emit({Metric.MATCHING_RUNS: 1, Metric.MATCHING_RUNS_FAILED: 1})
        logger.warning("The run failed.", error=WORKER_DIED, job_id=job_id)
    if failures is not None:
        logger.error("The job is given up.", job_id=job_id, failures=failures)
    elif run is None:
        logger.info("Nothing to match.", job_id=job_id)
    return run


def _report(result: Result, ids: dict[str, Any]) -> None:
    """Log and count what a completed run found."""
    logger.info(
        "The run is complete.",
        **ids,
        passed=result.passed,
        kept=len(result.shortlisted),
        scored=len(result.scored),
    )
    counts = {
        Metric.MATCHING_RUNS: 1,
        Metric.MATCHING_RUNS_FAILED: 0,
        Metric.CANDIDATES_SCORED: len(result.scored),
        Metric.MATCHES_SHORTLISTED: len(result.shortlisted),
    }
    emit(counts)
    if (use := result.model) is not None:
        tokens = use.input_tokens + use.output_tokens
        emit({Metric.MODEL_TOKENS: tokens, Metric.MODEL_FAILURES: sum(use.failures.values())})


def find_matches(run: Run) -> Result:
    """Rank the candidates of a claimed job, and explain those whose match would change."""
    terms = _terms(run)
    limit, month = terms["limit"], terms["this_month"]
    with connect() as connection:
        # Of the reserve only the scores are stored.
        wanted = {**terms, "limit": limit + reserves.RESERVE, "described": limit}
        ranking = best_candidates(connection, **wanted)
    return result_of(run, ranking, limit=limit, month=month)


def find_matches_by_model(run: Run) -> Result:
    """Rank the candidates, and let a language model score those whose match would change.

    The connection is given back before the model is asked, which takes a while.
    """
    # Imported here, because only a model as scorer needs them.
    from jobmatch.model_scorer.service import get_candidate_texts, get_job_text, score_by_model  # noqa: PLC0415

    def read_texts() -> tuple[Ranking, JobText, dict[UUID, CandidateText]]:
        with connect() as connection:
            ranking = best_candidates(connection, **_terms(run))
            job = get_job_text(connection, run.job_id)
            texts = get_candidate_texts(connection, _ids(ranking), this_month=this_month())
            return ranking, job, texts

    ranking, job, texts = read(read_texts)
    scores = score_by_model(run.requirements, ranking.candidates, job, texts)
    results = scores.results
    if results.failures:
        failures = {str(profile): str(reason) for profile, reason in results.failures.items()}
        logger.warning(
            "The model did not score everybody.",
            job_id=run.job_id,
            run_id=run.run_id,
            fallback=results.down,
            error=results.first_error,
            failures=failures,
        )
    scored = [
        NewMatch.of(run.job_id, profile_id, assessment, fingerprint)
        for profile_id, (assessment, fingerprint) in scores.assessments.items()
    ]
    return Result(ranking.passed, _ids(ranking), scored, results.use())


def _scored_by() -> dict[str, Any]:
    """The scorer as it is stored with a run; empty for the rubric."""
    if settings().match_scorer is Scorer.RUBRIC:
        return {}
    from jobmatch.model_scorer.prompts import PROMPT_VERSION  # noqa: PLC0415 - as above

    return {
        "scorer": settings().match_scorer,
        "model_id": settings().model_id,
        "prompt_version": PROMPT_VERSION,
    }


def _terms(run: Run) -> dict[str, Any]:
    """The arguments of the ranking of a run."""
    return {
        "requirements": run.requirements,
        "employer": run.employer,
        "job_id": run.job_id,
        "limit": settings().matching_limit,
        "this_month": this_month(),
    }


def _ids(ranking: Ranking) -> list[UUID]:
    return [candidate.profile_id for candidate in ranking.candidates]


def _note_failed_claim(job_id: UUID, reason: str) -> None:
    """Note on a job why no run could begin; its message comes again."""
    # What broke the claim may break this too; the log has the reason in any case.
    with suppress(Exception), transaction() as connection:
        note_failed_claim(connection, job_id, reason, maximum_age=settings().matching_maximum_age)


def _fail(run: Run, reason: str) -> None:
    with transaction() as connection:
        failures = fail_run(connection, run, reason)
        if failures == MOST_FAILURES:
            # Before the commit, or a job could be lost without an alarm. If SQS refuses it, the
            # lease ends, and the attempt is made once more.
            queue_dead_job(run.job_id)
    # An overtaken run (`None`) does not count as failed.
    emit({Metric.MATCHING_RUNS: 1, Metric.MATCHING_RUNS_FAILED: int(failures is not None)})
    if failures == MOST_FAILURES:
        logger.error("The job is given up.", job_id=run.job_id, failures=failures)
