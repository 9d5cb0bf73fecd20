"""Explanations, previews and suitable jobs on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from jobmatch.profiles.schemas import BarAdmissionDocument
from jobmatch.rules.explanations import Assessment
from jobmatch.rules.rubric import Recommendation
from jobmatch.web.pages import Page
from jobmatch.wire import wire


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a candidate is not among the matches: a code for programs, a sentence for people."""

    code: str
    message: str


@wire
class Improvement:
    """What would raise the score, by the dimension that it concerns."""

    dimension: str
    message: str
    overall_score: int
    """What the overall score would be then."""


@wire
class CandidateExplanation:
    """How a candidate stands to a job at this moment."""

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


FEW = 5
"""Fewer are not counted and not shown, so that no requirement singles somebody out."""
Count = int | Literal["fewer than 5"]


def count(number: int) -> Count:
    """A number of candidates, as it may be told."""
    return "fewer than 5" if number < FEW else number


@dataclass(frozen=True, slots=True)
class FilterPreview:
    """How many candidates pass one required list, by itself."""

    field: str
    """The list's name in the body."""
    passed: Count


@wire
class PreviewedCandidate:
    """A candidate as the rubric sees them, without anything that is theirs alone."""

    overall_score: int
    recommendation: Recommendation
    subscores: dict[str, dict[str, int | str]]
    location: str | None
    months_of_experience: int | None
    specializations: list[str]
    technical_domains: list[str]
    bar_admissions: list[BarAdmissionDocument]


@wire
class MatchPreview:
    """What the requirements of a job cost at this moment."""

    candidates: Count
    """Who could be matched at all: active, and not with the employer."""
    filters: list[FilterPreview]
    """Of the required lists that are not empty, each alone."""
    passed: Count
    """Who passes all of them."""
    best: list[PreviewedCandidate]
    """The best 20 of these; none where fewer than 5 pass."""


@wire
class SuitableJob:
    """An open job whose filters a candidate passes, with the rubric's view of the two."""

    job_id: UUID
    title: str
    employer_user_id: UUID
    overall_score: int
    recommendation: Recommendation
    subscores: dict[str, dict[str, int | str]]
    summary: str


@dataclass(frozen=True, slots=True)
class SuitableJobPage(Page[SuitableJob]):
    """A page of jobs, best first."""

    items: list[SuitableJob]
