"""The wire models of explanations, previews and suitable jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from jobmatch.profiles.schemas import BarAdmissionDocument
from jobmatch.rules.explanations import Assessment
from jobmatch.rules.improvements import Improvement
from jobmatch.rules.rubric import Recommendation
from jobmatch.web.pages import Page
from jobmatch.wire import wire
from jobmatch.wording.queries import FEW
from jobmatch.wording.schemas import InputWarning


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a candidate is not among the matches: a code for programs, a sentence for people."""

    code: str
    message: str


@wire
class CandidateExplanation:
    """How a candidate stands to a job at this moment."""

    job_id: UUID
    profile_id: UUID
    listed: bool
    """Whether the employer sees them among the job's matches now."""
    qualifies: bool
    """Whether a run at this moment would shortlist them."""
    reasons: list[Reason]
    """Why they are not listed or would not be shortlisted."""
    assessment: Assessment | None
    """By the rubric, whether they qualify or not; null if they are not indexed."""
    rank: int | None
    """Among those who pass every filter, 1 for the best; null if they do not pass."""
    passed: int
    """How many candidates pass every filter."""
    kept: int
    """How many of these a run shortlists at most."""
    improvements: list[Improvement]


Count = int | Literal["fewer than 5"]


def rounded_down(number: int) -> int:
    """To a multiple of 5, so that one candidate more or less hardly ever makes a difference."""
    return number - number % FEW


def count(number: int) -> Count:
    """A number of candidates as employers may see it."""
    return "fewer than 5" if number < FEW else rounded_down(number)


@wire
class FilterPreview:
    """How many candidates pass one required list alone; a count is a multiple of 5.

    `passedWithout` is how many would pass all lists but this one: what dropping it would leave.
    """

    field: str
    """The name of the list in the request."""
    passed: Count
    passed_without: Count


@wire
class PreviewedCandidate:
    """What at least five of the best candidates have in common; a row stands for one of them.

    Fields in which they differ are null or leave out what not all have. Experience counts in whole
    years, and `explanation` has no candidate's own words.
    """

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
    """How many candidates the requirements of a job leave at this moment."""

    candidates: Count
    """How many could be matched at all: they are active and do not work for the employer."""
    filters: list[FilterPreview]
    """For each required list that is not empty."""
    passed: Count
    """How many candidates pass all of them."""
    best: list[PreviewedCandidate]
    """Up to 20 of the best of these, by fives who look the same; others are left out."""
    warnings: list[InputWarning]
    """Those that the answer to posting the job would carry."""


@wire
class SuitableJob:
    """An open job whose filters a candidate passes, with the assessment by the rubric."""

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
