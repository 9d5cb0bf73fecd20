"""What a job that is not posted yet would find, on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from jobmatch.profiles.schemas import BarAdmissionDocument
from jobmatch.rules.rubric import Recommendation
from jobmatch.web.wire import CAMEL

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


@dataclass(frozen=True, slots=True)
class PreviewedCandidate:
    """A candidate as the rubric sees them, without anything that is theirs alone."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    overall_score: int
    recommendation: Recommendation
    subscores: dict[str, dict[str, int | str]]
    location: str | None
    months_of_experience: int | None
    specializations: list[str]
    technical_domains: list[str]
    bar_admissions: list[BarAdmissionDocument]


@dataclass(frozen=True, slots=True)
class MatchPreview:
    """What the requirements of a job cost at this moment."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    candidates: Count
    """Who could be matched at all: active, and not with the employer."""
    filters: list[FilterPreview]
    """Of the required lists that are not empty, each alone."""
    passed: Count
    """Who passes all of them."""
    best: list[PreviewedCandidate]
    """The best 20 of these; none where fewer than 5 pass."""
