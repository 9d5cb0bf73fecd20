"""The wire models of two runs compared."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from jobmatch.wire import wire

ChangeReason = Literal[
    "job-changed",
    "rules-changed",
    "candidate-changed",
    "candidate-new",
    "no-longer-qualifies",
    "others-better",
]


@wire
class DimensionChange:
    """The score of a dimension in two runs."""

    dimension: str
    before: int
    after: int


@wire
class RunChange:
    """A candidate in two runs, where that differs; null is not shortlisted.

    `reasons` says what may be the cause, as far as it is known: `job-changed` (a requirement),
    `rules-changed` (scorer, rubric or words), `candidate-changed` (the profile, between the runs),
    `candidate-new` (the profile is younger than the earlier run), `no-longer-qualifies` (lacks all
    entries of a required list), `others-better` (beyond the shortlist).
    """

    profile_id: UUID
    rank_before: int | None
    rank_after: int | None
    score_before: int | None
    score_after: int | None
    dimensions: list[DimensionChange]
    """Those whose score differs; empty where a run has not recorded them."""
    reasons: list[ChangeReason]


@wire
class RunChanges:
    """What differs between the shortlists of two runs of a job, for candidates who may be shown."""

    job_id: UUID
    run_id: UUID
    since: UUID
    changed_requirements: list[str]
    """The requirement fields of the job that differ."""
    rules_changed: bool
    """Whether scorer, rubric or vocabulary differ."""
    came: list[RunChange]
    went: list[RunChange]
    moved: list[RunChange]
    """With another rank or score; best first, as `came` is."""
    unchanged: int
