"""The history of matching on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from jobmatch.models import RunOutcome
from jobmatch.schemas.base import CAMEL
from jobmatch.schemas.pages import Page


@dataclass(frozen=True, slots=True)
class RunItem:
    """One matching run. The counts are null until it has completed.

    `passed` candidates passed the pre-filter, the best of them were `kept`; of these `scored`
    were explained and written anew and `reused` were left untouched, because nothing that they
    were made from had changed.
    """

    __pydantic_config__: ClassVar[Any] = CAMEL

    id: UUID
    outcome: RunOutcome
    started_at: datetime
    finished_at: datetime | None
    scorer: str
    rubric_version: int
    passed: int | None
    kept: int | None
    scored: int | None
    reused: int | None
    failed: int | None


@dataclass(frozen=True, slots=True)
class RunPage(Page[RunItem]):
    """A page of a job's runs, newest first."""

    items: list[RunItem]
