"""The decision log on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from jobmatch.models import DecisionKind
from jobmatch.web.pages import Page
from jobmatch.web.wire import CAMEL


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """An entry of a job's chain.

    `hash` is the SHA-256 of the `previous` one, as bytes, and `entry` in UTF-8; both hashes are
    hexadecimal here. The entry is JSON: job, number, time and kind as here, the pseudonyms of the
    candidates, their scores in the same order, and the facts of the decision.
    """

    __pydantic_config__: ClassVar[Any] = CAMEL

    job_id: UUID
    number: int
    recorded_at: datetime
    kind: DecisionKind
    entry: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class DecisionPage(Page[LoggedDecision]):
    """A page of the log: job by job, each chain from its first entry."""

    items: list[LoggedDecision]
