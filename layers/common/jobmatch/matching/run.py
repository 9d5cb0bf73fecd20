"""One matching run: claim, rank, explain, store, complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import to_json

from jobmatch import config
from jobmatch.database import connect, transaction
from jobmatch.errors import describe
from jobmatch.matching.experience import this_month
from jobmatch.matching.explanations import explain, summarize
from jobmatch.matching.ranking import best_candidates
from jobmatch.matching.rubric import Dimension, recommendation
from jobmatch.observability import log_failure, logger
from jobmatch.queries.job_matches import NewMatch
from jobmatch.queries.runs import claim_job, complete_run, fail_run

if TYPE_CHECKING:
    from uuid import UUID

    from jobmatch.matching.ranking import Candidate
    from jobmatch.queries.runs import Run


def match_job(job_id: UUID) -> None:
    """Match a job if it is due; a failed attempt is noted on the job and tried again later."""
    with connect() as connection:
        run = claim_job(connection, job_id)
    if run is None:
        logger.info("Nothing to match.", job_id=job_id)
        return
    try:
        kept = _match(run)
    except Exception as error:  # noqa: BLE001 - whatever failed is kept with the job
        log_failure("The run failed.", error, job_id=job_id, run_id=run.run_id)
        with connect() as connection:
            fail_run(connection, run, describe(error))
        return
    if kept is None:
        logger.info("The run was overtaken.", job_id=job_id, run_id=run.run_id)
    else:
        logger.info("The run is complete.", job_id=job_id, run_id=run.run_id, kept=kept)


def _match(run: Run) -> int | None:
    with connect() as connection:
        candidates = best_candidates(
            connection, run.requirements, limit=config.matching_limit(), this_month=this_month()
        )
    matches = [_new_match(run, candidate) for candidate in candidates]
    with transaction() as connection:
        return len(matches) if complete_run(connection, run, matches) else None


def _new_match(run: Run, candidate: Candidate) -> NewMatch:
    explanations = explain(run.requirements, candidate)
    subscores = {
        dimension: {"score": candidate.scores[dimension], "explanation": explanations[dimension]}
        for dimension in Dimension
    }
    return NewMatch(
        job_id=run.job_id,
        profile_id=candidate.profile_id,
        overall_score=candidate.overall_score,
        subscores=to_json(subscores).decode(),
        summary=summarize(candidate, explanations),
        recommendation=recommendation(candidate.overall_score),
    )
