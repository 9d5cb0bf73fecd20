"""The wire models of candidates as employers see them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from jobmatch.matches.schemas import Match
from jobmatch.profiles.schemas import BarAdmissionDocument
from jobmatch.rules.improvements import Improvement
from jobmatch.rules.states import RequirementState
from jobmatch.web.pages import Page
from jobmatch.wire import wire


@wire
class AnonymousPosition:
    """A position without its employer and its description."""

    title: str
    start_date: str | None
    end_date: str | None


@wire
class AnonymousCandidate:
    """A candidate without name, address and employers."""

    profile_id: UUID
    location: str | None
    months_of_experience: int | None
    """Null if no position has readable dates."""
    specializations: list[str]
    technical_domains: list[str]
    bar_admissions: list[BarAdmissionDocument]
    positions: list[AnonymousPosition]


@wire
class MatchedCandidate(AnonymousCandidate):
    """The candidate of a match: without name, address and employers, beside what the job asks."""

    years_of_experience: int | None
    """Whole years."""
    bars: list[str]
    """The jurisdictions of the admissions that are active."""
    top_facts: list[str]
    """Up to five specializations and technical domains, those that the job requires first."""
    requirements: list[RequirementState]
    """Each requirement entry of the job, and whether the candidate meets it at present."""
    improvements: list[Improvement]
    """For each dimension below 100, the overall score of the match if that were full."""


@wire
class ListedMatch(Match):
    """A match in the list; `candidate` is there with `include=candidate`, null for a closed job."""

    candidate: MatchedCandidate | None = None


@dataclass(frozen=True, slots=True)
class ListedMatchPage(Page[ListedMatch]):
    """A page of matches, best first."""

    items: list[ListedMatch]
