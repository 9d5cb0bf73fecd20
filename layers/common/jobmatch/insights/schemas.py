"""Why a candidate is or is not among a job's matches, on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from jobmatch.rules.explanations import Assessment
from jobmatch.web.wire import CAMEL


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a candidate is not among the matches: a code for programs, a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Improvement:
    """What would raise the score, by the dimension that it concerns."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    dimension: str
    message: str
    overall_score: int
    """What the overall score would be then."""


@dataclass(frozen=True, slots=True)
class CandidateExplanation:
    """How a candidate stands to a job at this moment."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    job_id: UUID
    profile_id: UUID
    listed: bool
    """Whether the employer sees them among the job's matches now."""
    qualifies: bool
    """Whether a run of this moment would keep them."""
    reasons: list[Reason]
    """Why not, where they are not listed or would not be kept."""
    assessment: Assessment | None
    """By the rubric, whether they qualify or not; null where they are not indexed."""
    rank: int | None
    """Among those who pass every filter, 1 for the best; null for who does not pass."""
    passed: int
    """How many candidates pass every filter."""
    kept: int
    """How many of these a run keeps at most."""
    improvements: list[Improvement]
