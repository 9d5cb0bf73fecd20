"""The table of matching runs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.models.base import Base, RunOutcome, _now, _parent


class MatchingRun(Base):
    """A run of a job's matching. `id` is the fence that the run wrote on the job."""

    __tablename__ = "matching_runs"
    __table_args__ = (
        Index("matching_runs_job_page_idx", "job_id", "started_at", "id"),
        # For the purge of old runs, over all jobs.
        Index("matching_runs_started_idx", "started_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = _parent("jobs")
    started_at: Mapped[datetime] = _now()
    # Whether it took up changed candidates, and ranked no others.
    takes_up: Mapped[bool] = mapped_column(server_default=text("false"))
    finished_at: Mapped[datetime | None]
    outcome: Mapped[RunOutcome] = mapped_column(server_default=RunOutcome.RUNNING)
    scorer: Mapped[str]
    rubric_version: Mapped[int]
    passed: Mapped[int | None]
    kept: Mapped[int | None]
    scored: Mapped[int | None]
    reused: Mapped[int | None]
    failed: Mapped[int | None]
    error: Mapped[str | None]
    # With a language model as scorer: the model and the version of the prompt, how many candidates
    # it was asked about, its tokens, how many candidates it gave no score by reason, and why the
    # rubric had to take over, if it had.
    model_id: Mapped[str | None]
    prompt_version: Mapped[int | None]
    # Of the vocabulary and the operator's aliases by which values were read.
    vocabulary_version: Mapped[str | None]
    # The entry of the decision log after which it tells the shortlist of this completed run; NULL
    # before migration 0028, when each completed run added its own.
    entry_number: Mapped[int | None]
    asked: Mapped[int | None]
    input_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    failures: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    fallback: Mapped[str | None]
