"""What runs find, and what they leave: matches and an entry of the log.

Be it a full one or one that takes up changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic.alias_generators import to_camel
from sqlalchemy import delete, tuple_

from jobmatch.matches.service import NewMatch, store_matches
from jobmatch.models import JobMatch
from jobmatch.permissions.locks import pairs
from jobmatch.rankings.new_entries import RankedJob, begin_rankings, log_rankings
from jobmatch.rules.explanations import Evidence, assess
from jobmatch.rules.fingerprint import Fingerprints
from jobmatch.rules.rubric import VERSION
from jobmatch.shortlists.reserves import Kept
from jobmatch.wording.queries import vocabulary_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from jobmatch.careers.employers import Employer
    from jobmatch.model_scorer.client import ModelUse
    from jobmatch.rules.ranking import Candidate, Ranking
    from jobmatch.rules.requirements import Requirements


@dataclass(frozen=True, slots=True)
class Run:
    """A claimed job: its requirements and employer at the claim, and the scorer."""

    run_id: UUID
    job_id: UUID
    requirements: Requirements
    employer: Employer
    scored_by: dict[str, Any]
    abandoned: int
    """How many earlier runs of the job ended with their worker's death, noted by this claim."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found: how many passed, the shortlist, and the matches that are new or changed."""

    passed: int
    shortlisted: list[UUID]
    scored: list[NewMatch]
    model: ModelUse | None = None
    kept: Kept | None = None
    """Without it, changed candidates make the job due."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a run changes of a job's matches, and what the decision log tells of the run."""

    job_id: UUID
    run_id: UUID
    facts: dict[str, Any]
    removed: Sequence[UUID]
    scored: Sequence[NewMatch]
    """Those that are new or differ."""


def result_of(run: Run, ranking: Ranking, *, limit: int, month: int) -> Result:
    """What a run by the rubric found: the best `limit` are shortlisted, the others in reserve."""
    best = ranking.candidates[:limit]
    scored = explained(run.job_id, run.requirements, best)
    shortlisted = [candidate.profile_id for candidate in best]
    return Result(ranking.passed, shortlisted, scored, kept=Kept.of(ranking, limit, month))


def explained(
    job_id: UUID, requirements: Requirements, candidates: Iterable[Candidate]
) -> list[NewMatch]:
    """The matches of those candidates, by the rubric, whose stored match would change."""
    fingerprints = Fingerprints(requirements)
    scored = []
    for candidate in candidates:
        evidence = Evidence.of(requirements, candidate)
        fingerprint = fingerprints.of(candidate, evidence)
        if fingerprint != candidate.stored_fingerprint:
            assessment = assess(requirements, candidate, evidence)
            scored.append(NewMatch.of(job_id, candidate.profile_id, assessment, fingerprint))
    return scored


def facts_of(
    run_id: UUID, requirements: Requirements, scored_by: dict[str, Any], passed: int
) -> dict[str, Any]:
    """What the decision log tells of a run: its rules, and how many candidates passed."""
    typed = requirements.as_typed()
    return {
        "runId": str(run_id),
        **{to_camel(name): value for name, value in scored_by.items()},
        "rubricVersion": VERSION,
        "vocabularyVersion": vocabulary_version(requirements.aliases),
        "passed": passed,
        "requirements": {to_camel(name): value for name, value in typed.items()},
    }


def store_changes(connection: Connection, changes: Sequence[Change]) -> list[int]:
    """Store and log what runs change, within a transaction that has locked the jobs.

    Before that it has share-locked the candidates who are scored.

    Returns:
        For each, the number of its entry in the decision log.
    """
    if not changes:
        return []
    rankings = begin_rankings(
        connection,
        [
            RankedJob(
                each.job_id, each.facts, [new.profile_id for new in each.scored], each.removed
            )
            for each in changes
        ],
    )
    removed = [(change.job_id, each) for change in changes for each in change.removed]
    if removed:
        pair = tuple_(JobMatch.job_id, JobMatch.profile_id)
        connection.execute(delete(JobMatch).where(pair.in_(pairs(removed))))
    if scored := [match for change in changes for match in change.scored]:
        store_matches(connection, scored)
    return log_rankings(connection, rankings)
