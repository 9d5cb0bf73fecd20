"""The wire models of matches, which the queries return too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from jobmatch.rules.rubric import Recommendation, recommendation
from jobmatch.web.pages import Page
from jobmatch.wire import (
    NULL,
    DecisionValue,
    Input,
    Optional,
    Score,
    WithoutNul,
    alternatives,
    wire,
)

LONGEST_EXPLANATION, LONGEST_SUMMARY = 2_000, 5_000
"""Characters."""


class Subscore(Input):
    """One dimension of a match."""

    score: Score
    explanation: Annotated[str, Field(max_length=LONGEST_EXPLANATION), WithoutNul]


class Subscores(Input):
    """The five dimensions."""

    specialization_match: Subscore
    experience_fit: Subscore
    technical_background: Subscore
    location_match: Subscore
    bar_admissions: Subscore


class MatchPut(Input):
    """Body of PUT /admin/jobs/{jobId}/matches/{profileId}."""

    overall_score: Score
    subscores: Subscores
    summary: Annotated[str, Field(max_length=LONGEST_SUMMARY), WithoutNul]
    recommendation: Recommendation

    @field_validator("recommendation")
    @classmethod
    def _is_the_label_of_the_score(cls, value: Recommendation, info: ValidationInfo) -> Any:
        # An invalid score is not in the data.
        score = info.data.get("overall_score")
        if score is not None and value != (label := recommendation(score)):
            raise ValueError(f"must be {label!r} for this overallScore")
        return value


class NotifiedMatches(Input):
    """Body of POST /admin/matches/notified."""

    match_ids: Annotated[
        list[Annotated[UUID, Field(strict=False)]], Field(min_length=1, max_length=500)
    ]


class DecisionPut(Input):
    """Body of PUT /jobs/{jobId}/matches/{profileId}/decision; null as `decision` takes it back."""

    decision: DecisionValue | None
    reason: Annotated[
        Optional[Annotated[str, Field(max_length=2_000), WithoutNul]],
        Field(
            # One that is left out is checked, too.
            validate_default=True,
            description="Required to decline, and to shortlist a match that scores below 50.",
        ),
    ] = None

    @field_validator("reason")
    @classmethod
    def _fits_the_decision(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("decision") == "declined":
            raise ValueError("is required to decline a candidate")
        if value is not None and info.data.get("decision", "") is None:
            raise ValueError("has no decision that it explains")
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """Whether there may or must be a reason depends on the decision."""
        schema: dict[str, Any] = handler.resolve_ref_schema(handler(core))
        reason = schema["properties"]["reason"]
        text = {**reason["anyOf"][0], "minLength": 1}
        return alternatives(
            schema,
            Decline=({"decision": {"const": "declined"}, "reason": text}, ["reason"]),
            ShortlistOrHold=({"decision": {"enum": ["shortlisted", "held"]}, "reason": reason}, []),
            TakeBack=({"decision": NULL, "reason": {"type": "null"}}, []),
        )


@wire
class DecisionDetail:
    """What the employer has decided about a candidate and why; all null where nothing is."""

    decision: DecisionValue | None
    reason: str | None
    decided_at: datetime | None


@wire
class Match:
    """The result of a candidate for a job; `subscores` has score and explanation by dimension.

    `decision` is what the employer has decided, or null. It changes no score.
    """

    id: UUID
    profile_id: UUID
    overall_score: int
    subscores: dict[str, dict[str, int | str]]
    summary: str
    recommendation: str
    scored_at: datetime
    notified_at: datetime | None
    decision: DecisionValue | None


@dataclass(frozen=True, slots=True)
class MatchPage(Page[Match]):
    """A page of matches, best first."""

    items: list[Match]


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many matches were deleted."""

    deleted: int


@dataclass(frozen=True, slots=True)
class Marked:
    """How many matches were marked as notified."""

    marked: int
