"""A candidate as an employer may see them, on the wire: what they can do, and not who they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from jobmatch.profiles.schemas import BarAdmissionDocument
from jobmatch.web.wire import CAMEL


@dataclass(frozen=True, slots=True)
class AnonymousPosition:
    """A position without its employer and its description."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    title: str
    start_date: str | None
    end_date: str | None


@dataclass(frozen=True, slots=True)
class AnonymousCandidate:
    """A candidate without name, address and employers."""

    __pydantic_config__: ClassVar[Any] = CAMEL

    profile_id: UUID
    location: str | None
    months_of_experience: int | None
    """Null where no position has dates that can be read."""
    specializations: list[str]
    technical_domains: list[str]
    bar_admissions: list[BarAdmissionDocument]
    positions: list[AnonymousPosition]
