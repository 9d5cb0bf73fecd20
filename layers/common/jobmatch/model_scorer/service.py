"""Matches that a language model scores: for which candidates, and what its answers become.

The model scores the dimensions that the job requires. We compute total, label and summary from its
scores, as the rubric computes them from its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import select

from jobmatch.candidates.queries import described_candidates
from jobmatch.config import Scorer, settings
from jobmatch.errors import NotFoundError
from jobmatch.model_scorer.client import ask_model
from jobmatch.model_scorer.prompts import (
    LONGEST_EXPLANATION,
    PROMPT_VERSION,
    CandidateText,
    JobText,
    Prompt,
)
from jobmatch.models import EmployerProfile, Job, Profile
from jobmatch.permissions.locks import ids
from jobmatch.rules.explanations import (
    NOT_ASKED,
    TEXT_VERSION,
    Assessment,
    Evidence,
    assess,
    summarize,
)
from jobmatch.rules.fingerprint import Fingerprints
from jobmatch.rules.rubric import FULL, VERSION, Dimension, overall_score, recommendation

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from jobmatch.model_scorer.client import Failure, ModelResults
    from jobmatch.model_scorer.prompts import Judgements
    from jobmatch.rules.ranking import Candidate
    from jobmatch.rules.requirements import Requirements


def get_job_text(connection: Connection, job_id: UUID) -> JobText:
    """The texts of a job, and the names of its employer.

    Raises:
        NotFoundError: the job does not exist.
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
    """The texts of these candidates, except of those who have been deleted."""
    described = described_candidates(this_month).where(Profile.id.in_(ids(profile_ids)))
    return {row.id: CandidateText(*row[1:]) for row in connection.execute(described)}


BY_THE_RUBRIC = "Scored by the rubric, not by the language model."
"""Ends the summary of a candidate for whom the model gave no usable answer."""


@dataclass(frozen=True, slots=True)
class ModelScores:
    """The new assessments with their fingerprints, by candidate, and the model's results."""

    assessments: dict[UUID, tuple[Assessment, str]]
    results: ModelResults


def score_by_model(
    requirements: Requirements,
    candidates: Sequence[Candidate],
    job: JobText,
    texts: Mapping[UUID, CandidateText],
) -> ModelScores:
    """Score the shortlisted candidates whose match would change; the rubric is the fallback.

    Args:
        requirements: those of the job.
        candidates: the shortlist, best first.
        job: the texts of the job.
        texts: the texts of the candidates; a candidate without texts has been deleted since.
    """
    model_id = settings().model_id
    present = {
        candidate.profile_id: candidate for candidate in candidates if candidate.profile_id in texts
    }
    prompts = {
        profile_id: Prompt.of(requirements, job, texts[profile_id]) for profile_id in present
    }
    fingerprints = {
        profile_id: _model_fingerprint(prompt, model_id) for profile_id, prompt in prompts.items()
    }
    results = ask_model(
        {
            profile_id: prompts[profile_id].request(model_id)
            for profile_id, candidate in present.items()
            if fingerprints[profile_id] != candidate.stored_fingerprint
        }
    )
    assessments = {
        profile_id: (
            _by_model(requirements, present[profile_id], judgements, prompts[profile_id]),
            fingerprints[profile_id],
        )
        for profile_id, judgements in results.judgements.items()
    }
    by_rubric = Fingerprints(requirements)
    for profile_id, failure in results.failures.items():
        candidate = present[profile_id]
        evidence = Evidence.of(requirements, candidate)
        fingerprint = _fallback_fingerprint(by_rubric.of(candidate, evidence), failure)
        if fingerprint != candidate.stored_fingerprint:
            assessments[profile_id] = (_by_rubric_alone(requirements, candidate), fingerprint)
    return ModelScores(assessments, results)


def _model_fingerprint(prompt: Prompt, model_id: str) -> str:
    """The fingerprint of all that the match is made from: model, versions and prompt."""
    # The rubric makes the total of the model's scores.
    made_by = [Scorer.BEDROCK, model_id, PROMPT_VERSION, TEXT_VERSION, VERSION]
    return hashlib.sha256(to_json(made_by) + prompt.job + prompt.candidate).hexdigest()[:32]


def _fallback_fingerprint(by_rubric: str, failure: Failure) -> str:
    # Differs from the rubric's own, whose summary does not end with BY_THE_RUBRIC, and from the
    # model's, so that the next run calls the model again.
    return hashlib.sha256(f"{by_rubric} {failure}".encode()).hexdigest()[:32]


def _by_model(
    requirements: Requirements, candidate: Candidate, judgements: Judgements, prompt: Prompt
) -> Assessment:
    own = assess(requirements, candidate)
    answers = judgements.model_dump(by_alias=True)
    explanations: dict[Dimension, str] = {}
    scores: dict[Dimension, int] = {}
    for dimension in Dimension:
        # A dimension that the job does not require has no weight, and the model does not score it.
        if own.subscores[dimension]["explanation"] == NOT_ASKED:
            explanations[dimension] = NOT_ASKED
        else:
            explanation = prompt.anonymizer.text(answers[dimension]["explanation"])
            # A name that was taken out may have been shorter than what stands for it.
            explanations[dimension] = explanation[:LONGEST_EXPLANATION]
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
