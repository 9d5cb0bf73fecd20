"""The jobs that suit a candidate, on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from jobmatch.rules.rubric import Recommendation
from jobmatch.web.pages import Page
from jobmatch.web.wire import CAMEL


@dataclass(frozen=True, slots=True)
class SuitableJob:
    """An open job whose filters a candidate passes, with the rubric's view of the two."""

    __pydantic_config__: ClassVar[Any] = CAMEL

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
