"""Matches that a language model scores: who is asked about, and what becomes of the answers.

The model scores the dimensions that the job asks for. The total, the label and the summary are
ours, computed from these as the rubric computes them from its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic_core import to_json
from sqlalchemy import select

from jobmatch import config
from jobmatch.config import Scorer
from jobmatch.errors import NotFoundError
from jobmatch.model_scorer.client import ask_model
from jobmatch.model_scorer.prompts import PROMPT_VERSION, CandidateText, JobText, Prompt
from jobmatch.models import EmployerProfile, Job, Profile
from jobmatch.permissions.locks import ids
from jobmatch.profiles.queries import described_candidates
from jobmatch.rules.explanations import (
    NOT_ASKED,
    TEXT_VERSION,
    Assessment,
    Evidence,
    assess,
    summarize,
)
from jobmatch.rules.fingerprint import Fingerprints
from jobmatch.rules.rubric import FULL, Dimension, overall_score, recommendation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import Connection

    from jobmatch.model_scorer.client import Failure, ModelResults
    from jobmatch.model_scorer.schemas import Judgements
    from jobmatch.rules.ranking import Candidate
    from jobmatch.rules.requirements import Requirements


def get_job_text(connection: Connection, job_id: UUID) -> JobText:
    """A job's own words, and the names of who posts it.

    Raises:
        NotFoundError: there is no such job.
    """
    row = connection.execute(
        select(
            Job.title,
            Job.description,
            EmployerProfile.company_name,
            EmployerProfile.corporate_domains,
        )
        .outerjoin(EmployerProfile, EmployerProfile.user_id == Job.employer_user_id)
        .where(Job.id == job_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such job.")
    return JobText(row.title, row.description, row.company_name, row.corporate_domains or [])


def get_candidate_texts(
    connection: Connection, profile_ids: Sequence[UUID], *, this_month: int
) -> dict[UUID, CandidateText]:
    """The own words of these candidates, as far as they are still there."""
    described = described_candidates(this_month).where(Profile.id.in_(ids(profile_ids)))
    rows = connection.execute(described)
    return {
        row.id: CandidateText(
            row.name,
            row.location,
            row.months,
            row.specializations,
            row.technical_domains,
            row.bar_admissions,
            row.work_history,
        )
        for row in rows
    }


BY_THE_RUBRIC = "Scored by the rubric, not by the language model."
"""Stands in the summary of a candidate about whom the model said nothing that can be used."""


@dataclass(frozen=True, slots=True)
class ModelScores:
    """Candidates whose match is new or made anew, with its fingerprint; and how the asking went."""

    assessments: dict[UUID, tuple[Assessment, str]]
    results: ModelResults


def score_by_model(
    requirements: Requirements,
    candidates: Sequence[Candidate],
    job: JobText,
    texts: Mapping[UUID, CandidateText],
) -> ModelScores:
    """Ask about those of a shortlist whose match would change, and fall back to the rubric.

    Args:
        requirements: of the job.
        candidates: the shortlist, best first.
        job: its own words.
        texts: the candidates' own words; one who is missing has been deleted since.
    """
    model_id = config.model_id()
    there = {each.profile_id: each for each in candidates if each.profile_id in texts}
    prompts = {profile_id: Prompt.of(requirements, job, texts[profile_id]) for profile_id in there}
    fingerprints = {each: model_fingerprint(prompt, model_id) for each, prompt in prompts.items()}
    results = ask_model(
        {
            profile_id: prompts[profile_id].request(model_id)
            for profile_id, candidate in there.items()
            if fingerprints[profile_id] != candidate.stored_fingerprint
        }
    )
    assessments = {
        profile_id: (
            _by_model(requirements, there[profile_id], judgements, prompts[profile_id]),
            fingerprints[profile_id],
        )
        for profile_id, judgements in results.judgements.items()
    }
    by_rubric = Fingerprints(requirements)
    for profile_id, failure in results.failures.items():
        candidate = there[profile_id]
        fingerprint = _fallback_fingerprint(
            by_rubric.of(candidate, Evidence.of(requirements, candidate)), failure
        )
        if fingerprint != candidate.stored_fingerprint:
            assessments[profile_id] = (_by_rubric_alone(requirements, candidate), fingerprint)
    return ModelScores(assessments, results)


def model_fingerprint(prompt: Prompt, model_id: str) -> str:
    """Of all that a model's match is made from: who was asked, how, and about what."""
    made_by = [Scorer.BEDROCK, model_id, PROMPT_VERSION, TEXT_VERSION]
    return hashlib.sha256(to_json(made_by) + prompt.job + prompt.candidate).hexdigest()[:32]


def _fallback_fingerprint(rubrics: str, failure: Failure) -> str:
    # Neither the rubric's own, which promises a summary without a mark, nor the model's, so that
    # the next run asks again.
    return hashlib.sha256(f"{rubrics} {failure}".encode()).hexdigest()[:32]


def _by_model(
    requirements: Requirements, candidate: Candidate, judgements: Judgements, prompt: Prompt
) -> Assessment:
    own = assess(requirements, candidate)
    answers = judgements.model_dump(by_alias=True)
    explanations: dict[Dimension, str] = {}
    scores: dict[Dimension, int] = {}
    for dimension in Dimension:
        # What the job does not ask for has no weight, and is nobody's to judge.
        if own.subscores[dimension]["explanation"] == NOT_ASKED:
            explanations[dimension] = NOT_ASKED
        else:
            explanations[dimension] = prompt.anonymizer.text(answers[dimension]["explanation"])
            scores[dimension] = answers[dimension]["score"]
    total = overall_score(scores)
    everywhere = dict.fromkeys(Dimension, FULL) | scores
    scored_by_model = replace(candidate, overall_score=total, scores=everywhere)
    return Assessment(
        total,
        recommendation(total),
        {
            dimension: {"score": everywhere[dimension], "explanation": explanations[dimension]}
            for dimension in Dimension
        },
        summarize(scored_by_model, explanations),
    )


def _by_rubric_alone(requirements: Requirements, candidate: Candidate) -> Assessment:
    own = assess(requirements, candidate)
    return replace(own, summary=f"{own.summary} {BY_THE_RUBRIC}")
