"""One matching run: claim, rank, explain, store, complete."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from jobmatch import config
from jobmatch.aws import queue_dead_job, try_queue_notification
from jobmatch.careers.dates import this_month
from jobmatch.config import Scorer
from jobmatch.errors import describe
from jobmatch.matches.service import NewMatch
from jobmatch.postgres import connect, read, transaction
from jobmatch.rules.explanations import Evidence, assess
from jobmatch.rules.fingerprint import Fingerprints
from jobmatch.rules.ranking import best_candidates
from jobmatch.runs.queries import MOST_FAILURES, ModelUse, Result, claim_job, complete_run, fail_run
from jobmatch.telemetry import log_failure, logger
from jobmatch.telemetry.metrics import Metric, emit

if TYPE_CHECKING:
    from uuid import UUID

    from jobmatch.model_scorer.prompts import CandidateText, JobText
    from jobmatch.rules.ranking import Ranking
    from jobmatch.runs.queries import Run


def match_job(job_id: UUID) -> None:
    """Match a job if it is due; a failed attempt is noted on the job and tried again later."""
    scored_by = _scored_by()
    with transaction() as connection:
        run = claim_job(connection, job_id, **scored_by)
    if run is None:
        logger.info("Nothing to match.", job_id=job_id)
        return
    try:
        result = find_matches_by_model(run) if scored_by else read(lambda: find_matches(run))
        with transaction() as connection:
            completion = complete_run(connection, run, result, this_month=this_month())
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
    if result.model is not None:
        emit(
            {
                Metric.MODEL_TOKENS: result.model.input_tokens + result.model.output_tokens,
                Metric.MODEL_FAILURES: sum(result.model.failures.values()),
            }
        )
    if completion.notification_id is not None:
        try_queue_notification(completion.notification_id)


def find_matches(run: Run) -> Result:
    """Rank the candidates of a claimed job, and explain those whose match would change."""
    with connect() as connection:
        ranking = best_candidates(connection, **_terms(run))
    fingerprints = Fingerprints(run.requirements)
    scored = []
    for candidate in ranking.candidates:
        evidence = Evidence.of(run.requirements, candidate)
        fingerprint = fingerprints.of(candidate, evidence)
        if fingerprint != candidate.stored_fingerprint:
            assessment = assess(run.requirements, candidate, evidence)
            scored.append(NewMatch.of(run.job_id, candidate.profile_id, assessment, fingerprint))
    return Result(ranking.passed, _ids(ranking), scored)


def find_matches_by_model(run: Run) -> Result:
    """Rank them, and let a language model score those whose match would change.

    The connection is given back before it is asked, which takes a while.
    """
    # Only who has a model as scorer pays for these.
    from jobmatch.model_scorer.service import (  # noqa: PLC0415
        get_candidate_texts,
        get_job_text,
        score_by_model,
    )

    def look() -> tuple[Ranking, JobText, dict[UUID, CandidateText]]:
        with connect() as connection:
            ranking = best_candidates(connection, **_terms(run))
            job = get_job_text(connection, run.job_id)
            return (
                ranking,
                job,
                get_candidate_texts(connection, _ids(ranking), this_month=this_month()),
            )

    ranking, job, texts = read(look)
    scores = score_by_model(run.requirements, ranking.candidates, job, texts)
    results = scores.results
    use = ModelUse(
        results.asked,
        results.input_tokens,
        results.output_tokens,
        dict(Counter(map(str, results.failures.values()))),
        results.down,
    )
    if results.failures:
        failures = {str(each): str(reason) for each, reason in results.failures.items()}
        logger.warning(
            "The model did not score everybody.",
            job_id=run.job_id,
            run_id=run.run_id,
            fallback=use.fallback,
            failures=failures,
        )
    scored = [
        NewMatch.of(run.job_id, profile_id, assessment, fingerprint)
        for profile_id, (assessment, fingerprint) in scores.assessments.items()
    ]
    return Result(ranking.passed, _ids(ranking), scored, use)


def _scored_by() -> dict[str, Any]:
    """What is kept of the scorer with a run, if it is not the rubric."""
    if config.match_scorer() is Scorer.RUBRIC:
        return {}
    from jobmatch.model_scorer.prompts import PROMPT_VERSION  # noqa: PLC0415 - as above

    return {
        "scorer": config.match_scorer(),
        "model_id": config.model_id(),
        "prompt_version": PROMPT_VERSION,
    }


def _terms(run: Run) -> dict[str, Any]:
    """By what the candidates of a run are ranked."""
    return {
        "requirements": run.requirements,
        "employer": run.employer,
        "job_id": run.job_id,
        "limit": config.matching_limit(),
        "this_month": this_month(),
    }


def _ids(ranking: Ranking) -> list[UUID]:
    return [candidate.profile_id for candidate in ranking.candidates]


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
